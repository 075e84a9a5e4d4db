/** Hands-free, a tap on a notification, the phone's own biometric: each asks more of the owner than the one before. */
export const CONSENT_MODES = ["A", "B", "C"] as const;
export type ConsentMode = (typeof CONSENT_MODES)[number];
