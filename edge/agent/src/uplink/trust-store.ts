import { X509Certificate } from "node:crypto";
import type { Instant } from "@wardkey/protocol";
import { type CertificateChain, createSiteTrust, type SiteTrust, sha256 } from "@wardkey/protocol/credential";
import { z } from "zod";

/** Roots and what stands between them and a leaf; more of either are ignored. */
const MAX_KEPT = 8;
const MAX_CHAIN = 4;
const Certificate = z.string().regex(/^[A-Za-z0-9_-]{1,4096}$/);

export const KeptTrust = z.strictObject({
  site: z.string().regex(/^[a-z0-9-]{1,63}$/),
  roots: z.array(Certificate).min(1).max(MAX_KEPT),
  intermediates: z.array(Certificate).max(MAX_KEPT),
});
export type KeptTrust = z.infer<typeof KeptTrust>;

/** What a device knows of its site's authority: the roots that it trusts, and the certificates that lead to them. */
export class TrustStore {
  readonly site: string;
  readonly #roots: readonly X509Certificate[];
  readonly #intermediates: readonly X509Certificate[];
  readonly #trust: SiteTrust;

  private constructor(site: string, roots: readonly X509Certificate[], intermediates: readonly X509Certificate[]) {
    const [first, ...more] = roots.map(({ raw }) => new Uint8Array(raw));
    const made = createSiteTrust({ site, rootCertificate: first ?? new Uint8Array(), moreRoots: more });
    if (!made.ok) throw new RangeError(made.code);
    this.site = site;
    this.#roots = roots;
    this.#intermediates = intermediates;
    this.#trust = made.trust;
  }

  /** The beginning: of everything that a stranger sent, the root alone whose digest the ticket names; `null` when it is not there. */
  static begin(
    ticket: { readonly site: string; readonly rootDigest: string },
    sent: readonly Uint8Array[],
  ): TrustStore | null {
    const root = sent.find((der) => Buffer.from(sha256(der)).toString("base64url") === ticket.rootDigest);
    if (root === undefined || !createSiteTrust({ site: ticket.site, rootCertificate: root }).ok) return null;
    return new TrustStore(ticket.site, [new X509Certificate(root)], []);
  }

  static from(kept: KeptTrust): TrustStore | null {
    try {
      const open = (text: string): X509Certificate => new X509Certificate(Buffer.from(text, "base64url"));
      return new TrustStore(kept.site, kept.roots.map(open), kept.intermediates.map(open));
    } catch {
      return null;
    }
  }

  get trust(): SiteTrust {
    return this.#trust;
  }

  /** For a TLS client: PEM. */
  get authorities(): readonly string[] {
    return this.#roots.map((root) => root.toString());
  }

  /**
   * What `/cacerts` answered. A new root is believed only when one already trusted vouches for it with a
   * cross-certificate over the same name and key (RFC 4210 4.4, RFC 7030 4.1.3); everything that leads to no root is left out.
   */
  learn(sent: readonly Uint8Array[], at: Instant): TrustStore {
    const authorities = sent.flatMap((der) => parseAuthority(der)).filter((each) => inTime(each, at));
    const selfSigned = authorities.filter((each) => vouches(each, each));
    const between = authorities.filter((each) => !vouches(each, each));
    let roots = [...this.#roots];
    for (let round = 0; round < MAX_KEPT; round += 1) {
      const next = selfSigned.filter(
        (root) =>
          !roots.some((known) => same(known, root)) &&
          between.some((cross) => vouchesFor(cross, root) && roots.some((known) => vouches(known, cross))),
      );
      if (next.length === 0) break;
      roots = [...roots, ...next];
    }
    const inForce = roots.filter((root) => inTime(root, at)).slice(-MAX_KEPT);
    const kept = inForce.length === 0 ? this.#roots : inForce;
    const leading = between.filter((each) => reaches(each, between, kept));
    return new TrustStore(this.site, kept, (leading.length === 0 ? this.#intermediates : leading).slice(0, MAX_KEPT));
  }

  /** `leaf` and what leads from it to a root, out of what was sent with it and what is known; `null` when nothing does. */
  chainOf(leaf: Uint8Array, sent: readonly Uint8Array[]): CertificateChain | null {
    const pool = [...sent.flatMap((der) => parseAuthority(der)), ...this.#intermediates];
    const chain: X509Certificate[] = [new X509Certificate(leaf)];
    while (chain.length <= MAX_CHAIN) {
      const last = chain.at(-1);
      if (last === undefined) return null;
      const root = this.#roots.find((each) => vouches(each, last));
      if (root !== undefined) {
        // Who still trusts only the root before this one follows by the cross-certificate (RFC 4210 4.4).
        const cross = pool.filter((each) => vouchesFor(each, root) && !vouches(each, each));
        return [...chain, ...cross].slice(0, MAX_CHAIN).map(({ raw }) => new Uint8Array(raw));
      }
      const next = pool.find((each) => vouches(each, last) && !chain.some((known) => same(known, each)));
      if (next === undefined) return null;
      chain.push(next);
    }
    return null;
  }

  same(other: TrustStore): boolean {
    return JSON.stringify(this.toJSON()) === JSON.stringify(other.toJSON());
  }

  toJSON(): KeptTrust {
    const text = ({ raw }: X509Certificate): string => raw.toString("base64url");
    return { site: this.site, roots: this.#roots.map(text), intermediates: this.#intermediates.map(text) };
  }
}

function parseAuthority(der: Uint8Array): X509Certificate[] {
  try {
    const certificate = new X509Certificate(der);
    return certificate.ca && certificate.publicKey.asymmetricKeyDetails?.namedCurve === "prime256v1"
      ? [certificate]
      : [];
  } catch {
    return [];
  }
}

const same = (one: X509Certificate, other: X509Certificate): boolean => one.fingerprint256 === other.fingerprint256;

function vouches(issuer: X509Certificate, certificate: X509Certificate): boolean {
  try {
    return certificate.issuer === issuer.subject && certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

/** A cross-certificate: the name and the key of `root`, signed by somebody else. */
const vouchesFor = (cross: X509Certificate, root: X509Certificate): boolean =>
  cross.subject === root.subject && cross.publicKey.equals(root.publicKey);

const inTime = (certificate: X509Certificate, at: Instant): boolean =>
  at <= Date.parse(certificate.validTo) && at + 60_000 >= Date.parse(certificate.validFrom);

function reaches(
  certificate: X509Certificate,
  between: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): boolean {
  let current = [certificate];
  for (let step = 0; step < MAX_CHAIN; step += 1) {
    if (current.some((each) => roots.some((root) => vouches(root, each)))) return true;
    current = between.filter((each) => current.some((below) => vouches(each, below) && !same(each, below)));
  }
  return false;
}
