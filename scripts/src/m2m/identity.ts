import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, type Instant, WardkeyError } from "@wardkey/protocol";
import {
  type CertificateChain,
  createSigner,
  createSiteTrust,
  type Issuer,
  issuedBy,
  parseCertificate,
  type SiteTrust,
  sha256,
  verifyDevice,
} from "@wardkey/protocol/credential";
import { CertificateProfile, EnrolmentTicket } from "@wardkey/protocol/fleet";
import { certificateFor, certificateRequest, certificatesIn } from "@wardkey/protocol/fleet/est";
import { z } from "zod";
import { type ClientIdentity, callFleet, pemOf } from "./site-https.js";

/** What a machine keeps in its folder (0700, files 0600). The key is made here and goes nowhere. */
const Kept = z.strictObject({
  site: z.string(),
  device: z.string(),
  profile: CertificateProfile,
  deviceUrl: z.string(),
  key: z.string(),
  roots: z.array(z.string()).min(1),
  chain: z.array(z.string()).min(1).max(4),
});
type Kept = z.infer<typeof Kept>;

export interface MachineIdentity {
  readonly site: string;
  readonly device: string;
  readonly deviceUrl: string;
  readonly trust: SiteTrust;
  /** PEM of the roots that it trusts. */
  readonly roots: readonly string[];
  /** Of its TLS connections. */
  readonly client: ClientIdentity;
  /** Signs what it says to other machines. */
  readonly issuer: Issuer;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
}

const EST = "/.well-known/est";
const FILE = "identity.json";

/** The identity in `folder`; enrolled with the ticket when there is none. Throws `ticket-invalid`, `root-unknown`, `enrolment-refused`. */
export async function openIdentity(parts: {
  folder: string;
  ticketFile: string;
  at: Instant;
}): Promise<MachineIdentity> {
  await mkdir(parts.folder, { recursive: true, mode: 0o700 });
  const kept = await readKept(parts.folder);
  if (kept !== null) return identityOf(kept, parts.at);
  const ticket = await readTicket(parts.ticketFile);
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const authorities = await fetchAuthorities(ticket.deviceUrl, null);
  const root = authorities.find((der) => Buffer.from(sha256(der)).toString("base64url") === ticket.rootDigest);
  if (root === undefined)
    throw new WardkeyError("root-unknown", "whoever answers does not have the root that the ticket names");
  const authorization = `Basic ${Buffer.from(`${ticket.device}:${ticket.token}`).toString("base64")}`;
  const path = `${EST}/${ticket.profile}/simpleenroll`;
  const { device, site, profile, deviceUrl } = ticket;
  const leaf = await enrol({
    url: `${deviceUrl}${path}`,
    roots: [pemOf(root)],
    device,
    key,
    headers: { authorization },
  });
  const fresh: Kept = {
    ...{ site, device, profile, deviceUrl, key: pemOfKey(key), roots: [textOf(root)] },
    chain: chainTo(leaf, authorities).map(textOf),
  };
  const identity = identityOf(fresh, parts.at);
  await keep(parts.folder, fresh);
  return identity;
}

/** A new certificate for the same key, asked for with the one that it has (RFC 7030 4.2.2); learns new roots on the way. */
export async function renewIdentity(parts: { folder: string; at: Instant }): Promise<MachineIdentity> {
  const kept = await readKept(parts.folder);
  if (kept === null) throw new WardkeyError("identity-missing", "this machine has not enrolled");
  const current = clientOf(kept);
  const roots = kept.roots.map((root) => pemOf(bytesOf(root)));
  const authorities = await fetchAuthorities(kept.deviceUrl, roots);
  const url = `${kept.deviceUrl}${EST}/${kept.profile}/simplereenroll`;
  const leaf = await enrol({ url, roots, device: kept.device, key: createPrivateKey(kept.key), identity: current });
  const known = new Set(kept.roots);
  const trusted = authorities.filter((der) => isRoot(der)).map(textOf);
  for (const root of trusted) known.add(root);
  const next: Kept = { ...kept, roots: [...known], chain: chainTo(leaf, authorities).map(textOf) };
  const identity = identityOf(next, parts.at);
  await keep(parts.folder, next);
  return identity;
}

/** What a wipe leaves of a machine: nothing by which it could speak. */
export const eraseIdentity = (folder: string): Promise<void> => rm(join(folder, FILE), { force: true });

async function enrol(parts: {
  url: string;
  roots: readonly string[];
  device: string;
  key: KeyObject;
  identity?: ClientIdentity;
  headers?: Readonly<Record<string, string>>;
}): Promise<Uint8Array> {
  const { device, key, headers, ...rest } = parts;
  const answer = await callFleet({
    ...rest,
    method: "POST",
    headers: { "content-type": "application/pkcs10", "content-transfer-encoding": "base64", ...headers },
    body: Buffer.from(certificateRequest(device, key)).toString("base64"),
  });
  const certificates = answer.status === 200 ? certificatesIn(answer.body) : null;
  const leaf = certificateFor(certificates ?? [], key);
  if (leaf === undefined)
    throw new WardkeyError("enrolment-refused", `the fleet gave no certificate (${answer.status})`);
  return leaf;
}

async function fetchAuthorities(deviceUrl: string, roots: readonly string[] | null): Promise<readonly Uint8Array[]> {
  const answer = await callFleet({ url: `${deviceUrl}${EST}/cacerts`, roots });
  const found = answer.status === 200 ? certificatesIn(answer.body) : null;
  if (found === null) throw new WardkeyError("enrolment-refused", `the fleet names no authorities (${answer.status})`);
  return found;
}

/** Leaf first, then whatever leads from it to a root: never the root itself. */
function chainTo(leaf: Uint8Array, authorities: readonly Uint8Array[]): Uint8Array[] {
  const chain = [leaf];
  for (let current: Uint8Array = leaf; chain.length < 4; ) {
    const below = parseCertificate(current);
    const next = authorities.find((der) => {
      const above = parseCertificate(der);
      return below !== undefined && above !== undefined && !isRoot(der) && issuedBy(below, above);
    });
    if (next === undefined || chain.includes(next)) return chain;
    chain.push(next);
    current = next;
  }
  return chain;
}

function isRoot(der: Uint8Array): boolean {
  const certificate = parseCertificate(der);
  return certificate !== undefined && issuedBy(certificate, certificate);
}

function identityOf(kept: Kept, at: Instant): MachineIdentity {
  const [first, ...more] = kept.roots.map(bytesOf);
  const made = createSiteTrust({ site: kept.site, rootCertificate: first ?? new Uint8Array(), moreRoots: more });
  if (!made.ok) throw new WardkeyError(made.code, "the kept root is not one");
  const chain: CertificateChain = kept.chain.map(bytesOf);
  const checked = verifyDevice(chain, made.trust, at);
  if (!checked.ok) throw new WardkeyError(checked.code, "the kept identity is not valid");
  return {
    ...{ site: kept.site, device: kept.device, deviceUrl: kept.deviceUrl, trust: made.trust },
    roots: kept.roots.map((root) => pemOf(bytesOf(root))),
    client: clientOf(kept),
    issuer: { chain, sign: createSigner(createPrivateKey(kept.key)) },
    notBefore: checked.device.notBefore,
    notAfter: checked.device.notAfter,
  };
}

const clientOf = (kept: Kept): ClientIdentity => ({
  key: kept.key,
  certificates: kept.chain.map((der) => pemOf(bytesOf(der))).join(""),
});

async function readTicket(file: string): Promise<EnrolmentTicket> {
  try {
    return EnrolmentTicket.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    throw new WardkeyError("ticket-invalid", `${file} holds no enrolment ticket`, { cause });
  }
}

async function readKept(folder: string): Promise<Kept | null> {
  try {
    return Kept.parse(JSON.parse(await readFile(join(folder, FILE), "utf8")));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw new WardkeyError("identity-damaged", `${join(folder, FILE)} cannot be read: erase it and use a new ticket`, {
      cause: error,
    });
  }
}

async function keep(folder: string, kept: Kept): Promise<void> {
  const draft = join(folder, `${FILE}.draft`);
  await writeFile(draft, JSON.stringify(kept), { mode: 0o600 });
  await rename(draft, join(folder, FILE));
}

const pemOfKey = (key: KeyObject): string => key.export({ format: "pem", type: "pkcs8" }).toString();
const textOf = (der: Uint8Array): string => Buffer.from(der).toString("base64url");
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64url"));
