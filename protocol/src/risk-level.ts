/** How likely somebody is at a device now, by what was seen: each graver than the one before. */
export const RISK_LEVELS = ["normal", "raised", "high"] as const;
