/** What the site's risk is about, as the fleet server says it and the console reads it. */
export const ASSET_KINDS = ["device", "person", "service", "data", "zone", "behaviour"] as const;
export type AssetKind = (typeof ASSET_KINDS)[number];

/** By whom something is noticed; also a reason that a device is told. */
export const DETECTORS = [
  "impossible-travel",
  "refusal-burst",
  "presentation-attack",
  "revoked-credential",
  "certificate-misuse",
  "clock-tampering",
  "policy-lag",
  "journal-tampering",
  "sign-in-burst",
] as const;
export type DetectorName = (typeof DETECTORS)[number];
