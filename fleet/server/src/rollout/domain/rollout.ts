import { assertNever } from "@wardkey/protocol";
import type { Verdict, Worse } from "./measures.js";

/** A share of the devices, and how long a policy has to prove itself there. */
export interface Ring {
  readonly percent: number;
  readonly dwellMs: number;
}

const HOUR = 3_600_000;
/** One in a hundred for four hours, one in ten for a day, then everybody, watched for a day more. */
export const DEFAULT_RINGS: readonly Ring[] = [
  { percent: 1, dwellMs: 4 * HOUR },
  { percent: 10, dwellMs: 24 * HOUR },
  { percent: 100, dwellMs: 24 * HOUR },
];

export interface Rollout {
  /** Version that is rolled out. */
  readonly version: number;
  readonly salt: string;
  readonly rings: readonly Ring[];
  readonly ring: number;
  /** Grows with every ring and every new try: counts belong to one stage. */
  readonly stage: number;
  /** The stage with which it began; missing: it began before that was kept. */
  readonly began?: number | undefined;
  readonly status: "running" | "halted" | "aborted";
  readonly since: number;
  readonly reason: string | null;
}

/** What the fleet states to every device. `revision` only grows: it is the epoch of the head. */
export interface Head {
  readonly revision: number;
  readonly stable: number;
  readonly rollout: Rollout | null;
}

export type RolloutRecord =
  | {
      readonly kind: "policy.rollout-started" | "policy.rollout-forward" | "policy.rollout-resumed";
      readonly version: number;
      readonly by: string;
      readonly percent: number;
    }
  | {
      readonly kind: "policy.rollout-halted";
      readonly version: number;
      readonly by: string;
      readonly percent: number;
      readonly reason: string;
    }
  | { readonly kind: "policy.rollout-aborted"; readonly version: number; readonly by: string; readonly percent: number }
  | { readonly kind: "policy.rollout-finished"; readonly version: number; readonly by: string };

export type RolloutCommand =
  | {
      readonly type: "begin";
      readonly version: number;
      readonly salt: string;
      readonly rings: readonly Ring[];
      readonly by: string;
    }
  | { readonly type: "tick"; readonly verdict: Verdict }
  | { readonly type: "halt"; readonly by: string; readonly reason: string }
  | { readonly type: "resume"; readonly by: string }
  | { readonly type: "abort"; readonly by: string };

export type RolloutStep =
  | { readonly ok: true; readonly head: Head; readonly records: readonly RolloutRecord[] }
  | {
      readonly ok: false;
      readonly code: "rollout-running" | "rollout-none" | "rollout-not-halted" | "rollout-older" | "rollout-rings";
    };

/** The server by itself, as the audit names it. */
export const BY_FLEET = "fleet";

const REASONS: Readonly<Record<Worse, string>> = {
  "false-locks": "more-false-locks",
  "refused-taps": "more-refused-taps",
  "tap-time": "slower-taps",
};

/** The share of the devices that the head offers the candidate to: none while it is halted. */
export const percentOf = ({ rollout }: Head): number =>
  rollout?.status === "running" ? (rollout.rings[rollout.ring]?.percent ?? 0) : 0;

/**
 * One step of a roll-out: pure. A halted one is offered to nobody more; the devices that have it keep it, because versions
 * never go back, until it is resumed or a newer version is rolled out over it. A new one may begin over a halted or an
 * aborted one, never over one that runs.
 */
export function step(head: Head, command: RolloutCommand, now: number): RolloutStep {
  const { rollout } = head;
  switch (command.type) {
    case "begin":
      return begin(head, command, now);
    case "tick":
      return tick(head, command.verdict, now);
    case "halt": {
      if (rollout?.status !== "running") return { ok: false, code: "rollout-none" };
      return halted(head, rollout, { ...command, now });
    }
    case "resume": {
      if (rollout?.status !== "halted") return { ok: false, code: "rollout-not-halted" };
      const { by } = command;
      const next = { ...rollout, status: "running" as const, stage: rollout.stage + 1, since: now, reason: null };
      return moved(head, next, [{ kind: "policy.rollout-resumed", by, ...place(next) }]);
    }
    case "abort": {
      if (rollout === null || rollout.status === "aborted") return { ok: false, code: "rollout-none" };
      const { by } = command;
      const next = { ...rollout, status: "aborted" as const, since: now, reason: "aborted" };
      return moved(head, next, [{ kind: "policy.rollout-aborted", by, ...place(rollout) }]);
    }
    default:
      return assertNever(command);
  }
}

/** Everybody at once, without rings: the first policy, and what cannot wait. */
export function establish(head: Head | null, version: number): Head {
  return { revision: (head?.revision ?? 0) + 1, stable: version, rollout: null };
}

function begin(head: Head, command: Extract<RolloutCommand, { type: "begin" }>, now: number): RolloutStep {
  const { version, salt, rings, by } = command;
  if (head.rollout?.status === "running") return { ok: false, code: "rollout-running" };
  if (version <= Math.max(head.stable, head.rollout?.version ?? 0)) return { ok: false, code: "rollout-older" };
  const growing = rings.every(({ percent }, index) => percent > (rings[index - 1]?.percent ?? 0));
  if (!growing || rings.at(-1)?.percent !== 100) return { ok: false, code: "rollout-rings" };
  const stage = (head.rollout?.stage ?? 0) + 1;
  const next: Rollout = {
    ...{ version, salt, rings, ring: 0, stage, began: stage },
    ...{ status: "running", since: now, reason: null },
  };
  return moved(head, next, [{ kind: "policy.rollout-started", by, ...place(next) }]);
}

function tick(head: Head, verdict: Verdict, now: number): RolloutStep {
  const { rollout } = head;
  const still: RolloutStep = { ok: true, head, records: [] };
  if (rollout?.status !== "running") return still;
  if (verdict.verdict === "worse") {
    return halted(head, rollout, { by: BY_FLEET, reason: REASONS[verdict.of], now });
  }
  const dwell = rollout.rings[rollout.ring]?.dwellMs ?? 0;
  if (now - rollout.since < dwell) return still;
  if (rollout.ring === rollout.rings.length - 1) {
    // Something or somebody had halted it: it is not taken for good because nothing can be said of it.
    if (verdict.verdict === "too-few" && wasResumed(rollout)) return still;
    const finished: Head = { revision: head.revision + 1, stable: rollout.version, rollout: null };
    const record: RolloutRecord = { kind: "policy.rollout-finished", version: rollout.version, by: BY_FLEET };
    return { ok: true, head: finished, records: [record] };
  }
  const next: Rollout = { ...rollout, ring: rollout.ring + 1, stage: rollout.stage + 1, since: now };
  return moved(head, next, [{ kind: "policy.rollout-forward", by: BY_FLEET, ...place(next) }]);
}

/** A stage for each ring; every further one was a resumption. */
const wasResumed = ({ stage, ring, began }: Rollout): boolean => began !== undefined && stage - began > ring;

/** The stages of a roll-out before the present one, as far as is known. */
export function stagesBefore({ stage, ring, began = stage - ring }: Rollout): readonly number[] {
  return Array.from({ length: stage - began }, (_, back) => stage - back - 1);
}

function halted(head: Head, rollout: Rollout, by: { by: string; reason: string; now: number }): RolloutStep {
  const next = { ...rollout, status: "halted" as const, since: by.now, reason: by.reason };
  const record = { kind: "policy.rollout-halted" as const, by: by.by, ...place(rollout), reason: by.reason };
  return moved(head, next, [record]);
}

const moved = (head: Head, rollout: Rollout, records: readonly RolloutRecord[]): RolloutStep => ({
  ok: true,
  head: { ...head, revision: head.revision + 1, rollout },
  records,
});

const place = (rollout: Rollout): { version: number; percent: number } => ({
  version: rollout.version,
  percent: rollout.rings[rollout.ring]?.percent ?? 0,
});
