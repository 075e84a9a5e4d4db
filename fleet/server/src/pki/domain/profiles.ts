import { assertNever, type Duration } from "@wardkey/protocol";
import { DEVICE_USAGE_OID, deviceUri, READER_USAGE_OID, readerUri } from "@wardkey/protocol/credential";
import type { CertificateProfile } from "@wardkey/protocol/fleet";
import { IDENTITY_LIFE, READER_LIFE } from "./lifetimes.js";

/** Profiles under which a device has its identity; a reader certificate comes on top of one. */
export const IDENTITY_PROFILES = ["kiosk", "medical-device", "service"] as const satisfies CertificateProfile[];
export type IdentityProfile = (typeof IDENTITY_PROFILES)[number];

export interface ProfileRules {
  readonly usage: "identity" | "reader";
  /** The one extended key usage. */
  readonly usageOid: string;
  readonly life: Duration;
  /** The one subject alternative name. */
  uri(site: string, device: string): string;
}

const IDENTITY: ProfileRules = {
  usage: "identity",
  usageOid: DEVICE_USAGE_OID,
  life: IDENTITY_LIFE,
  uri: deviceUri,
};
const READER: ProfileRules = { usage: "reader", usageOid: READER_USAGE_OID, life: READER_LIFE, uri: readerUri };

export function rulesOf(profile: CertificateProfile): ProfileRules {
  switch (profile) {
    case "kiosk":
    case "medical-device":
    case "service":
      return IDENTITY;
    case "reader":
      return READER;
    default:
      return assertNever(profile);
  }
}

/** What phones tap at reads: a workstation or a medical device, never a service. */
export function mayRead(profile: IdentityProfile): boolean {
  switch (profile) {
    case "kiosk":
    case "medical-device":
      return true;
    case "service":
      return false;
    default:
      return assertNever(profile);
  }
}
