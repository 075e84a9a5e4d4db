import { createHash, createPublicKey, verify } from "node:crypto";

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

/** SHA-256 of a public key in DER, base64url: its name in logs and tables. */
export const keyDigestOf = (spki: Uint8Array): string => createHash("sha256").update(spki).digest("base64url");

/** Did the key of `publicKey` sign `bytes`: ECDSA with SHA-256, the signature in DER. A point off the curve is a weak key. */
export function provesPossession(proof: {
  publicKey: Uint8Array;
  bytes: Uint8Array;
  signature: Uint8Array;
}): "holds" | "fails" | "weak-key" {
  try {
    const key = createPublicKey({ key: Buffer.from(proof.publicKey), format: "der", type: "spki" });
    return verify("sha256", proof.bytes, key, proof.signature) ? "holds" : "fails";
  } catch {
    // OpenSSL takes no point off the curve.
    return "weak-key";
  }
}

/** SHA-256 of a random token, base64url: what a table keeps of it. */
export const digestOfToken = (token: string): string => createHash("sha256").update(token, "utf8").digest("base64url");
