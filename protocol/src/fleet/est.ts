import { createPublicKey, type KeyObject, sign } from "node:crypto";
import { parseCertificate } from "../credential/certificate.js";
import { DER, inside, readElements } from "../credential/der.js";
import { bitString, oid, sequence, set, smallInteger, tagged, utf8String } from "../credential/der-write.js";

/** What EST (RFC 7030) carries: requests for a certificate, and messages of certificates alone. */

const OID = {
  commonName: "2.5.4.3",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  /** RFC 5652 4 and 5. */
  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
} as const;

/** A certificate request (PKCS #10, RFC 2986) for `device`, signed with its private P-256 key, in DER. */
export function certificateRequest(device: string, key: KeyObject): Uint8Array {
  const subject = sequence(set(sequence(oid(OID.commonName), utf8String(device))));
  const information = sequence(smallInteger(0), subject, publicKeyOf(key), tagged(0));
  // ECDSA-Sig-Value in DER, as X.509 wants it; JOSE and COSE have another form.
  const signature = Uint8Array.from(sign("sha256", information, key));
  return sequence(information, sequence(oid(OID.ecdsaWithSha256)), bitString(signature));
}

/** A certs-only message (RFC 5652 5, RFC 7030 4.1.3): a SignedData that signs nothing and carries certificates. */
export function certsOnly(certificates: readonly Uint8Array[]): Uint8Array {
  const signedData = sequence(
    smallInteger(1),
    set(),
    sequence(oid(OID.data)),
    tagged(0, ...setOrder(certificates)),
    set(),
  );
  return sequence(oid(OID.signedData), tagged(0, signedData));
}

const MAX_CERTIFICATES = 16;
const CONTENT = 0xa0;

/** The certificates of a certs-only message in base64, white space ignored, in DER; `null` for anything else. */
export function certificatesIn(base64: string): readonly Uint8Array[] | null {
  const der = new Uint8Array(Buffer.from(base64.replace(/\s+/g, ""), "base64"));
  const [message, ...trailing] = readElements(der) ?? [];
  const [, content] = inside(message, DER.sequence) ?? [];
  const [signedData] = inside(content, CONTENT) ?? [];
  const list = inside(signedData, DER.sequence)?.find(({ tag }) => tag === CONTENT);
  const found = inside(list, CONTENT);
  if (trailing.length > 0 || found === undefined || found.length > MAX_CERTIFICATES) return null;
  return found.map(({ whole }) => Uint8Array.from(whole));
}

/** The one among `certificates` that is for the public half of `key`. */
export function certificateFor(certificates: readonly Uint8Array[], key: KeyObject): Uint8Array | undefined {
  const own = publicKeyOf(key);
  return certificates.find((der) => Buffer.compare(parseCertificate(der)?.publicKey ?? NOTHING, own) === 0);
}

const NOTHING = new Uint8Array();

/** SubjectPublicKeyInfo, DER. */
const publicKeyOf = (key: KeyObject): Uint8Array =>
  Uint8Array.from(createPublicKey(key).export({ format: "der", type: "spki" }));

/** X.690 11.6: DER orders the members of a SET OF by their bytes. */
function setOrder(members: readonly Uint8Array[]): Uint8Array[] {
  return [...members].sort((a, b) => Buffer.compare(a, b));
}
