import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { WardkeyError } from "@wardkey/protocol";
import { type CertificateChain, MAX_CHAIN_LENGTH } from "@wardkey/protocol/credential";
import { makePrivateFolder, readPrivateFile } from "../../platform/files/secret-file.js";
import type { CertificateAuthority } from "../app/certificates.js";
import { type CaCertificate, createAuthority, readCaCertificate, signedBy } from "./ca-certificate.js";

/**
 * The folder of a site's authorities. Each certificate and each key is a file that is written once; which is which shows
 * from the certificates themselves, so that a ceremony broken off halfway leaves what was in force.
 *
 *   root.cer                     the root in force         root-<key id>.cer            a root before it
 *   intermediate-<key id>.cer    with .key beside it       cross-<subject>-<issuer>.cer
 */
export const ROOT_CERTIFICATE = "root.cer";
export const ROOT_KEY = "root.key";
export const fileName = {
  formerRoot: (id: string): string => `root-${id.slice(0, 16)}.cer`,
  intermediate: (id: string, kind: "cer" | "key"): string => `intermediate-${id.slice(0, 16)}.${kind}`,
  cross: (subject: string, issuer: string): string => `cross-${subject.slice(0, 16)}-${issuer.slice(0, 16)}.cer`,
};

export interface SiteAuthorities {
  /** The root in force first. */
  readonly roots: readonly CaCertificate[];
  /** Those under the root in force first, of them the newest. */
  readonly intermediates: readonly CaCertificate[];
  readonly crosses: readonly CaCertificate[];
  /** By the identifier of their key: those whose key is here, the one in force first. */
  readonly issuing: ReadonlyMap<string, CertificateAuthority>;
}

/** `null` when the folder holds no root yet. Refuses with `ca-damaged` a file that is no certificate of an authority. */
export async function readAuthorities(folder: string): Promise<SiteAuthorities | null> {
  await makePrivateFolder(folder);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".cer")).sort();
  const found: CaCertificate[] = [];
  let inForce: CaCertificate | undefined;
  for (const name of names) {
    const certificate = readCaCertificate((await readPrivateFile(join(folder, name))) ?? new Uint8Array(0));
    if (certificate === undefined) {
      throw new WardkeyError("ca-damaged", `${join(folder, name)} is no certificate of an authority: restore it`);
    }
    found.push(certificate);
    if (name === ROOT_CERTIFICATE) inForce = certificate;
  }
  if (inForce === undefined) {
    if (found.length === 0) return null;
    throw new WardkeyError("root-missing", `${join(folder, ROOT_CERTIFICATE)} is missing: restore it`);
  }
  const { id } = inForce;
  const distinct = [...new Map(found.map((one) => [one.x509.fingerprint256, one])).values()];
  const roots = distinct.filter((one) => signedBy(one, one)).sort((a, b) => rank(b, id) - rank(a, id));
  const signedByRoot = distinct.filter((one) => !roots.includes(one) && roots.some((root) => signedBy(one, root)));
  const intermediates = signedByRoot.filter((one) => !isCross(one)).sort((a, b) => b.notBefore - a.notBefore);
  const underTheNewest = intermediates.filter((one) => roots[0] !== undefined && signedBy(one, roots[0]));
  const ordered = [...new Set([...underTheNewest, ...intermediates])];
  const crosses = signedByRoot.filter(isCross);
  return { roots, intermediates: ordered, crosses, issuing: await issuingOf(folder, ordered) };
}

/** The leaf, its intermediate and what leads on from there to roots that others may still, or already, trust instead. */
export function chainOf(authorities: SiteAuthorities, leaf: Uint8Array): CertificateChain {
  const certificate = new X509Certificate(leaf);
  const intermediate = authorities.intermediates.find(({ x509 }) => certificate.checkIssued(x509));
  const top = intermediate?.x509 ?? certificate;
  const root = authorities.roots.find(({ x509 }) => top.checkIssued(x509) && top.verify(x509.publicKey));
  const chain = [leaf, ...(intermediate === undefined ? [] : [intermediate.der])];
  return root === undefined ? chain : [...chain, ...crossPath(authorities, root)].slice(0, MAX_CHAIN_LENGTH);
}

/** The identifier of the intermediate that signed it; `null` when none of these did. */
export function issuerOf({ intermediates }: SiteAuthorities, leaf: Uint8Array): string | null {
  const certificate = new X509Certificate(leaf);
  const signer = intermediates.find(({ x509 }) => certificate.checkIssued(x509) && certificate.verify(x509.publicKey));
  return signer?.id ?? null;
}

/** A cross-certificate joins two roots of one name (RFC 5280 3.2: self-issued). */
const isCross = ({ subject, issuer }: CaCertificate): boolean => Buffer.compare(subject, issuer) === 0;

/** From `root` to older roots, which those trust who have not followed yet; from the oldest to newer ones. */
function crossPath({ roots, crosses }: SiteAuthorities, from: CaCertificate): Uint8Array[] {
  const byAge = [...roots].sort((a, b) => a.notBefore - b.notBefore);
  const path: Uint8Array[] = [];
  const passed = [from];
  for (const at of passed) {
    const others = byAge.filter((root) => !passed.includes(root));
    const issuer = others.find((root) => crosses.some((cross) => cross.id === at.id && signedBy(cross, root)));
    const cross = crosses.find((one) => one.id === at.id && issuer !== undefined && signedBy(one, issuer));
    if (cross === undefined || issuer === undefined) return path;
    path.push(cross.der);
    passed.push(issuer);
  }
  return path;
}

/** What EST hands out (RFC 7030 4.1.3): every root, every intermediate, every cross-certificate. */
export const allCertificates = ({ roots, intermediates, crosses }: SiteAuthorities): Uint8Array[] =>
  [...roots, ...intermediates, ...crosses].map(({ der }) => der);

/** The root in force first, then by age. */
const rank = (one: CaCertificate, inForce: string): number =>
  one.id === inForce ? Number.MAX_SAFE_INTEGER : one.notBefore;

async function issuingOf(
  folder: string,
  intermediates: readonly CaCertificate[],
): Promise<Map<string, CertificateAuthority>> {
  const issuing = new Map<string, CertificateAuthority>();
  for (const intermediate of intermediates) {
    const path = join(folder, fileName.intermediate(intermediate.id, "key"));
    const key = await readPrivateFile(path);
    if (key !== null) issuing.set(intermediate.id, createAuthority(readKey(key, path), intermediate));
  }
  return issuing;
}

function readKey(pem: Buffer, path: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new WardkeyError("ca-damaged", `${path} holds no private key: restore it`, { cause: error });
  }
}
