import {
  type Checked,
  contextConstructed,
  contextPrimitive,
  DER,
  type DerElement,
  inside,
  oidText,
  readElements,
} from "@wardkey/protocol/credential";
import { OID } from "./oids.js";

/** Far above the 250 bytes or so of a request with a P-256 key. */
export const MAX_REQUEST_BYTES = 4_096;

export type RequestCode = "csr-malformed" | "csr-weak-key" | "csr-signature" | "csr-name" | "csr-attributes";

/** Whose request this must be: what the ticket or the caller's certificate says. */
export interface ExpectedSubject {
  readonly site: string;
  readonly device: string;
  readonly profile: string;
  /** The one subject alternative name that the certificate will carry. */
  readonly uri: string;
}

/** Did the key of `publicKey` (SubjectPublicKeyInfo, DER) sign `bytes` (ECDSA with SHA-256, signature in DER). */
export type ProvesPossession = (proof: {
  publicKey: Uint8Array;
  bytes: Uint8Array;
  signature: Uint8Array;
}) => "holds" | "fails" | "weak-key";

/**
 * Reads a PKCS#10 request (RFC 2986) and answers its key, which is all that a certificate takes from it. Refuses a request
 * that names anything or anybody else than `expected`, or asks for anything beside the name that it gets anyway.
 */
export function keyOfRequest(
  der: Uint8Array,
  expected: ExpectedSubject,
  proves: ProvesPossession,
): Checked<{ publicKey: Uint8Array }, RequestCode> {
  const refused = (code: RequestCode): { ok: false; code: RequestCode } => ({ ok: false, code });
  const request = readRequest(der);
  if (request === undefined) return refused("csr-malformed");
  const { publicKey, algorithm, signature, bytes } = request;
  if (!hasP256Form(publicKey)) return refused("csr-weak-key");
  if (algorithm !== OID.ecdsaWithSha256) return refused("csr-signature");
  const proof = proves({ publicKey, bytes, signature });
  if (proof === "weak-key") return refused("csr-weak-key");
  if (proof === "fails") return refused("csr-signature");
  if (!namesOnly(request.subject, expected)) return refused("csr-name");
  if (!asksForNothingElse(request.attributes, expected.uri)) return refused("csr-attributes");
  return { ok: true, publicKey };
}

interface Request {
  readonly bytes: Uint8Array;
  readonly subject: readonly DerElement[];
  readonly publicKey: Uint8Array;
  readonly attributes: readonly DerElement[];
  readonly algorithm: string;
  readonly signature: Uint8Array;
}

function readRequest(der: Uint8Array): Request | undefined {
  if (der.length > MAX_REQUEST_BYTES) return undefined;
  const [outer, ...trailing] = readElements(der) ?? [];
  const [info, algorithm, signature, ...more] = inside(outer, DER.sequence) ?? [];
  const [version, subject, spki, attributes, ...others] = inside(info, DER.sequence) ?? [];
  if (trailing.length > 0 || more.length > 0 || others.length > 0 || info === undefined) return undefined;
  const named = inside(subject, DER.sequence);
  const asked = inside(attributes, contextConstructed(0));
  const oid = oidText(inside(algorithm, DER.sequence)?.[0]);
  const isFirst = version?.tag === DER.integer && version.content.length === 1 && version.content[0] === 0;
  if (!isFirst || named === undefined || spki?.tag !== DER.sequence || asked === undefined) return undefined;
  // A bit string of whole bytes.
  if (oid === undefined || signature?.tag !== DER.bitString || signature.content[0] !== 0) return undefined;
  return {
    bytes: info.whole,
    subject: named,
    publicKey: spki.whole,
    attributes: asked,
    algorithm: oid,
    signature: signature.content.subarray(1),
  };
}

/** RFC 5480 2: the algorithm and curve, then an uncompressed point. */
const SPKI_PREFIX = Uint8Array.from([
  0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
  0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
]);
const SPKI_BYTES = SPKI_PREFIX.length + 64;

const hasP256Form = (spki: Uint8Array): boolean =>
  spki.length === SPKI_BYTES && SPKI_PREFIX.every((byte, index) => spki[index] === byte);

/** The device's id as common name; organization and unit, where given, as the certificate will say them. */
function namesOnly(subject: readonly DerElement[], expected: ExpectedSubject): boolean {
  const wanted = new Map<string, string>([
    [OID.commonName, expected.device],
    [OID.organization, expected.site],
    [OID.organizationalUnit, expected.profile],
  ]);
  for (const set of subject) {
    const [pair, ...more] = inside(set, DER.set) ?? [];
    const [type, value, ...rest] = inside(pair, DER.sequence) ?? [];
    if (more.length > 0 || rest.length > 0 || (value?.tag !== DER.utf8 && value?.tag !== DER.printable)) return false;
    const oid = oidText(type) ?? "";
    if (wanted.get(oid) !== textOf(value)) return false;
    wanted.delete(oid);
  }
  return !wanted.has(OID.commonName);
}

/** No attribute, or an extension request for exactly the alternative name that the certificate will carry. */
function asksForNothingElse(attributes: readonly DerElement[], uri: string): boolean {
  if (attributes.length === 0) return true;
  const [attribute, ...more] = attributes;
  const [type, values] = inside(attribute, DER.sequence) ?? [];
  const [extensions, ...others] = inside(values, DER.set) ?? [];
  if (more.length > 0 || others.length > 0 || oidText(type) !== OID.extensionRequest) return false;
  const [extension, ...further] = inside(extensions, DER.sequence) ?? [];
  const parts = inside(extension, DER.sequence) ?? [];
  const value = parts.at(-1);
  if (further.length > 0 || oidText(parts[0]) !== OID.subjectAltName || value?.tag !== DER.octetString) return false;
  const [names, ...trailing] = readElements(value.content) ?? [];
  const [name, ...otherNames] = inside(names, DER.sequence) ?? [];
  if (trailing.length > 0 || otherNames.length > 0) return false;
  return name?.tag === contextPrimitive(6) && textOf(name) === uri;
}

const textOf = ({ content }: DerElement): string => new TextDecoder().decode(content);
