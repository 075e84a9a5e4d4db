// @peculiar/x509 keeps its registry of extensions in reflect-metadata, which has to be there first.
import "reflect-metadata";
import { type KeyObject, randomBytes, webcrypto, X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { WardkeyError } from "@wardkey/protocol";
import type { CertificateAuthority, IssuedLeaf, LeafRequest } from "../app/ports.js";
import type { Validity } from "../domain/lifetimes.js";

const SIGNING = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A P-256 authority whose private key is at hand. */
export async function createAuthority(key: KeyObject, rootCertificate: Uint8Array): Promise<CertificateAuthority> {
  const root = new X509Certificate(rootCertificate);
  if (!root.checkPrivateKey(key)) {
    throw new WardkeyError("root-mismatch", "the site's root certificate and root key do not belong together");
  }
  const issuer = new x509.X509Certificate(copyOf(rootCertificate));
  const signingKey = await signingKeyOf(key);
  return {
    rootCertificate,
    rootValidity: { notBefore: issuer.notBefore.getTime(), notAfter: issuer.notAfter.getTime() },
    async issue(request): Promise<IssuedLeaf> {
      const serial = newSerial();
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: serial,
        issuer: issuer.subjectName,
        subject: subjectOf(request.subject),
        notBefore: new Date(request.notBefore),
        // Nothing outlives the root that vouches for it.
        notAfter: new Date(Math.min(request.notAfter, issuer.notAfter.getTime())),
        publicKey: copyOf(request.publicKey),
        signingKey,
        signingAlgorithm: SIGNING,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([request.usageOid], true),
          new x509.SubjectAlternativeNameExtension([{ type: "url", value: request.uri }]),
          await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
        ],
      });
      return { serial, der: new Uint8Array(certificate.rawData) };
    },
  };
}

/** A self-signed root of `site` for `key`: DER. */
export async function selfSignRoot(key: KeyObject, site: { id: string; name: string } & Validity): Promise<Uint8Array> {
  const publicKey = await publicKeyOf(key);
  const name = subjectOf({ commonName: `${site.name} Wardkey root`, organization: site.id });
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    issuer: name,
    subject: name,
    notBefore: new Date(site.notBefore),
    notAfter: new Date(site.notAfter),
    publicKey,
    signingKey: await signingKeyOf(key),
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  return new Uint8Array(certificate.rawData);
}

function subjectOf(subject: LeafRequest["subject"]): x509.Name {
  const unit = subject.organizationalUnit;
  // Always UTF8String: left to itself the library reads a leading "#" as hexadecimal.
  return new x509.Name([
    { O: [{ utf8String: subject.organization }] },
    ...(unit === undefined ? [] : [{ OU: [{ utf8String: unit }] }]),
    { CN: [{ utf8String: subject.commonName }] },
  ]);
}

/** RFC 5280 4.1.2.2: positive, at most 20 bytes; here 16 random ones with the top bits 01. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

const signingKeyOf = (key: KeyObject): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey("pkcs8", key.export({ format: "der", type: "pkcs8" }), SIGNING, false, ["sign"]);

async function publicKeyOf(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const { d: _private, ...jwk } = key.export({ format: "jwk" });
  return webcrypto.subtle.importKey("jwk", jwk, SIGNING, true, ["verify"]);
}

const copyOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);
