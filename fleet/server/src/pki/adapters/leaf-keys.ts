import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  X509Certificate,
} from "node:crypto";
import { WardkeyError } from "@wardkey/protocol";
import { readPrivateFile, writePrivateFile } from "../../platform/files/secret-file.js";
import type { CertificateAuthority, CertificateUsage, IssuedCertificate, LeafRequest } from "../app/certificates.js";
import { needsRenewal, type Validity } from "../domain/lifetimes.js";

export interface LeafPair {
  readonly key: KeyObject;
  readonly certificate: Uint8Array;
  /** The certificate's, read once: every signature asks whether its key is due. */
  readonly validity: Validity;
}

/** A key of the server's own with its certificate, in one file, so that no moment exists in which they do not fit. */
export interface LeafKey {
  /** The pair to use now: a new one once half of its life is over, so that a server never restarted goes on. */
  current(): Promise<LeafPair>;
  /** Returns "off". */
  onRenewed(listener: (pair: LeafPair) => void): () => void;
}

export async function openLeafKey(parts: {
  path: string;
  usage: CertificateUsage;
  /** What it says, but for its key. */
  request(): Omit<LeafRequest, "publicKey">;
  authority(): CertificateAuthority;
  record(certificate: IssuedCertificate): Promise<void>;
  now(): number;
  /** The pair could not be renewed and goes on in use: the disk, or an authority that ended. */
  renewalFailed(error: unknown): void;
}): Promise<LeafKey> {
  const listeners = new Set<(pair: LeafPair) => void>();
  const known = await readPair(parts.path);
  const wanted = parts.request();
  let current = known !== null && saysTheSame(known, wanted) ? known : await makePair(parts);
  let renewing: Promise<LeafPair> | null = null;

  const renew = async (): Promise<LeafPair> => {
    try {
      current = await makePair(parts);
      for (const listener of listeners) listener(current);
    } catch (error) {
      // It still has half of its life: refusing to sign would stop a hospital for a full disk.
      if (current.validity.notAfter < parts.now()) throw error;
      parts.renewalFailed(error);
    } finally {
      renewing = null;
    }
    return current;
  };
  return {
    async current() {
      if (!needsRenewal(current.validity, parts.now())) return current;
      renewing ??= renew();
      return renewing;
    },
    onRenewed(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function makePair(parts: Parameters<typeof openLeafKey>[0]): Promise<LeafPair> {
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const publicKey = Uint8Array.from(createPublicKey(key).export({ format: "der", type: "spki" }));
  const request = parts.request();
  const leaf = parts.authority().issue({ ...request, publicKey });
  const keyDigest = createHash("sha256").update(publicKey).digest("base64url");
  const about = { usage: parts.usage, subject: request.subject.commonName, device: null, profile: null };
  await parts.record({ ...leaf, ...about, keyDigest, issuedAt: parts.now() });
  const stored = {
    key: key.export({ format: "pem", type: "pkcs8" }).toString(),
    certificate: Buffer.from(leaf.der).toString("base64"),
  };
  await writePrivateFile(parts.path, JSON.stringify(stored));
  return { key, certificate: leaf.der, validity: { notBefore: leaf.notBefore, notAfter: leaf.notAfter } };
}

async function readPair(path: string): Promise<LeafPair | null> {
  const file = await readPrivateFile(path);
  if (file === null) return null;
  try {
    const { key, certificate }: { key?: unknown; certificate?: unknown } = JSON.parse(file.toString("utf8"));
    if (typeof key !== "string" || typeof certificate !== "string") throw new TypeError("a member is missing");
    const der = Uint8Array.from(Buffer.from(certificate, "base64"));
    const pair: LeafPair = { key: createPrivateKey(key), certificate: der, validity: validityOf(der) };
    if (!new X509Certificate(der).checkPrivateKey(pair.key)) throw new TypeError("they do not fit");
    return pair;
  } catch (error) {
    throw new WardkeyError("leaf-key-damaged", `${path} is damaged: restore it, or remove it to make a new one`, {
      cause: error,
    });
  }
}

/** Whether its names are still those asked for: a server may have moved to another address. */
function saysTheSame({ certificate }: LeafPair, { names }: Omit<LeafRequest, "publicKey">): boolean {
  const said = new X509Certificate(certificate).subjectAltName?.split(", ").length ?? 0;
  if (said !== names.length) return false;
  const x509 = new X509Certificate(certificate);
  return names.every((name) => {
    if ("uri" in name) return x509.subjectAltName === `URI:${name.uri}`;
    if ("dns" in name) return x509.checkHost(name.dns, { wildcards: false }) !== undefined;
    return x509.checkIP(textOfAddress(name.address)) !== undefined;
  });
}

function textOfAddress(address: Uint8Array): string {
  if (address.length === 4) return address.join(".");
  const groups = Array.from({ length: 8 }, (_, at) => ((address[2 * at] ?? 0) << 8) | (address[2 * at + 1] ?? 0));
  return groups.map((group) => group.toString(16)).join(":");
}

function validityOf(certificate: Uint8Array): Validity {
  const { validFrom, validTo } = new X509Certificate(certificate);
  return { notBefore: Date.parse(validFrom), notAfter: Date.parse(validTo) };
}
