// @peculiar/x509 keeps its registry of extensions in reflect-metadata, which has to be there first.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { DeviceKey } from "./device-key.js";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate request (PKCS #10, RFC 2986) for `device`, signed with its key, in DER. */
export async function certificateRequest(device: string, { key, publicKey }: DeviceKey): Promise<Uint8Array> {
  const { subtle } = webcrypto;
  const privateKey = await subtle.importKey("pkcs8", key.export({ format: "der", type: "pkcs8" }), ALGORITHM, false, [
    "sign",
  ]);
  const shown = await subtle.importKey("spki", Uint8Array.from(publicKey), ALGORITHM, true, ["verify"]);
  const request = await x509.Pkcs10CertificateRequestGenerator.create(
    { name: `CN=${device}`, keys: { privateKey, publicKey: shown }, signingAlgorithm: ALGORITHM },
    webcrypto,
  );
  return new Uint8Array(request.rawData);
}

const MAX_CERTIFICATES = 16;

/** The certificates in a certs-only CMS message (RFC 5272 4.1, as EST answers in base64), in DER; `null` for anything else. */
export function certificatesIn(answer: Uint8Array): readonly Uint8Array[] | null {
  try {
    const text = Buffer.from(answer).toString("latin1").replace(/\s+/g, "");
    const found = new x509.X509Certificates(Buffer.from(text, "base64"));
    if (found.length > MAX_CERTIFICATES) return null;
    return Array.from(found, (certificate) => new Uint8Array(certificate.rawData));
  } catch {
    return null;
  }
}
