import { after, type Instant, minutes } from "../units.js";

/** A template that left this phone. */
export interface ReleaseMade {
  readonly kiosk: string;
  readonly at: Instant;
}

/** Releases within an hour: to one kiosk, and to all of them. */
export interface QuotaLimits {
  readonly perKiosk: number;
  readonly all: number;
}

export const DEFAULT_QUOTA: QuotaLimits = { perKiosk: 20, all: 60 };
const WINDOW = minutes(60);

export type QuotaCode = "quota-kiosk" | "quota-all";
export type QuotaAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: QuotaCode; readonly until: Instant };

/**
 * May one more template leave for `kiosk` at `now`. What a stolen reader key can harvest ends here. Releases dated after
 * `now` count too: a clock turned back frees nothing.
 */
export function checkQuota(input: {
  releases: readonly ReleaseMade[];
  kiosk: string;
  now: Instant;
  limits?: QuotaLimits | undefined;
}): QuotaAnswer {
  const limits = input.limits ?? DEFAULT_QUOTA;
  const recent = input.releases.filter((release) => release.at + WINDOW > input.now).sort((a, b) => a.at - b.at);
  const toKiosk = recent.filter((release) => release.kiosk === input.kiosk);
  return (
    refusalOf({ recent: toKiosk, limit: limits.perKiosk, code: "quota-kiosk", now: input.now }) ??
    refusalOf({ recent, limit: limits.all, code: "quota-all", now: input.now }) ?? { ok: true }
  );
}

function refusalOf(input: {
  recent: readonly ReleaseMade[];
  limit: number;
  code: QuotaCode;
  now: Instant;
}): QuotaAnswer | undefined {
  if (input.recent.length < input.limit) return undefined;
  // Room comes when the oldest of the last `limit` releases is an hour old.
  const oldest = input.recent[input.recent.length - input.limit];
  return { ok: false, code: input.code, until: after(oldest?.at ?? input.now, WINDOW) };
}
