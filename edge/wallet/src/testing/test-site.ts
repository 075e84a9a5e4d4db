// @peculiar/x509 keeps its registry of extensions in reflect-metadata, which has to be there first.
import "reflect-metadata";
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { after, days, hours, type Instant, instant } from "@wardkey/protocol";
import {
  createSigner,
  createSiteTrust,
  type Issuer,
  issueCredential,
  issueDenyNotice,
  issueStatus,
  keyDigest,
  type OpaqueTemplate,
  READER_USAGE_OID,
  readerUri,
  SIGNER_USAGE_OID,
  type Signer,
  type SiteTrust,
  signerUri,
  templateDigest,
} from "@wardkey/protocol/credential";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

export interface TestReader {
  readonly kiosk: string;
  readonly certificate: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly sign: Signer;
}

export interface ReaderRequest {
  kiosk: string;
  name?: string;
  usageOid?: string;
  /** The site that the certificate names; another than the one that signs is a forgery. */
  site?: string;
  notBefore?: Instant;
  notAfter?: Instant;
}

/** A site authority in a few lines, for tests: what `fleet/server` does for real. */
export interface TestSite {
  readonly id: string;
  readonly trust: SiteTrust;
  reader(request: ReaderRequest): Promise<TestReader>;
  status(kiosk: string, change?: { denyEpoch?: number; notAfter?: Instant; site?: string }): Promise<Uint8Array>;
  denyNotice(denyEpoch: number, kiosks: readonly string[]): Promise<Uint8Array>;
  /** `template: null`: of somebody who enrolled without a face. */
  credential(holderKey: Uint8Array, template: OpaqueTemplate | null): Promise<Uint8Array>;
}

export async function createTestSite(id: string, now: Instant): Promise<TestSite> {
  const root = newKey();
  const name = nameOf({ organization: id, commonName: `${id} root` });
  const signingKey = await webKey(root);
  const life = { notBefore: new Date(after(now, days(-1))), notAfter: new Date(after(now, days(365))) };
  const rootCertificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    issuer: name,
    subject: name,
    ...life,
    publicKey: spkiOf(root),
    signingKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const created = createSiteTrust({ site: id, rootCertificate: new Uint8Array(rootCertificate.rawData) });
  if (!created.ok) throw new Error(created.code);

  const leaf = async (request: {
    subject: x509.Name;
    key: KeyObject;
    usageOid: string;
    uri: string;
    notBefore: Instant;
    notAfter: Instant;
  }): Promise<Uint8Array> => {
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: newSerial(),
      issuer: name,
      subject: request.subject,
      notBefore: new Date(request.notBefore),
      notAfter: new Date(request.notAfter),
      publicKey: spkiOf(request.key),
      signingKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([request.usageOid], true),
        new x509.SubjectAlternativeNameExtension([{ type: "url", value: request.uri }]),
      ],
    });
    return new Uint8Array(certificate.rawData);
  };

  const soon = { notBefore: after(now, hours(-1)), notAfter: after(now, days(30)) };
  const signer = newKey();
  const issuer: Issuer = {
    chain: [
      await leaf({
        ...soon,
        subject: nameOf({ organization: id, commonName: "signer" }),
        key: signer,
        usageOid: SIGNER_USAGE_OID,
        uri: signerUri(id),
      }),
    ],
    sign: createSigner(signer),
  };

  /** Of the newest reader of each name. */
  const readerKeys = new Map<string, Uint8Array>();

  return {
    id,
    trust: created.trust,
    async reader({ kiosk, name: readerName = `Kiosk ${kiosk}`, usageOid = READER_USAGE_OID, site = id, ...dates }) {
      const key = newKey();
      const certificate = await leaf({
        ...soon,
        ...dates,
        subject: nameOf({ organization: site, unit: "Ward 3", commonName: readerName }),
        key,
        usageOid,
        uri: readerUri(site, kiosk),
      });
      const publicKey = new Uint8Array(spkiOf(key));
      readerKeys.set(kiosk, keyDigest(publicKey));
      return { kiosk, certificate, publicKey, sign: createSigner(key) };
    },
    status: (kiosk, { denyEpoch = 0, notAfter = after(now, hours(24)), site = id } = {}) => {
      const readerKey = readerKeys.get(kiosk) ?? new Uint8Array(32);
      return issueStatus({ site, kiosk, readerKey, denyEpoch, notBefore: after(now, hours(-2)), notAfter }, issuer);
    },
    denyNotice: (denyEpoch, kiosks) => issueDenyNotice({ site: id, denyEpoch, kiosks, issuedAt: now }, issuer),
    credential: (holderKey, template) =>
      issueCredential(
        {
          site: id,
          staffId: "anna",
          name: "Anna Example",
          holderKey,
          templateDigest: templateDigest(template),
          epoch: 1,
          issuedAt: instant(now - 1_000),
          expiresAt: after(now, days(90)),
        },
        issuer,
      ),
  };
}

const newKey = (): KeyObject => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

const spkiOf = (key: KeyObject): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(createPublicKey(key).export({ format: "der", type: "spki" }));

const webKey = (key: KeyObject): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey("pkcs8", key.export({ format: "der", type: "pkcs8" }), ALGORITHM, false, ["sign"]);

function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

function nameOf({
  organization,
  unit,
  commonName,
}: {
  organization: string;
  unit?: string;
  commonName: string;
}): x509.Name {
  return new x509.Name([
    { O: [{ utf8String: organization }] },
    ...(unit === undefined ? [] : [{ OU: [{ utf8String: unit }] }]),
    { CN: [{ utf8String: commonName }] },
  ]);
}
