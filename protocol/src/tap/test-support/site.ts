import { createHash } from "node:crypto";
import { type Credential, issueCredential } from "../../credential/credential.js";
import { issueDenyNotice } from "../../credential/deny-notice.js";
import { rotatingIdentifier } from "../../credential/identifiers.js";
import type { EnrolmentOffer } from "../../credential/offer.js";
import { createSigner, keyDigest } from "../../credential/p256.js";
import {
  createSiteTrust,
  READER_USAGE_OID,
  readerUri,
  SIGNER_USAGE_OID,
  type SiteTrust,
  signerUri,
} from "../../credential/site-trust.js";
import { issueStatus } from "../../credential/status.js";
import { OpaqueTemplate } from "../../credential/template.js";
import { days, hours, type Instant, instant, minutes } from "../../units.js";
import type { RandomBytes } from "../crypto.js";
import {
  authority,
  type CertificateRequest,
  issueCertificate,
  type KeyPair,
  keyPairOf,
  keyUsage,
  uris,
  usages,
} from "./certificates.js";

/** The day of every rehearsal. */
export const NOW: Instant = instant(Date.UTC(2026, 10, 22, 8, 0, 0));
export const WINDOW = Math.floor(NOW / minutes(15));
export const SITE = "san-luca";
export const KIOSK = "ward-3-cart-1";
export const STAFF = "s-0042";
export const EPOCH = 1;

export const KEY_SCALARS = { root: 101, signer: 102, reader: 103, wallet: 104 } as const;
export const KEYS = {
  root: keyPairOf(KEY_SCALARS.root),
  signer: keyPairOf(KEY_SCALARS.signer),
  reader: keyPairOf(KEY_SCALARS.reader),
  wallet: keyPairOf(KEY_SCALARS.wallet),
  rogueRoot: keyPairOf(105),
  rogueReader: keyPairOf(106),
  otherWallet: keyPairOf(107),
} as const;

/** Reproducible bytes: SHA-256 over a label and a counter. */
export function seededBytes(label: string): RandomBytes {
  let counter = 0;
  return (size) => {
    const blocks: Uint8Array[] = [];
    for (let have = 0; have < size; have += 32) {
      blocks.push(createHash("sha256").update(`${label} ${counter}`).digest());
      counter += 1;
    }
    return Uint8Array.from(Buffer.concat(blocks).subarray(0, size));
  };
}

/** Bytes in the place of a protected template: no face made them. */
export const syntheticTemplate = (): OpaqueTemplate => new OpaqueTemplate(seededBytes("synthetic template")(412));

export const ROOT_SUBJECT = { commonName: "Wardkey rehearsal root", organization: SITE };

export function issueRoot(keys: KeyPair, site: string = SITE): Uint8Array {
  const subject = { ...ROOT_SUBJECT, organization: site };
  const request: CertificateRequest = {
    serial: 1,
    subject,
    publicKey: keys.publicKey,
    notBefore: instant(NOW - days(100)),
    notAfter: instant(NOW + days(3_000)),
    extensions: [authority(), keyUsage(0x04)],
  };
  return issueCertificate(request, { subject, privateKey: keys.privateKey });
}

/** What a test may bend in a leaf certificate. */
export interface LeafBend {
  readonly usage?: string;
  readonly criticalUsage?: boolean;
  readonly uri?: string;
  readonly site?: string;
  readonly kiosk?: string;
  readonly notBefore?: Instant;
  readonly notAfter?: Instant;
  readonly extensions?: readonly Uint8Array[];
  readonly issuerKeys?: KeyPair;
  readonly keys?: KeyPair;
}

export function issueReader(bend: LeafBend = {}): Uint8Array {
  const site = bend.site ?? SITE;
  const kiosk = bend.kiosk ?? KIOSK;
  const request: CertificateRequest = {
    serial: 3,
    subject: { commonName: "Cart 1", organization: site, unit: "Ward 3" },
    publicKey: (bend.keys ?? KEYS.reader).publicKey,
    notBefore: bend.notBefore ?? instant(NOW - days(1)),
    notAfter: bend.notAfter ?? instant(NOW + days(29)),
    extensions: bend.extensions ?? [
      keyUsage(0x80),
      usages(bend.criticalUsage ?? true, bend.usage ?? READER_USAGE_OID),
      uris(bend.uri ?? readerUri(site, kiosk)),
    ],
  };
  return issueCertificate(request, { subject: ROOT_SUBJECT, privateKey: (bend.issuerKeys ?? KEYS.root).privateKey });
}

export function issueSigner(bend: LeafBend = {}): Uint8Array {
  const site = bend.site ?? SITE;
  const request: CertificateRequest = {
    serial: 2,
    subject: { commonName: "Credentials", organization: site },
    publicKey: (bend.keys ?? KEYS.signer).publicKey,
    notBefore: bend.notBefore ?? instant(NOW - days(10)),
    notAfter: bend.notAfter ?? instant(NOW + days(355)),
    extensions: [keyUsage(0x80), usages(true, bend.usage ?? SIGNER_USAGE_OID), uris(bend.uri ?? signerUri(site))],
  };
  return issueCertificate(request, { subject: ROOT_SUBJECT, privateKey: (bend.issuerKeys ?? KEYS.root).privateKey });
}

export function trustOf(rootCertificate: Uint8Array, site: string = SITE): SiteTrust {
  const created = createSiteTrust({ site, rootCertificate });
  if (!created.ok) throw new Error(created.code);
  return created.trust;
}

/** Everything that a site has given to one kiosk and one phone. */
export interface RehearsalSite {
  readonly trust: SiteTrust;
  readonly readerCertificate: Uint8Array;
  readonly signerCertificate: Uint8Array;
  readonly status: Uint8Array;
  readonly denyNotice: Uint8Array;
  readonly credential: Uint8Array;
  readonly eidKey: Uint8Array;
  readonly identifier: Uint8Array;
  readonly offer: EnrolmentOffer;
}

/** The rehearsal's own credential, bent as told. */
export function credentialWith(bend: Partial<Credential>, signerCertificate = issueSigner()): Promise<Uint8Array> {
  return issueCredential(
    {
      site: SITE,
      staffId: STAFF,
      name: "Giulia R.",
      holderKey: KEYS.wallet.publicKey,
      templateDigest: syntheticTemplate().digest(),
      epoch: EPOCH,
      issuedAt: instant(NOW - days(3)),
      expiresAt: instant(NOW + days(90)),
      ...bend,
    },
    { chain: [signerCertificate], sign: createSigner(KEYS.signer.privateKey) },
  );
}

export async function openRehearsalSite(): Promise<RehearsalSite> {
  const trust = trustOf(issueRoot(KEYS.root));
  const signerCertificate = issueSigner();
  const issuer = { chain: [signerCertificate], sign: createSigner(KEYS.signer.privateKey) };
  const eidKey = seededBytes("identifier key")(32);
  return {
    trust,
    readerCertificate: issueReader(),
    signerCertificate,
    status: await issueStatus(
      {
        site: SITE,
        kiosk: KIOSK,
        readerKey: keyDigest(KEYS.reader.publicKey),
        denyEpoch: 4,
        notBefore: instant(NOW - hours(1)),
        notAfter: instant(NOW + hours(23)),
      },
      issuer,
    ),
    denyNotice: await issueDenyNotice(
      { site: SITE, denyEpoch: 4, kiosks: ["ward-9-cart-2"], issuedAt: instant(NOW - hours(2)) },
      issuer,
    ),
    credential: await credentialWith({}, signerCertificate),
    eidKey,
    identifier: rotatingIdentifier({ eidKey, site: SITE, window: WINDOW }),
    offer: {
      rootDigest: trust.rootDigest,
      kioskKeyDigest: keyDigest(KEYS.reader.publicKey),
      token: seededBytes("token")(16),
      expiresAt: instant(NOW + minutes(2)),
    },
  };
}
