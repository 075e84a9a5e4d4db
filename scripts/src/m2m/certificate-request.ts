import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { DER, inside } from "@wardkey/protocol/credential";

/**
 * PKCS #10 (RFC 2986) and certs-only CMS (RFC 5652) in as few lines as a small device could carry: everything that EST
 * needs beyond HTTPS.
 */

const ECDSA_WITH_SHA256 = Uint8Array.of(0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);
const COMMON_NAME = Uint8Array.of(0x06, 0x03, 0x55, 0x04, 0x03);
const VERSION_0 = Uint8Array.of(0x02, 0x01, 0x00);
const NO_ATTRIBUTES = Uint8Array.of(0xa0, 0x00);
const SIGNED_DATA_CERTIFICATES = 0xa0;

/** SubjectPublicKeyInfo in DER. */
export const publicKeyOf = (key: KeyObject): Uint8Array => {
  const shown = createPublicKey(createPrivateKey(key.export({ format: "pem", type: "pkcs8" })));
  return new Uint8Array(shown.export({ format: "der", type: "spki" }));
};

/** A request for a certificate of `device`, signed with its P-256 key, in DER. */
export function certificateRequest(device: string, key: KeyObject): Uint8Array {
  const name = element(DER.utf8, Buffer.from(device, "utf8"));
  const subject = element(DER.sequence, element(DER.set, element(DER.sequence, COMMON_NAME, name)));
  const information = element(DER.sequence, VERSION_0, subject, publicKeyOf(key), NO_ATTRIBUTES);
  // ECDSA-Sig-Value in DER, as X.509 wants it; JOSE and COSE have another form.
  const signature = sign("sha256", information, key);
  return element(DER.sequence, information, ECDSA_WITH_SHA256, element(DER.bitString, Uint8Array.of(0), signature));
}

/** The certificates of a certs-only answer in base64 (RFC 7030 4.1.3); `undefined` for anything else. */
export function certificatesIn(answer: string): Uint8Array[] | undefined {
  const der = new Uint8Array(Buffer.from(answer.replace(/\s+/g, ""), "base64"));
  const [, content] = inside({ tag: DER.set, content: der, whole: der }, DER.set)?.flatMap(sequence) ?? [];
  const [signedData] = inside(content, SIGNED_DATA_CERTIFICATES) ?? [];
  const list = inside(signedData, DER.sequence)?.find(({ tag }) => tag === SIGNED_DATA_CERTIFICATES);
  return inside(list, SIGNED_DATA_CERTIFICATES)?.map(({ whole }) => Uint8Array.from(whole));
}

const sequence = (element: Parameters<typeof inside>[0]): NonNullable<ReturnType<typeof inside>> =>
  inside(element, DER.sequence) ?? [];

/** One element with its length in the shortest form (X.690 10.1). */
function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Uint8Array.from(Buffer.concat([Uint8Array.of(tag, ...size), content]));
}
