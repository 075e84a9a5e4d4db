import { X509Certificate } from "node:crypto";
import { type Instant, instant } from "@wardkey/protocol";
import { type CertificateChain, type Issuer, verifyDevice } from "@wardkey/protocol/credential";
import type { DeviceKey } from "./device-key.js";
import type { TrustStore } from "./trust-store.js";

/** Who this device is towards the fleet: a certificate of the profile "kiosk", 24 h, and its key. */
export interface Identity {
  readonly device: string;
  /** Hexadecimal, lower case. */
  readonly serial: string;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly chain: CertificateChain;
  /** For TLS. */
  readonly certificatePem: string;
  readonly keyPem: string;
  /** For what the device signs in its own name. */
  readonly issuer: Issuer;
}

export type IdentityCheck =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly code: string };

/**
 * Is `leaf` this device's own identity, for this key, by this site. One that has ended is still what a late re-enrolment
 * proves itself with, so the dates are the caller's to look at.
 */
export function identityOf(input: {
  leaf: Uint8Array;
  sent: readonly Uint8Array[];
  key: DeviceKey;
  trust: TrustStore;
  device: string;
  at: Instant;
}): IdentityCheck {
  const chain = input.trust.chainOf(input.leaf, input.sent);
  if (chain === null) return { ok: false, code: "certificate-untrusted" };
  const found = verifyDevice(chain, input.trust.trust, within(input.leaf, input.at));
  if (!found.ok) return found;
  const { device } = found;
  if (device.device !== input.device || Buffer.compare(device.publicKey, input.key.publicKey) !== 0) {
    return { ok: false, code: "identity-of-another" };
  }
  return {
    ok: true,
    identity: {
      device: device.device,
      serial: device.serial,
      notBefore: device.notBefore,
      notAfter: device.notAfter,
      chain,
      certificatePem: chain.map(pemOf).join(""),
      keyPem: input.key.key.export({ format: "pem", type: "pkcs8" }).toString(),
      issuer: { chain, sign: input.key.sign },
    },
  };
}

function within(leaf: Uint8Array, at: Instant): Instant {
  const { validFrom, validTo } = new X509Certificate(leaf);
  return instant(Math.min(Math.max(at, Date.parse(validFrom)), Date.parse(validTo)));
}

export function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
