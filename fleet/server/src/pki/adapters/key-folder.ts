import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { join } from "node:path";
import { type Instant, WardkeyError } from "@wardkey/protocol";
import { createSigner, type Issuer, SIGNER_USAGE_OID, signerUri } from "@wardkey/protocol/credential";
import { makePrivateFolder, readPrivateFile, writePrivateFile } from "../../platform/files/secret-file.js";
import type { CertificateAuthority, IssueLog } from "../app/ports.js";
import { needsRenewal, ROOT_LIFE, SIGNER_LIFE, type Validity, validityFrom } from "../domain/lifetimes.js";
import { createAuthority, selfSignRoot } from "./x509-authority.js";

type Site = { id: string; name: string };

/**
 * The root of `folder`, made at the first start. A start that broke between key and certificate is finished; a folder
 * that lost its root after certificates were issued is refused with `root-missing`: a new root would cut off every
 * kiosk and phone without a word.
 */
export async function openRoot(parts: {
  folder: string;
  site: Site;
  now: Instant;
  issuedBefore: boolean;
}): Promise<CertificateAuthority> {
  await makePrivateFolder(parts.folder);
  const keyPath = join(parts.folder, "root.key");
  const certificatePath = join(parts.folder, "root.cer");
  const knownCertificate = await readPrivateFile(certificatePath);
  const knownKey = await readPrivateFile(keyPath);
  const whole = knownKey !== null && knownCertificate !== null;
  if (!whole && (parts.issuedBefore || knownCertificate !== null)) {
    throw new WardkeyError(
      "root-missing",
      `the site's root is not whole in ${parts.folder}: restore root.key and root.cer`,
    );
  }
  const key = knownKey === null ? newKey() : readKey(knownKey, keyPath);
  if (knownKey === null) await writePrivateFile(keyPath, pemOf(key));
  if (knownCertificate !== null) return createAuthority(key, Uint8Array.from(knownCertificate));
  const certificate = await selfSignRoot(key, { ...parts.site, ...validityFrom(parts.now, ROOT_LIFE) });
  await writePrivateFile(certificatePath, certificate);
  return createAuthority(key, certificate);
}

/**
 * The key that signs credentials and statuses, with its certificate. Each call answers the pair to sign with now: a new one
 * once half of its life is over, so that a site that is never restarted goes on signing.
 */
export async function openSigner(parts: {
  folder: string;
  site: Site;
  now(): Instant;
  authority: CertificateAuthority;
  log: IssueLog;
}): Promise<() => Promise<Issuer>> {
  const path = join(parts.folder, "signer.json");
  const known = await readSigner(path);
  let current = Promise.resolve(known ?? (await makeSigner(path, parts)));
  return async () => {
    const pair = await current;
    if (needsRenewal(validityOf(pair.certificate), parts.now())) {
      const renewed = makeSigner(path, parts);
      current = renewed.catch(() => pair);
      return issuerOf(await renewed);
    }
    return issuerOf(pair);
  };
}

async function makeSigner(
  path: string,
  { site, now, authority, log }: { site: Site; now(): Instant; authority: CertificateAuthority; log: IssueLog },
): Promise<SignerPair> {
  const key = newKey();
  const validity = validityFrom(now(), SIGNER_LIFE);
  const subject = `${site.name} credentials`;
  const leaf = await authority.issue({
    ...validity,
    subject: { commonName: subject, organization: site.id },
    publicKey: createPublicKey(key).export({ format: "der", type: "spki" }),
    usageOid: SIGNER_USAGE_OID,
    uri: signerUri(site.id),
  });
  await log.record({ ...leaf, ...validity, usage: "signer", subject, kiosk: null, issuedAt: now() });
  // One file for both, so that no moment exists in which they do not fit.
  const stored = { key: pemOf(key), certificate: Buffer.from(leaf.der).toString("base64") };
  await writePrivateFile(path, JSON.stringify(stored));
  return { key, certificate: leaf.der };
}

type SignerPair = { key: KeyObject; certificate: Uint8Array };

async function readSigner(path: string): Promise<SignerPair | null> {
  const file = await readPrivateFile(path);
  if (file === null) return null;
  try {
    const { key, certificate }: { key?: unknown; certificate?: unknown } = JSON.parse(file.toString("utf8"));
    if (typeof key !== "string" || typeof certificate !== "string") throw new TypeError("a member is missing");
    return { key: createPrivateKey(key), certificate: Buffer.from(certificate, "base64") };
  } catch (error) {
    throw new WardkeyError("signer-unreadable", `${path} is damaged: restore it, or remove it to make a new one`, {
      cause: error,
    });
  }
}

const issuerOf = ({ key, certificate }: SignerPair): Issuer => ({ chain: [certificate], sign: createSigner(key) });

function validityOf(certificate: Uint8Array): Validity {
  const { validFrom, validTo } = new X509Certificate(certificate);
  return { notBefore: Date.parse(validFrom), notAfter: Date.parse(validTo) };
}

const newKey = (): KeyObject => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const pemOf = (key: KeyObject): string => key.export({ format: "pem", type: "pkcs8" }).toString();

function readKey(pem: Buffer, path: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new WardkeyError("root-unreadable", `${path} holds no private key: restore it`, { cause: error });
  }
}
