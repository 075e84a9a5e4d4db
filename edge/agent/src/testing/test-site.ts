// @peculiar/x509 keeps its registry of extensions in reflect-metadata, which has to be there first.
import "reflect-metadata";
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { after, days, hours, type Instant } from "@wardkey/protocol";
import {
  createSigner,
  createSiteTrust,
  type Issuer,
  issueCredential,
  issueStatus,
  keyDigest,
  type OpaqueTemplate,
  READER_USAGE_OID,
  readerUri,
  SIGNER_USAGE_OID,
  type Signer,
  type SiteTrust,
  signerUri,
} from "@wardkey/protocol/credential";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

export interface TestReader {
  readonly kiosk: string;
  readonly certificate: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly status: Uint8Array;
  readonly sign: Signer;
}

/** A site authority in a few lines, for the tests of the senses: what `fleet/server` does for real. */
export interface TestSite {
  readonly id: string;
  readonly trust: SiteTrust;
  /** With a key of the caller's, or a fresh one. */
  reader(kiosk: string, made?: { readonly key?: KeyObject; readonly denyEpoch?: number }): Promise<TestReader>;
  credential(holder: { staffId: string; holderKey: Uint8Array; template: OpaqueTemplate }): Promise<Uint8Array>;
}

export const newKey = (): KeyObject => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

export const spkiOf = (key: KeyObject): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(createPublicKey(key).export({ format: "der", type: "spki" }));

export async function createTestSite(id: string, now: Instant): Promise<TestSite> {
  const root = newKey();
  const name = `O=${id}, CN=${id} root`;
  const signingKey = await webcrypto.subtle.importKey(
    "pkcs8",
    root.export({ format: "der", type: "pkcs8" }),
    ALGORITHM,
    false,
    ["sign"],
  );
  const certificate = async (request: {
    readonly subject: string;
    readonly key: KeyObject;
    readonly life: { readonly notBefore: Instant; readonly notAfter: Instant };
    readonly extensions: x509.Extension[];
  }): Promise<Uint8Array> => {
    const made = await x509.X509CertificateGenerator.create({
      serialNumber: `4${randomBytes(15).toString("hex")}`,
      issuer: name,
      subject: request.subject,
      notBefore: new Date(request.life.notBefore),
      notAfter: new Date(request.life.notAfter),
      publicKey: spkiOf(request.key),
      signingKey,
      signingAlgorithm: ALGORITHM,
      extensions: request.extensions,
    });
    return new Uint8Array(made.rawData);
  };
  const leafExtensions = (usage: string, uri: string): x509.Extension[] => [
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([usage], true),
    new x509.SubjectAlternativeNameExtension([{ type: "url", value: uri }]),
  ];
  const rootCertificate = await certificate({
    subject: name,
    key: root,
    life: { notBefore: after(now, days(-1)), notAfter: after(now, days(365)) },
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const created = createSiteTrust({ site: id, rootCertificate });
  if (!created.ok) throw new Error(created.code);
  const life = { notBefore: after(now, hours(-1)), notAfter: after(now, days(30)) };
  const signer = newKey();
  const issuer: Issuer = {
    chain: [
      await certificate({
        subject: `O=${id}, CN=signer`,
        key: signer,
        life,
        extensions: leafExtensions(SIGNER_USAGE_OID, signerUri(id)),
      }),
    ],
    sign: createSigner(signer),
  };
  return {
    id,
    trust: created.trust,
    async reader(kiosk, { key = newKey(), denyEpoch = 0 } = {}) {
      const extensions = leafExtensions(READER_USAGE_OID, readerUri(id, kiosk));
      const status = {
        site: id,
        kiosk,
        readerKey: keyDigest(spkiOf(key)),
        denyEpoch,
        notBefore: after(now, hours(-1)),
        notAfter: after(now, hours(24)),
      };
      return {
        kiosk,
        certificate: await certificate({ subject: `O=${id}, OU=Ward 3, CN=Kiosk ${kiosk}`, key, life, extensions }),
        publicKey: spkiOf(key),
        status: await issueStatus(status, issuer),
        sign: createSigner(key),
      };
    },
    credential: ({ staffId, holderKey, template }) =>
      issueCredential(
        {
          site: id,
          staffId,
          name: `Dr ${staffId}`,
          holderKey,
          templateDigest: template.digest(),
          epoch: 1,
          issuedAt: after(now, hours(-1)),
          expiresAt: after(now, days(90)),
        },
        issuer,
      ),
  };
}
