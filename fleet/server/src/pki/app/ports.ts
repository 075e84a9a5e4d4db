import type { Validity } from "../domain/lifetimes.js";

/** What a certificate of this site says; the authority adds serial, issuer and signature. */
export type LeafRequest = Validity & {
  subject: { commonName: string; organization: string; organizationalUnit?: string };
  /** SubjectPublicKeyInfo, DER, P-256. */
  publicKey: Uint8Array;
  usageOid: string;
  uri: string;
};

export type IssuedLeaf = { serial: string; der: Uint8Array };

/**
 * Who may sign under the site's root. Today the root's key itself, from a file; an offline root puts an intermediate
 * behind the same port and nothing that asks for a leaf changes.
 */
export interface CertificateAuthority {
  /** DER of the certificate that phones and kiosks trust. */
  readonly rootCertificate: Uint8Array;
  readonly rootValidity: Validity;
  issue(request: LeafRequest): Promise<IssuedLeaf>;
}

export type IssuedRecord = Validity & {
  serial: string;
  usage: "reader" | "signer";
  subject: string;
  kiosk: string | null;
  der: Uint8Array;
  issuedAt: number;
};

/** Every certificate that this site ever issued, and what it denies. */
export interface IssueLog {
  record(entry: IssuedRecord): Promise<void>;
  count(): Promise<number>;
  newestReader(kiosk: string): Promise<IssuedRecord | null>;
  denyEpoch(): Promise<number>;
  /** Kiosks denied, newest first, and the epoch that says so. */
  deniedKiosks(): Promise<{ epoch: number; kiosks: string[] }>;
  /** Raises the deny epoch by one in the same step; `kiosk` is `null` when a person was denied. */
  deny(entry: { kiosk: string | null; staffId: string | null; at: number }): Promise<number>;
}
