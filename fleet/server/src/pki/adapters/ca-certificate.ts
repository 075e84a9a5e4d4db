import { createHash, createPublicKey, type KeyObject, randomBytes, sign, type X509Certificate } from "node:crypto";
import { WardkeyError } from "@wardkey/protocol";
import { parseCertificate } from "@wardkey/protocol/credential";
import type { CertificateAuthority, IssuedLeaf } from "../app/certificates.js";
import {
  type AlternativeName,
  certificateBody,
  type IssuerName,
  nameOf,
  type SubjectName,
  signed,
} from "../domain/certificate-body.js";
import { bytesOfHex } from "../domain/crl-body.js";
import type { Validity } from "../domain/lifetimes.js";

/** A certificate that may issue others: a root, an intermediate or a cross-certificate. */
export interface CaCertificate extends IssuerName, Validity {
  readonly der: Uint8Array;
  readonly x509: X509Certificate;
  readonly serial: string;
  readonly issuer: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** Its key's identifier, hexadecimal. */
  readonly id: string;
}

/** `undefined` for what is no certificate of an authority on P-256. */
export function readCaCertificate(der: Uint8Array): CaCertificate | undefined {
  const parsed = parseCertificate(Uint8Array.from(der));
  if (parsed === undefined || !parsed.authority || !parsed.keyUsage.keyCertSign) return undefined;
  const { serial, issuer, subject, notBefore, notAfter, publicKey, x509 } = parsed;
  const keyId = keyIdOf(publicKey);
  return {
    der: parsed.der,
    x509,
    serial,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    keyId,
    id: Buffer.from(keyId).toString("hex"),
  };
}

/** Did the key of `issuer` sign `certificate`, whatever names they carry. */
export function signedBy(certificate: CaCertificate, issuer: Pick<CaCertificate, "x509">): boolean {
  return certificate.x509.verify(issuer.x509.publicKey);
}

/** An authority whose private key is at hand. Refuses with `ca-mismatch` a key that is not the certificate's. */
export function createAuthority(key: KeyObject, certificate: CaCertificate): CertificateAuthority {
  if (!certificate.x509.checkPrivateKey(key)) {
    throw new WardkeyError("ca-mismatch", "a certificate authority's certificate and key do not belong together");
  }
  return {
    id: certificate.id,
    notAfter: certificate.notAfter,
    issue(request): IssuedLeaf {
      const serial = newSerial();
      // Nothing outlives the authority that vouches for it.
      const validity = {
        notBefore: request.notBefore,
        notAfter: Math.min(request.notAfter, certificate.notAfter),
      };
      const body = certificateBody({
        ...validity,
        serial: bytesOfHex(serial),
        issuer: certificate,
        subject: nameOf(request.subject),
        publicKey: request.publicKey,
        kind: { kind: "leaf", usage: request.usageOid, names: request.names },
      });
      return { ...validity, serial, der: signed(body, sign("sha256", body, key)), issuer: certificate.id };
    },
    sign: (bodyOf) => {
      const body = bodyOf(certificate);
      return signed(body, sign("sha256", body, key));
    },
  };
}

/** The certificate of an authority: by its own key a root, by another's an intermediate or a cross-certificate. */
export function signAuthority(request: {
  subject: SubjectName | { readonly der: Uint8Array };
  publicKey: Uint8Array;
  validity: Validity;
  pathLength: number;
  /** Absent: the certificate names itself. */
  issuer?: IssuerName;
  key: KeyObject;
}): Uint8Array {
  const subject = "der" in request.subject ? request.subject.der : nameOf(request.subject);
  const subjectKeyId = keyIdOf(request.publicKey);
  const body = certificateBody({
    ...request.validity,
    serial: bytesOfHex(newSerial()),
    issuer: request.issuer ?? { subject, keyId: subjectKeyId },
    subject,
    publicKey: request.publicKey,
    kind: { kind: "authority", pathLength: request.pathLength, subjectKeyId },
  });
  return signed(body, sign("sha256", body, request.key));
}

export const publicKeyOf = (key: KeyObject): Uint8Array =>
  Uint8Array.from(createPublicKey(key).export({ format: "der", type: "spki" }));

/** A name as it stands in a configuration: an address, else a DNS name. */
export function alternativeNameOf(host: string): AlternativeName {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host);
  if (v4 !== null) return { address: Uint8Array.from(v4.slice(1).map(Number)) };
  return host.includes(":") ? { address: addressV6(host) } : { dns: host };
}

function addressV6(host: string): Uint8Array {
  const [head = "", tail = ""] = host.split("::");
  const groups = (text: string): number[] =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const before = groups(head);
  const after = host.includes("::") ? groups(tail) : [];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return Uint8Array.from([...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]));
}

/** RFC 5280 4.2.1.2 (1): SHA-1 over the key's bits. It names the key and secures nothing. */
const keyIdOf = (spki: Uint8Array): Uint8Array =>
  Uint8Array.from(createHash("sha1").update(spki.subarray(SPKI_BITS_AT)).digest());
const SPKI_BITS_AT = 26;

/** RFC 5280 4.1.2.2: positive, at most 20 bytes; here 16 random ones with the top bits 01. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}
