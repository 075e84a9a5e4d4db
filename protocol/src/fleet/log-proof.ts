import { encode, rfc8949EncodeOptions } from "cborg";
import { z } from "zod";
import { decodeBase64Url, encodeBase64Url } from "../credential/base64.js";
import { type CertificateFields, readCertificate } from "../credential/certificate-fields.js";
import { followChain, mayIssue } from "../credential/chain-path.js";
import { jsonOf, jwsParts } from "../credential/jws-parts.js";
import { type CredentialCode, refused } from "../credential/results.js";
import { sameBytes } from "../credential/same-bytes.js";
import { DOWNLINK_USAGE_OID, downlinkUri, isFor, isNamed } from "../credential/site-usage.js";
import { type Instant, instant } from "../units.js";
import { consistencySteps, type Hash, inclusionSteps, isIndex, type Step } from "./merkle-steps.js";
import { MAX_DOWN_BYTES, TreeHeadBody } from "./messages.js";
import type { JournalEvent } from "./site-api.js";
import { ecdsaRaw, holdsP256, sha256 } from "./web-crypto.js";

export { decodeBase64Url, encodeBase64Url } from "../credential/base64.js";

/**
 * The site's log checked where nobody of the site can reach: in the reader's browser, with its own cryptography. What the
 * server's audit writes by journal-hash.ts and merkle.ts is computed here anew from what a page was given.
 */

/** An event as the site lists it. */
export type LoggedEvent = JournalEvent & { readonly source: string };

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** SHA-256(prev || canonical bytes): whether an event continues the one before it in its journal. `prev` is base64url; 32 zero bytes before the first. */
export async function journalHashInBrowser(prev: string | null, event: JournalEvent): Promise<string> {
  const before = prev === null ? new Uint8Array(32) : bytesOf(prev);
  return encodeBase64Url(await sha256(before, encode(entryOf(event), rfc8949EncodeOptions)));
}

/** The leaf of an event in the log: SHA-256(0x00 || CBOR [source, seq, hash, entry]). */
export function leafInBrowser(event: LoggedEvent): Promise<Hash> {
  const leaf = [event.source, event.seq, bytesOf(event.hash), entryOf(event)];
  return sha256(LEAF, encode(leaf, rfc8949EncodeOptions));
}

const entryOf = ({ seq, id, at, kind, body }: JournalEvent) => ({ seq, id, at, kind, body });

/** One step of the way up, with what it made: for who wants to see it. */
export interface WalkedStep extends Step {
  readonly made: Hash;
}

/** Whether `leaf` stands at `index` of the tree of `size` leaves under `root` (RFC 9162 2.1.3.2), and each hash on the way. */
export async function proveInclusion(claim: {
  index: number;
  size: number;
  leaf: Hash;
  proof: readonly Hash[];
  root: Hash;
}): Promise<{ readonly holds: boolean; readonly walk: readonly WalkedStep[] }> {
  const steps = inclusionSteps(claim);
  if (steps === undefined) return { holds: false, walk: [] };
  const walk: WalkedStep[] = [];
  let hash = claim.leaf;
  for (const step of steps) {
    hash = await join(hash, step);
    walk.push({ ...step, made: hash });
  }
  return { holds: sameBytes(hash, claim.root), walk };
}

/** Whether the tree of `first` leaves begins that of `second` (RFC 9162 2.1.4.2). */
export async function proveConsistency(claim: {
  first: number;
  second: number;
  firstRoot: Hash;
  secondRoot: Hash;
  proof: readonly Hash[];
}): Promise<boolean> {
  const { first, second, firstRoot, secondRoot, proof } = claim;
  if (!isIndex(first, second + 1)) return false;
  if (first === second) return proof.length === 0 && sameBytes(firstRoot, secondRoot);
  if (first === 0) return proof.length === 0 && sameBytes(firstRoot, await sha256());
  const read = consistencySteps(claim);
  if (read === undefined) return false;
  let [older, newer] = [read.begin, read.begin];
  for (const step of read.steps) {
    if (step.both) older = await join(older, step);
    newer = await join(newer, step);
  }
  return sameBytes(older, firstRoot) && sameBytes(newer, secondRoot);
}

const join = (hash: Hash, step: Step): Promise<Hash> =>
  step.side === "left" ? sha256(NODE, step.hash, hash) : sha256(NODE, hash, step.hash);

const HeadFrame = z.object({
  v: z.literal(1),
  iss: z.string(),
  aud: z.literal("all"),
  epoch: z.number().int().nonnegative(),
  kind: z.literal("tree-head"),
  body: TreeHeadBody,
});

export type HeadCode = CredentialCode | "head-malformed" | "head-signature" | "head-site";
export type SignedHeadCheck =
  | {
      readonly ok: true;
      readonly head: TreeHeadBody;
      /** Of the certificate that signed, hexadecimal. */
      readonly serial: string;
      /** SHA-256 of the root from which it descends, base64url: what a person compares with the paper of the ceremony. */
      readonly root: string;
    }
  | { readonly ok: false; readonly code: HeadCode };

/**
 * Whether a signed tree head was signed by the site's downlink key, whose certificate leads to one of `roots` and was
 * valid when the head was made. A kept head stays evidence for longer than devices would obey it, so its expiry is not
 * asked for.
 */
export async function proveTreeHead(
  jws: string,
  trust: { readonly site: string; readonly roots: readonly Uint8Array[] },
): Promise<SignedHeadCheck> {
  const parts = jwsParts(jws, "wardkey-down+jwt", MAX_DOWN_BYTES);
  const frame = HeadFrame.safeParse(parts === undefined ? undefined : jsonOf(parts.payload));
  if (parts === undefined || !frame.success) return refused("head-malformed");
  const { iss, body, epoch } = frame.data;
  if (iss !== trust.site) return refused("head-site");
  if (epoch !== body.size) return refused("head-malformed");
  const roots = await selfSigned(trust.roots);
  if (roots.length !== trust.roots.length) return refused("root-malformed");
  const followed = await follow({ chain: parts.chain, roots, at: instant(body.at) });
  if (!followed.ok) return followed;
  const { leaf } = followed;
  if (!isFor(leaf, DOWNLINK_USAGE_OID)) return refused("certificate-usage");
  if (!isNamed(leaf, downlinkUri(trust.site))) return refused("certificate-site");
  const holds = await holdsP256({ publicKey: leaf.publicKey, bytes: parts.signed, signature: parts.signature });
  if (!holds) return refused("head-signature");
  return { ok: true, head: body, serial: leaf.serial, root: encodeBase64Url(await sha256(followed.anchor.der)) };
}

async function selfSigned(roots: readonly Uint8Array[]): Promise<readonly CertificateFields[]> {
  const read = roots.flatMap((der) => readCertificate(der) ?? []);
  const signed = await Promise.all(read.map((root) => signedBy(root, root)));
  return read.filter((root, index) => signed[index] === true && mayIssue(root));
}

/** The signatures are checked first, each pair that could be one: following the chain itself does not wait. */
async function follow(path: { chain: readonly Uint8Array[]; roots: readonly CertificateFields[]; at: Instant }) {
  const chain = path.chain.map(readCertificate);
  const signed = new Map<CertificateFields, Set<CertificateFields>>();
  const present = chain.filter((each) => each !== undefined);
  for (const certificate of present) {
    const issuers = new Set<CertificateFields>();
    for (const issuer of [...present, ...path.roots]) if (await signedBy(certificate, issuer)) issuers.add(issuer);
    signed.set(certificate, issuers);
  }
  const issuedBy = (one: CertificateFields, issuer: CertificateFields): boolean =>
    signed.get(one)?.has(issuer) ?? false;
  return followChain({ chain, roots: path.roots, at: path.at, issuedBy });
}

async function signedBy(certificate: CertificateFields, issuer: CertificateFields): Promise<boolean> {
  if (!sameBytes(certificate.issuer, issuer.subject)) return false;
  const signature = ecdsaRaw(certificate.signature);
  return signature !== undefined && holdsP256({ publicKey: issuer.publicKey, bytes: certificate.signed, signature });
}

const bytesOf = (text: string): Uint8Array => decodeBase64Url(text) ?? new Uint8Array(0);
