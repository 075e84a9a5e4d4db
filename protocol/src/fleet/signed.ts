import { z } from "zod";
import type { CertificateChain } from "../credential/chain.js";
import type { Issuer } from "../credential/cose.js";
import { jsonOf, openJws, signJws } from "../credential/jws.js";
import { type CredentialCode, refused } from "../credential/results.js";
import { type SiteTrust, verifyDevice, verifyDownlinkSigner } from "../credential/site-trust.js";
import { CLOCK_TOLERANCE } from "../credential/validity.js";
import { WardkeyError } from "../errors.js";
import { type Instant, instant } from "../units.js";

export {
  type ProfileFrame,
  type ProfilesCheck,
  type ProfilesCode,
  profileBytes,
  signProfiles,
  verifyProfiles,
} from "./profile-bundle.js";

import { DownBodies, type DownBody, type DownKind, type Downward, MAX_DOWN_BYTES, MAX_UP_BYTES } from "./messages.js";

/**
 * What the fleet says to devices, and what devices say that must hold beyond their connection: compact JWS, so that a
 * broker carries bytes and is never trusted with meaning.
 */

export type DownwardCode =
  | "downward-malformed"
  | "downward-signature"
  | "downward-site"
  | "downward-audience"
  | "downward-kind"
  | "downward-expired"
  | "downward-not-yet-valid";
export type StatementCode =
  | "statement-malformed"
  | "statement-signature"
  | "statement-site"
  | "statement-kind"
  | "statement-audience"
  | "statement-expired"
  | "statement-not-yet-valid";

type Outcome<T, Code extends string> =
  | ({ readonly ok: true } & T)
  | { readonly ok: false; readonly code: Code | CredentialCode };

/** To every device of the site. */
export const TO_ALL = "all";

const Id = z.string().regex(/^[a-z0-9-]{1,63}$/);
const NumericDate = z.number().int().nonnegative().max(8_640_000_000_000);
const Times = { iat: NumericDate, exp: NumericDate, jti: z.uuid() } as const;

const DownwardFrame = z.strictObject({
  v: z.literal(1),
  iss: Id,
  aud: Id,
  ...Times,
  epoch: z.number().int().nonnegative(),
  kind: z.string(),
  body: z.unknown(),
});

export interface DownwardDraft<K extends DownKind> {
  readonly site: string;
  /** A device id, or `TO_ALL`. */
  readonly audience: string;
  readonly epoch: number;
  readonly kind: K;
  readonly body: DownBody<K>;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
  /** UUIDv7. */
  readonly id: string;
}

/** Signs what the fleet says. Throws `downward-invalid` for what no device would accept. */
export async function signDownward<K extends DownKind>(draft: DownwardDraft<K>, issuer: Issuer): Promise<string> {
  const body = DownBodies[draft.kind].safeParse(draft.body);
  const frame = DownwardFrame.safeParse({
    v: 1,
    iss: draft.site,
    aud: draft.audience,
    iat: seconds(draft.issuedAt),
    exp: seconds(draft.expiresAt),
    jti: draft.id,
    epoch: draft.epoch,
    kind: draft.kind,
    body: body.data,
  });
  if (!body.success || !frame.success)
    throw new WardkeyError("downward-invalid", `no device would accept this ${draft.kind}`);
  return signJws({ typ: "wardkey-down+jwt", payload: bytesOf(frame.data) }, issuer);
}

/** Is this a message of this kind by this site, for this device or for all, in force at `at`. Its epoch is `EpochMemory`'s to judge. */
export async function verifyDownward<K extends DownKind>(
  jws: string,
  check: { trust: SiteTrust; device: string; kind: K; at: Instant },
): Promise<Outcome<{ message: Downward<K> }, DownwardCode>> {
  const opened = openJws(jws, "wardkey-down+jwt", MAX_DOWN_BYTES);
  const frame = DownwardFrame.safeParse(opened === undefined ? undefined : jsonOf(opened.payload));
  if (opened === undefined || !frame.success) return refused("downward-malformed");
  const signer = verifyDownlinkSigner(opened.chain, check.trust, check.at);
  if (!signer.ok) return signer;
  if (!opened.signedBy(signer.publicKey)) return refused("downward-signature");
  const { data } = frame;
  if (data.iss !== check.trust.site) return refused("downward-site");
  if (data.aud !== check.device && data.aud !== TO_ALL) return refused("downward-audience");
  if (data.kind !== check.kind) return refused("downward-kind");
  if (check.at > fromSeconds(data.exp)) return refused("downward-expired");
  if (check.at + CLOCK_TOLERANCE < fromSeconds(data.iat)) return refused("downward-not-yet-valid");
  const body = DownBodies[check.kind].safeParse(data.body);
  if (!body.success) return refused("downward-malformed");
  return { ok: true, message: { ...data, kind: check.kind, body: body.data as DownBody<K> } };
}

/** What a device has seen of each kind, so that nothing old is obeyed again; it is persisted by whoever holds it. */
export class EpochMemory {
  readonly #seen = new Map<string, { epoch: number; id: string }>();

  /** As `toJSON` wrote it. Throws `epochs-malformed`. */
  static from(json: unknown): EpochMemory {
    const entries = z
      .record(z.string().max(128), z.strictObject({ epoch: z.number().int().nonnegative(), id: z.uuid() }))
      .safeParse(json);
    if (!entries.success) throw new WardkeyError("epochs-malformed", "this is no memory of epochs");
    const memory = new EpochMemory();
    for (const [key, seen] of Object.entries(entries.data)) memory.#seen.set(key, seen);
    return memory;
  }

  /** `new`: to be obeyed; `known`: the very message again, as a broker delivers retained ones; `old`: to be refused. */
  accept({ kind, aud, epoch, jti }: Pick<Downward, "kind" | "aud" | "epoch" | "jti">): "new" | "known" | "old" {
    const key = `${kind} ${aud}`;
    const seen = this.#seen.get(key);
    if (seen !== undefined && epoch < seen.epoch) return "old";
    if (seen !== undefined && jti === seen.id) return "known";
    this.#seen.set(key, { epoch, id: jti });
    return "new";
  }

  toJSON(): Record<string, { epoch: number; id: string }> {
    return Object.fromEntries(this.#seen);
  }
}

const StatementFrame = z.strictObject({
  v: z.literal(1),
  iss: Id,
  sub: Id,
  aud: Id.nullable(),
  ...Times,
  kind: z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/),
  body: z.unknown(),
});

/** What a device says in its own name to whomever it may concern: a checkpoint, a message to another machine. */
export interface Statement {
  readonly site: string;
  readonly device: string;
  /** The receiving device of a machine-to-machine message. */
  readonly to: string | null;
  readonly kind: string;
  readonly body: unknown;
  readonly id: string;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
}

/** Signs with the device's identity key. Throws `statement-invalid`. */
export async function signStatement(statement: Statement, identity: Issuer): Promise<string> {
  const frame = StatementFrame.safeParse({
    v: 1,
    iss: statement.site,
    sub: statement.device,
    aud: statement.to,
    iat: seconds(statement.issuedAt),
    exp: seconds(statement.expiresAt),
    jti: statement.id,
    kind: statement.kind,
    body: statement.body,
  });
  if (!frame.success) throw new WardkeyError("statement-invalid", "nobody would accept this statement");
  const jws = await signJws({ typ: "wardkey-statement+jwt", payload: bytesOf(frame.data) }, identity);
  if (jws.length > MAX_UP_BYTES) throw new WardkeyError("statement-invalid", "this statement is too large to travel");
  return jws;
}

/**
 * Did a device of this site say this, to `to`, with a certificate valid at `at`. Whether that device was denied since,
 * and whether the id was seen before, is the caller's to know.
 */
export async function verifyStatement(
  jws: string,
  check: { trust: SiteTrust; at: Instant; kind: string; to: string | null },
): Promise<
  Outcome<{ statement: Statement & { profile: string; serial: string; chain: CertificateChain } }, StatementCode>
> {
  const opened = openJws(jws, "wardkey-statement+jwt", MAX_UP_BYTES);
  const frame = StatementFrame.safeParse(opened === undefined ? undefined : jsonOf(opened.payload));
  if (opened === undefined || !frame.success) return refused("statement-malformed");
  const checked = verifyDevice(opened.chain, check.trust, check.at);
  if (!checked.ok) return checked;
  const { device } = checked;
  if (!opened.signedBy(device.publicKey)) return refused("statement-signature");
  const { iss, sub, aud, iat, exp, jti, kind, body } = frame.data;
  if (iss !== check.trust.site || sub !== device.device) return refused("statement-site");
  if (kind !== check.kind) return refused("statement-kind");
  if (aud !== check.to) return refused("statement-audience");
  if (check.at > fromSeconds(exp)) return refused("statement-expired");
  if (check.at + CLOCK_TOLERANCE < fromSeconds(iat)) return refused("statement-not-yet-valid");
  const statement = { site: iss, device: sub, to: aud, kind, body, id: jti };
  const times = { issuedAt: fromSeconds(iat), expiresAt: fromSeconds(exp) };
  const signer = { profile: device.profile, serial: device.serial, chain: opened.chain };
  return { ok: true, statement: { ...statement, ...times, ...signer } };
}

const seconds = (at: Instant): number => Math.floor(at / 1_000);
const fromSeconds = (at: number): Instant => instant(at * 1_000);
const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value), "utf8");
