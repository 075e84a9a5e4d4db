// @peculiar/x509 keeps its registry of extensions in reflect-metadata, which has to be there first.
import "reflect-metadata";
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { after, days, type Instant } from "@wardkey/protocol";
import {
  createSigner,
  createSiteTrust,
  type Issuer,
  POLICY_USAGE_OID,
  policyUri,
  SIGNER_USAGE_OID,
  type SiteTrust,
} from "@wardkey/protocol/credential";
import { type PolicyDocument, PRODUCTION_SETTINGS } from "@wardkey/protocol/policy";
import { signPolicy } from "@wardkey/protocol/policy/signed";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const newKey = (): KeyObject => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const spkiOf = (key: KeyObject): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(createPublicKey(key).export({ format: "der", type: "spki" }));

/** A site's root and its policy key, for tests: what `fleet/server` does for real. */
export interface PolicyDesk {
  readonly site: string;
  readonly trust: SiteTrust;
  /** Another usage than the policy's, or none. */
  readonly issuer: Issuer;
  readonly wrongUsage: Issuer;
  document(bend?: Partial<PolicyDocument>): PolicyDocument;
  sign(bend?: Partial<PolicyDocument>): Promise<{ jws: string; digest: string }>;
}

export async function openPolicyDesk(site: string, now: Instant): Promise<PolicyDesk> {
  const root = newKey();
  const name = `O=${site}, CN=${site} root`;
  const signingKey = await webcrypto.subtle.importKey(
    "pkcs8",
    root.export({ format: "der", type: "pkcs8" }),
    ALGORITHM,
    false,
    ["sign"],
  );
  const life = { notBefore: new Date(after(now, days(-1))), notAfter: new Date(after(now, days(700))) };
  const certificate = async (subject: string, key: KeyObject, extensions: x509.Extension[]): Promise<Uint8Array> => {
    const made = await x509.X509CertificateGenerator.create({
      serialNumber: `4${randomBytes(15).toString("hex")}`,
      issuer: name,
      subject,
      ...life,
      publicKey: spkiOf(key),
      signingKey,
      signingAlgorithm: ALGORITHM,
      extensions,
    });
    return new Uint8Array(made.rawData);
  };
  const rootCertificate = await certificate(name, root, [
    new x509.BasicConstraintsExtension(true, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
  ]);
  const created = createSiteTrust({ site, rootCertificate });
  if (!created.ok) throw new Error(created.code);
  const issuerFor = async (usage: string): Promise<Issuer> => {
    const key = newKey();
    const leaf = await certificate(`O=${site}, CN=policy`, key, [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([usage], true),
      new x509.SubjectAlternativeNameExtension([{ type: "url", value: policyUri(site) }]),
    ]);
    return { chain: [leaf], sign: createSigner(key) };
  };
  const issuer = await issuerFor(POLICY_USAGE_OID);
  const document = (bend: Partial<PolicyDocument> = {}): PolicyDocument => ({
    v: 1,
    site,
    version: 1,
    issuedAt: now,
    expiresAt: after(now, days(90)),
    note: "",
    base: PRODUCTION_SETTINGS,
    groups: {},
    layers: [],
    devices: [],
    ...bend,
  });
  return {
    site,
    trust: created.trust,
    issuer,
    wrongUsage: await issuerFor(SIGNER_USAGE_OID),
    document,
    sign: (bend) => signPolicy(document(bend), issuer),
  };
}
