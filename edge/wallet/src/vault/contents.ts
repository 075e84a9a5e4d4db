import { WardkeyError } from "@wardkey/protocol";
import { OpaqueTemplate } from "@wardkey/protocol/credential";
import { ConsentMode, ReleaseRecord } from "@wardkey/protocol/phone";
import { z } from "zod";
import { SecretKey } from "./secret-key.js";

export interface HolderFacts {
  readonly name: string;
  readonly staffId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** What one supervised enrolment left on this phone. */
export interface Enrolment {
  /** COSE_Sign1 `Credential`, as the site signed it. */
  readonly credential: Uint8Array;
  /** What the credential says of its holder, as read when it came. */
  readonly holder: HolderFacts;
  /** The protected template: this phone is the only place that keeps it. `null`: its owner enrolled without a face. */
  readonly template: OpaqueTemplate | null;
  /** K_eid of the rotating identifiers. */
  readonly eidKey: SecretKey;
  /** Handle of the holder key (see `HolderKeys`). */
  readonly holderKey: SecretKey;
  readonly templateMadeAt: number;
  readonly templateKiosk: string;
}

/** The root that this phone took at its enrolment, and the newest it has heard of that site's deny list and time. */
export interface KnownSite {
  readonly site: string;
  readonly rootCertificate: Uint8Array;
  readonly denyEpoch: number;
  readonly deniedKiosks: readonly string[];
  /** High-water mark of wall time: a clock turned back extends no certificate. */
  readonly latestTime: number;
}

/** A request that was turned down, for the next honest kiosk to hear of. */
export interface KeptRefusal {
  readonly kiosk: string | null;
  readonly code: string;
  readonly at: number;
}

export interface Release {
  readonly kiosk: string;
  readonly at: number;
}

export interface HistoryEntry {
  readonly record: ReleaseRecord;
  /** The kiosk's signed receipt, as it came. */
  readonly receipt: Uint8Array | null;
}

export interface VaultContents {
  readonly consentMode: ConsentMode;
  readonly enrolment: Enrolment | null;
  readonly site: KnownSite | null;
  /** Releases of the last hour, for the quotas. */
  readonly releases: readonly Release[];
  /** Newest first. */
  readonly refusals: readonly KeptRefusal[];
  /** Newest first. */
  readonly history: readonly HistoryEntry[];
}

export const MAX_HISTORY = 100;
export const MAX_RELEASES = 240;
export const MAX_REFUSALS = 8;

export const EMPTY_CONTENTS: VaultContents = {
  consentMode: "A",
  enrolment: null,
  site: null,
  releases: [],
  refusals: [],
  history: [],
};

const Bytes = (max: number) =>
  z
    .string()
    .max(Math.ceil((max * 4) / 3) + 2)
    .regex(/^[A-Za-z0-9_-]*$/)
    .transform((text) => Uint8Array.from(Buffer.from(text, "base64url")));

const Stored = z.strictObject({
  v: z.literal(1),
  consentMode: ConsentMode,
  enrolment: z
    .strictObject({
      credential: Bytes(8192),
      holder: z.strictObject({
        name: z.string().max(80),
        staffId: z.string().max(63),
        issuedAt: z.number(),
        expiresAt: z.number(),
      }),
      template: Bytes(1024)
        .refine((bytes) => bytes.length > 0)
        .nullable(),
      eidKey: Bytes(64),
      holderKey: Bytes(512),
      templateMadeAt: z.number(),
      templateKiosk: z.string().max(80),
    })
    .nullable(),
  site: z
    .strictObject({
      site: z.string().max(63),
      rootCertificate: Bytes(8192),
      denyEpoch: z.number().int().nonnegative(),
      deniedKiosks: z.array(z.string().max(63)).max(64),
      latestTime: z.number(),
    })
    .nullable(),
  releases: z.array(z.strictObject({ kiosk: z.string().max(80), at: z.number() })).max(MAX_RELEASES),
  refusals: z
    .array(z.strictObject({ kiosk: z.string().max(80).nullable(), code: z.string().max(64), at: z.number() }))
    .max(MAX_REFUSALS),
  history: z.array(z.strictObject({ record: ReleaseRecord, receipt: Bytes(4096).nullable() })).max(MAX_HISTORY),
});

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

/** The text of a copy that nobody else needs. */
function textOnce(copy: Uint8Array): string {
  const encoded = text(copy);
  copy.fill(0);
  return encoded;
}

/** The bytes that are sealed. They hold secrets in the clear: the caller overwrites them once they are sealed. */
export function encodeContents(contents: VaultContents): Uint8Array {
  const { enrolment, site } = contents;
  const stored: z.input<typeof Stored> = {
    v: 1,
    consentMode: contents.consentMode,
    enrolment: enrolment && {
      credential: text(enrolment.credential),
      holder: { ...enrolment.holder },
      template: enrolment.template && textOnce(enrolment.template.copy()),
      eidKey: text(enrolment.eidKey.reveal()),
      holderKey: text(enrolment.holderKey.reveal()),
      templateMadeAt: enrolment.templateMadeAt,
      templateKiosk: enrolment.templateKiosk,
    },
    site: site && {
      site: site.site,
      rootCertificate: text(site.rootCertificate),
      denyEpoch: site.denyEpoch,
      deniedKiosks: [...site.deniedKiosks],
      latestTime: site.latestTime,
    },
    releases: contents.releases.map(({ kiosk, at }) => ({ kiosk, at })),
    refusals: contents.refusals.map(({ kiosk, code, at }) => ({ kiosk, code, at })),
    history: contents.history.map(({ record, receipt }) => ({ record, receipt: receipt && text(receipt) })),
  };
  return Buffer.from(JSON.stringify(stored), "utf8");
}

/** Refuses with `vault-corrupted` whatever is not exactly what `encodeContents` writes. The message never quotes what it read. */
export function decodeContents(plain: Uint8Array): VaultContents {
  const parsed = Stored.safeParse(parseJson(plain));
  if (!parsed.success)
    throw new WardkeyError("vault-corrupted", "the vault's contents are not of this version's shape");
  const { enrolment, site, consentMode, releases, refusals, history } = parsed.data;
  return {
    consentMode,
    enrolment: enrolment && {
      ...enrolment,
      template: enrolment.template && new OpaqueTemplate(enrolment.template),
      eidKey: new SecretKey(enrolment.eidKey),
      holderKey: new SecretKey(enrolment.holderKey),
    },
    site,
    releases,
    refusals,
    history,
  };
}

function parseJson(plain: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(plain).toString("utf8"));
  } catch {
    // The cause would quote the text.
    throw new WardkeyError("vault-corrupted", "the vault's contents cannot be read");
  }
}
