import type { DetectorName } from "@wardkey/protocol/fleet";
import { unit } from "./asset.js";
import { countOf, FLEET_SOURCE, type SeenEvent, type Trigger, textOf } from "./seen-event.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Detectors that count: so many of a kind, about one device, within so long. One is enough where `least` is 1. */
export interface Counted {
  readonly detector: DetectorName;
  readonly kinds: readonly string[];
  /** About which device it is, `""` for the fleet's own service; `null`: this event is not of this sort. */
  readonly about: (event: SeenEvent) => string | null;
  readonly least: number;
  readonly withinMs: number;
  /** With the least number; each one more adds `more`, up to `most`. */
  readonly strength: number;
  readonly more: number;
  readonly most: number;
  readonly lastsMs: number;
}

const reasonOf = ({ body }: SeenEvent): string => textOf(body["reason"]) ?? "";
const here =
  (...reasons: readonly string[]) =>
  (event: SeenEvent): string | null =>
    reasons.includes(reasonOf(event)) ? event.source : null;
const hereWhen =
  (pattern: RegExp) =>
  (event: SeenEvent): string | null =>
    pattern.test(reasonOf(event)) ? event.source : null;
const codeAbout =
  (pattern: RegExp, key: string) =>
  ({ body }: SeenEvent): string | null =>
    pattern.test(textOf(body["code"]) ?? textOf(body["reason"]) ?? "") ? textOf(body[key]) : null;

export const COUNTED: readonly Counted[] = [
  {
    // What a camera or a phone in the pocket makes of an honest person is not among these reasons.
    ...{ detector: "refusal-burst", kinds: ["tap.refused"], about: here("no-match", "credential-invalid") },
    ...{ least: 6, withinMs: 5 * MINUTE, strength: 0.3, more: 0.05, most: 0.7, lastsMs: 30 * MINUTE },
  },
  {
    ...{ detector: "refusal-burst", kinds: ["identify.refused"], about: codeAbout(/^wrong$/, "kiosk") },
    ...{ least: 6, withinMs: 5 * MINUTE, strength: 0.3, more: 0.05, most: 0.7, lastsMs: 30 * MINUTE },
  },
  {
    ...{ detector: "presentation-attack", kinds: ["tap.refused"], about: here("not-live") },
    ...{ least: 3, withinMs: 10 * MINUTE, strength: 0.5, more: 0.1, most: 0.9, lastsMs: HOUR },
  },
  {
    ...{ detector: "presentation-attack", kinds: ["camera.lost", "security.alert"], about: here("camera-injected") },
    ...{ least: 1, withinMs: MINUTE, strength: 0.9, more: 0, most: 0.9, lastsMs: HOUR },
  },
  {
    ...{ detector: "presentation-attack", kinds: ["presence.replay-suspected"], about: ({ source }) => source },
    ...{ least: 3, withinMs: 10 * MINUTE, strength: 0.4, more: 0.05, most: 0.7, lastsMs: HOUR },
  },
  {
    // Somebody who may not come in any more, with a badge or code that was theirs.
    ...{ detector: "revoked-credential", kinds: ["identify.refused"], about: codeAbout(/^standing$/, "kiosk") },
    ...{ least: 1, withinMs: 10 * MINUTE, strength: 0.35, more: 0.1, most: 0.8, lastsMs: HOUR },
  },
  {
    ...{ detector: "revoked-credential", kinds: ["tap.refused"], about: here("credential-invalid") },
    ...{ least: 2, withinMs: 10 * MINUTE, strength: 0.35, more: 0.1, most: 0.8, lastsMs: HOUR },
  },
  {
    ...{ detector: "certificate-misuse", kinds: ["broker.refused", "certificate.refused"] },
    about: codeAbout(/^certificate-(denied|untrusted|usage|unknown)$|^csr-name$/, "device"),
    ...{ least: 1, withinMs: 10 * MINUTE, strength: 0.5, more: 0.1, most: 0.9, lastsMs: 2 * HOUR },
  },
  {
    ...{ detector: "certificate-misuse", kinds: ["m2m.refused"], about: ({ body }) => textOf(body["from"]) },
    ...{ least: 3, withinMs: 10 * MINUTE, strength: 0.4, more: 0.05, most: 0.8, lastsMs: 2 * HOUR },
  },
  {
    // A phone refused a kiosk, and the next honest one tells of it.
    ...{ detector: "certificate-misuse", kinds: ["security.alert"], about: ({ body }) => textOf(body["kiosk"]) },
    ...{ least: 1, withinMs: HOUR, strength: 0.6, more: 0.1, most: 0.9, lastsMs: 2 * HOUR },
  },
  {
    ...{ detector: "clock-tampering", kinds: ["security.alert", "tap.refused"], about: hereWhen(/^clock-/) },
    ...{ least: 1, withinMs: HOUR, strength: 0.5, more: 0.1, most: 0.8, lastsMs: 2 * HOUR },
  },
  {
    ...{ detector: "policy-lag", kinds: ["policy.expired"], about: ({ source }) => source },
    ...{ least: 1, withinMs: HOUR, strength: 0.35, more: 0, most: 0.35, lastsMs: 6 * HOUR },
  },
  {
    ...{ detector: "policy-lag", kinds: ["security.alert", "policy.refused"] },
    about: hereWhen(/^policy-(rolled-back|older|signature|forged|foreign)$/),
    ...{ least: 1, withinMs: HOUR, strength: 0.55, more: 0.1, most: 0.8, lastsMs: 6 * HOUR },
  },
  {
    ...{ detector: "journal-tampering", kinds: ["audit.alarm"], about: ({ body }) => textOf(body["device"]) },
    ...{ least: 1, withinMs: HOUR, strength: 0.9, more: 0, most: 0.9, lastsMs: 12 * HOUR },
  },
  {
    ...{ detector: "journal-tampering", kinds: ["security.alert"], about: here("tree-fork", "journal-rolled-back") },
    ...{ least: 1, withinMs: HOUR, strength: 0.6, more: 0.1, most: 0.9, lastsMs: 12 * HOUR },
  },
  {
    ...{ detector: "sign-in-burst", kinds: ["admin.sign-in-refused"], about: () => "" },
    ...{ least: 8, withinMs: 5 * MINUTE, strength: 0.3, more: 0.03, most: 0.8, lastsMs: HOUR },
  },
];

/** Times that are kept of one subject: more only make what was noticed stronger, and that has an end. */
const MOST_TIMES = 32;
const MOST_SUBJECTS = 20_000;

interface Seen {
  readonly at: number;
  readonly staffId: string | null;
}

/**
 * Counts what the rules name. An entry may come late, because a kiosk was away: what counts is when it happened, so the
 * order of arrival makes no difference to what is noticed in the end.
 */
export class Bursts {
  readonly #rules = new Map<string, readonly { rule: Counted; index: number }[]>();
  readonly #seen = new Map<string, readonly Seen[]>();

  constructor(rules: readonly Counted[] = COUNTED) {
    for (const [index, rule] of rules.entries()) {
      for (const kind of rule.kinds) this.#rules.set(kind, [...(this.#rules.get(kind) ?? []), { rule, index }]);
    }
  }

  see(event: SeenEvent): Trigger[] {
    const rules = this.#rules.get(event.kind);
    if (rules === undefined) return [];
    return rules.flatMap(({ rule, index }) => {
      const about = rule.about(event);
      if (about === null) return [];
      // Told as one entry for many that came at once.
      const many = Math.min(countOf(event.body["count"]), MOST_TIMES);
      const seen = this.#remember(`${index} ${about}`, { at: event.at, staffId: staffOf(event) }, many);
      const { most, last } = burstAround(seen, event.at, rule);
      if (most < rule.least) return [];
      return [
        {
          detector: rule.detector,
          device: about === "" ? null : about,
          staffId: onlyOne(seen.filter(({ at }) => Math.abs(at - event.at) < rule.withinMs)),
          strength: unit(Math.min(rule.most, rule.strength + rule.more * (most - rule.least))),
          at: last,
          lastsMs: rule.lastsMs,
          facts: { ...factsOf(event), count: most, minutes: Math.round(rule.withinMs / MINUTE) },
        },
      ];
    });
  }

  #remember(key: string, seen: Seen, many: number): readonly Seen[] {
    const all = [...(this.#seen.get(key) ?? []), ...new Array<Seen>(many).fill(seen)].sort((a, b) => a.at - b.at);
    const [oldest] = this.#seen.keys();
    if (!this.#seen.has(key) && this.#seen.size >= MOST_SUBJECTS && oldest !== undefined) this.#seen.delete(oldest);
    const kept = all.slice(-MOST_TIMES);
    this.#seen.set(key, kept);
    return kept;
  }
}

/**
 * The most of these times that lie within one stretch with this moment in it, and when the last was of any such stretch
 * that is a burst: what was long ago, and noticed then, makes nothing of one more today.
 */
function burstAround(
  seen: readonly Seen[],
  moment: number,
  { withinMs, least }: Pick<Counted, "withinMs" | "least">,
): { readonly most: number; readonly last: number } {
  let [most, last, first] = [0, moment, 0];
  for (const [index, { at }] of seen.entries()) {
    while (at - (seen[first]?.at ?? at) >= withinMs) first += 1;
    if (at < moment || (seen[first]?.at ?? at) > moment || seen[index + 1]?.at === at) continue;
    const count = index - first + 1;
    most = Math.max(most, count);
    if (count >= least) last = at;
  }
  return { most, last };
}

/** Whose doing all of it was; `null` where anybody else was in it: nobody is named for what many did. */
function onlyOne(seen: readonly Seen[]): string | null {
  const [{ staffId } = { staffId: null }] = seen;
  return seen.every((each) => each.staffId === staffId) ? staffId : null;
}

const staffOf = ({ body }: SeenEvent): string | null => textOf(body["staffId"]);

function factsOf({ source, kind, body }: SeenEvent): Record<string, string> {
  const code = textOf(body["code"]) ?? textOf(body["reason"]);
  return {
    ...(code === null ? {} : { code }),
    ...(source === FLEET_SOURCE || kind !== "security.alert" ? {} : { toldBy: source }),
  };
}
