import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import type { CredentialRequest } from "@wardkey/protocol/fleet";

/** What a kiosk would ask a credential for: a phone's new key, and the digest of a template that stays elsewhere. */
export function newPhone(
  key: KeyObject = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey,
): CredentialRequest {
  return {
    holderPublicKey: key.export({ format: "der", type: "spki" }).toString("base64url"),
    templateDigest: randomBytes(32).toString("base64url"),
    transcript: randomBytes(32).toString("base64url"),
  };
}
