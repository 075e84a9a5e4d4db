import type { AlternativeName, IssuerName, SubjectName } from "../domain/certificate-body.js";
import type { Validity } from "../domain/lifetimes.js";
import type { IdentityProfile } from "../domain/profiles.js";

export const CERTIFICATE_USAGES = ["identity", "reader", "signer", "policy", "downlink", "server", "client"] as const;
export type CertificateUsage = (typeof CERTIFICATE_USAGES)[number];

/** What a certificate of this site says; the authority adds serial, issuer and signature. */
export interface LeafRequest extends Validity {
  readonly subject: SubjectName;
  /** SubjectPublicKeyInfo, DER, P-256. */
  readonly publicKey: Uint8Array;
  readonly usageOid: string;
  readonly names: readonly AlternativeName[];
}

export interface IssuedLeaf extends Validity {
  /** Lower-case hexadecimal. */
  readonly serial: string;
  readonly der: Uint8Array;
  /** Identifier of the issuing key, lower-case hexadecimal. */
  readonly issuer: string;
}

/** An intermediate whose key this process holds. */
export interface CertificateAuthority {
  /** Identifier of its key, lower-case hexadecimal. */
  readonly id: string;
  readonly notAfter: number;
  issue(request: LeafRequest): IssuedLeaf;
  /** Signs another body in its own name: a revocation list. */
  sign(bodyOf: (issuer: IssuerName) => Uint8Array): Uint8Array;
}

/** A line of the issue log. */
export interface IssuedCertificate extends IssuedLeaf {
  readonly usage: CertificateUsage;
  readonly subject: string;
  /** `null` for a certificate of the fleet server's own. */
  readonly device: string | null;
  /** Of an identity alone. */
  readonly profile: IdentityProfile | null;
  /** SHA-256 of the public key, base64url. */
  readonly keyDigest: string;
  readonly issuedAt: number;
}

export interface Ticket {
  /** SHA-256 of the token, base64url: the token itself is nowhere. */
  readonly tokenDigest: string;
  readonly device: string;
  readonly profile: IdentityProfile;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** By which key it was spent, and for which certificate. */
  readonly spent: { readonly keyDigest: string; readonly serial: string } | null;
}

/** Every certificate that this site ever issued, and the tickets for the next ones. */
export interface IssueLog {
  /** Durable when it resolves. With a ticket, that is spent in the same step, or nothing is recorded. */
  record(certificate: IssuedCertificate, ticketDigest?: string): Promise<"recorded" | "ticket-used">;
  count(): Promise<number>;
  bySerial(serial: string): Promise<IssuedCertificate | null>;
  newest(device: string, usage: CertificateUsage): Promise<IssuedCertificate | null>;
  /** Newest first. */
  ofDevice(device: string): Promise<IssuedCertificate[]>;
  /** Newest first, `limit` of them after the first `from`. */
  pageOfDevice(
    device: string,
    page: { limit: number; from: number },
  ): Promise<{ total: number; certificates: IssuedCertificate[] }>;
  /** Identities that end after `at`, the newest of them, oldest first. */
  newestIdentities(at: number, most: number): Promise<IssuedCertificate[]>;
  /** Those of the given devices that end after `at`: for the revocation list. */
  living(devices: readonly string[], at: number): Promise<{ serial: string; device: string; issuer: string }[]>;
  issuersOf(serials: readonly string[]): Promise<ReadonlyMap<string, { issuer: string; notAfter: number }>>;
  /** Takes the place of an earlier ticket of the device that was not spent. */
  addTicket(ticket: Ticket): Promise<void>;
  ticket(tokenDigest: string): Promise<Ticket | null>;
  stop(): Promise<void>;
}
