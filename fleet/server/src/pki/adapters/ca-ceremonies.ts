import { createHash, generateKeyPairSync, type KeyObject } from "node:crypto";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { type Instant, WardkeyError } from "@wardkey/protocol";
import { makePrivateFolder, writePrivateFile } from "../../platform/files/secret-file.js";
import { INTERMEDIATE_LIFE, ROOT_LIFE, validityFrom } from "../domain/lifetimes.js";
import { type CaCertificate, publicKeyOf, readCaCertificate, signAuthority } from "./ca-certificate.js";
import { fileName, ROOT_CERTIFICATE, ROOT_KEY, readAuthorities, type SiteAuthorities } from "./ca-folder.js";
import { readRootKey, writeRootKey } from "./root-key.js";

export interface CaSite {
  readonly id: string;
  readonly name: string;
}

interface Ceremony {
  /** The server's folder of authorities: `<dataDir>/pki`. */
  readonly folder: string;
  readonly site: CaSite;
  readonly now: Instant;
  /** Holds the passphrase of the root's key, 16 characters at least; without it the key is not encrypted. */
  readonly passphraseFile?: string;
}

export interface RootMade {
  readonly rootCertificate: Uint8Array;
  /** SHA-256 of the certificate, base64url: what a ticket carries. */
  readonly rootDigest: string;
  readonly rootKeyFile: string;
}

export const digestOf = (certificate: Uint8Array): string =>
  createHash("sha256").update(certificate).digest("base64url");

/**
 * Makes a site's root and first intermediate. The root's key goes to `rootKeyFile`, which may be on a medium that leaves
 * with its keeper. Refuses with `ca-exists` a folder that has a root; a first time that broke off begins anew.
 */
export async function caInit(ceremony: Ceremony & { readonly rootKeyFile?: string }): Promise<RootMade> {
  const { folder, site, now, passphraseFile } = ceremony;
  await makePrivateFolder(folder);
  if ((await readAuthorities(folder)) !== null) {
    throw new WardkeyError("ca-exists", `${folder} already holds a root: rotate it rather than make another`);
  }
  const rootKeyFile = ceremony.rootKeyFile ?? join(folder, ROOT_KEY);
  const known = await exists(rootKeyFile);
  const key = known ? await readRootKey(rootKeyFile, passphraseFile) : newKey();
  if (!known) await writeRootKey(rootKeyFile, key, passphraseFile);
  const root = readMade(selfSigned(site, key, now));
  await writePrivateFile(join(folder, ROOT_CERTIFICATE), root.der);
  const intermediate = await makeIntermediate(folder, { site, now, root, key });
  await writePrivateFile(join(folder, fileName.intermediate(intermediate.id, "cer")), intermediate.der);
  return { rootCertificate: root.der, rootDigest: digestOf(root.der), rootKeyFile };
}

/** A new intermediate under the root in force. What the former one issued stays valid until it ends. */
export async function rotateIntermediate(
  ceremony: Ceremony & { readonly rootKeyFile: string },
): Promise<{ certificate: Uint8Array; digest: string }> {
  const { folder, site, now } = ceremony;
  const { root, key } = await openRoot(ceremony, await authoritiesOf(folder));
  const intermediate = await makeIntermediate(folder, { site, now, root, key });
  await writePrivateFile(join(folder, fileName.intermediate(intermediate.id, "cer")), intermediate.der);
  return { certificate: intermediate.der, digest: digestOf(intermediate.der) };
}

/**
 * A new root, and with it NewWithOld and OldWithNew (RFC 4210 4.4): who trusts the old root follows to the new one, who
 * knows the new one alone still believes what hangs under the old. The new root bears the old one's name, so that no
 * path grows longer (RFC 5280 6.1: self-issued certificates do not count).
 */
export async function rotateRoot(
  ceremony: Ceremony & {
    readonly rootKeyFile: string;
    readonly newRootKeyFile: string;
    readonly newPassphraseFile?: string;
  },
): Promise<RootMade> {
  const { folder, site, now, newRootKeyFile } = ceremony;
  const { root: old, key: oldKey } = await openRoot(ceremony, await authoritiesOf(folder));
  const key = newKey();
  await writeRootKey(newRootKeyFile, key, ceremony.newPassphraseFile);
  const validity = validityFrom(now, ROOT_LIFE);
  const subject = { der: old.subject };
  const root = readMade(signAuthority({ subject, publicKey: publicKeyOf(key), validity, pathLength: 1, key }));
  const cross = (whose: CaCertificate, by: CaCertificate, signingKey: KeyObject): Uint8Array =>
    signAuthority({
      subject,
      publicKey: whose.publicKey,
      // Neither outlives the two that it joins.
      validity: { notBefore: validity.notBefore, notAfter: Math.min(old.notAfter, root.notAfter) },
      pathLength: 1,
      issuer: by,
      key: signingKey,
    });
  const write = (name: string, der: Uint8Array): Promise<void> => writePrivateFile(join(folder, name), der);
  const intermediate = await makeIntermediate(folder, { site, now, root, key });
  await write(fileName.formerRoot(old.id), old.der);
  await write(fileName.cross(root.id, old.id), cross(root, old, oldKey));
  await write(fileName.cross(old.id, root.id), cross(old, root, key));
  await write(fileName.intermediate(intermediate.id, "cer"), intermediate.der);
  // From here on the new root is in force; until here nothing of it is known.
  await write(ROOT_CERTIFICATE, root.der);
  return { rootCertificate: root.der, rootDigest: digestOf(root.der), rootKeyFile: newRootKeyFile };
}

async function authoritiesOf(folder: string): Promise<SiteAuthorities> {
  const authorities = await readAuthorities(folder);
  if (authorities === null) {
    throw new WardkeyError("root-missing", `${folder} holds no root: make one with "wardkey ca init"`);
  }
  return authorities;
}

async function openRoot(
  ceremony: Ceremony & { readonly rootKeyFile: string },
  { roots: [root] }: SiteAuthorities,
): Promise<{ root: CaCertificate; key: KeyObject }> {
  const key = await readRootKey(ceremony.rootKeyFile, ceremony.passphraseFile);
  if (root === undefined || !root.x509.checkPrivateKey(key)) {
    throw new WardkeyError("root-mismatch", `${ceremony.rootKeyFile} is not the key of the root in force`);
  }
  return { root, key };
}

/** Writes the key; the certificate is the caller's to write when all else is there. */
async function makeIntermediate(
  folder: string,
  made: { site: CaSite; now: Instant; root: CaCertificate; key: KeyObject },
): Promise<CaCertificate> {
  const key = newKey();
  const { notBefore, notAfter } = validityFrom(made.now, INTERMEDIATE_LIFE);
  const intermediate = readMade(
    signAuthority({
      subject: { organization: made.site.id, commonName: `${made.site.name} Wardkey intermediate` },
      publicKey: publicKeyOf(key),
      validity: { notBefore, notAfter: Math.min(notAfter, made.root.notAfter) },
      pathLength: 0,
      issuer: made.root,
      key: made.key,
    }),
  );
  const pem = key.export({ format: "pem", type: "pkcs8" });
  await writePrivateFile(join(folder, fileName.intermediate(intermediate.id, "key")), pem);
  return intermediate;
}

const selfSigned = (site: CaSite, key: KeyObject, now: Instant): Uint8Array =>
  signAuthority({
    subject: { organization: site.id, commonName: `${site.name} Wardkey root` },
    publicKey: publicKeyOf(key),
    validity: validityFrom(now, ROOT_LIFE),
    pathLength: 1,
    key,
  });

function readMade(der: Uint8Array): CaCertificate {
  const read = readCaCertificate(der);
  if (read === undefined) throw new WardkeyError("ca-damaged", "a certificate just made cannot be read");
  return read;
}

const newKey = (): KeyObject => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
