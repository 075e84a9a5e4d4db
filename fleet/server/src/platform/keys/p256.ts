import { createPublicKey } from "node:crypto";

/** Whether `spki` is the one DER encoding of a public key on P-256. */
export function isP256Key(spki: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    if (key.asymmetricKeyType !== "ec" || key.asymmetricKeyDetails?.namedCurve !== "prime256v1") return false;
    return key.export({ format: "der", type: "spki" }).equals(spki);
  } catch {
    return false;
  }
}
