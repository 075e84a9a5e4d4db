import { assertNever, minutes } from "@wardkey/protocol";
import type { JournalBody, JournalKind } from "@wardkey/protocol/fleet";
import { journalReason } from "../../journal/index.js";
import type { LockAccount } from "../../presence/index.js";
import type { Emergency } from "../domain/emergency.js";
import type { Decision, Effect, ProofDecision, SessionRecord } from "../domain/model.js";
import type { SessionEvent } from "../domain/session-event.js";

/** One event for the journal: a kind with the body that belongs to it. */
export type JournalNote = { [K in JournalKind]: { readonly kind: K; readonly body: JournalBody<K> } }[JournalKind];

/** What only the runner knows of an attempt. */
export interface AttemptFacts {
  /** The session's id as the journal knows it: a UUID. */
  readonly session: string;
  /** `null`: nobody is known yet. */
  readonly holder: string | null;
  /** Milliseconds since the attempt began. */
  readonly ms: number;
  readonly cameraAttested: boolean;
  readonly livenessEnforced: boolean;
  readonly monotonic: number;
  /** Why presence has its person leaving; `null`: no phone is served. */
  readonly account: LockAccount | null;
}

/** The session's record as the journal's event. Similarities have no place in it: outcome and branch are all. */
export function noteOf(record: SessionRecord, of: AttemptFacts | null): JournalNote {
  const known = of === null ? {} : { session: of.session, ...(of.holder === null ? {} : { staffId: of.holder }) };
  const ms = of === null ? {} : { ms: whole(of.ms) };
  switch (record.kind) {
    case "tap-started":
      return { kind: "tap.started", body: { ...known, staffId: record.holder.id } };
    case "refused":
      return {
        kind: "tap.refused",
        body: {
          ...known,
          ...ms,
          reason: journalReason(record.code, record.reason),
          ...(record.way === undefined ? {} : { way: record.way }),
        },
      };
    case "unlocked":
      if ("way" in record.decision && record.decision.emergency !== undefined) {
        return brokenGlass(record.decision, record.decision.emergency, of);
      }
      return {
        kind: "session.unlocked",
        body: {
          session: of?.session ?? "",
          staffId: record.decision.staffId,
          ...ms,
          ...openedBy(record.decision, of),
        },
      };
    case "leaving":
      return {
        kind: "session.leaving",
        body: { session: of?.session ?? "", staffId: record.served.staffId, reason: record.because },
      };
    case "kept":
      return {
        kind: "session.kept",
        body: { session: of?.session ?? "", staffId: record.served.staffId, reason: record.because },
      };
    case "procedure-begun":
      return {
        kind: "procedure.begun",
        body: { session: of?.session ?? "", staffId: record.served.staffId, minutes: record.atMost / minutes(1) },
      };
    case "procedure-ended":
      return {
        kind: "procedure.ended",
        body: {
          session: of?.session ?? "",
          staffId: record.served.staffId,
          reason: record.because,
          ms: whole(record.ran),
        },
      };
    case "locked":
      return {
        kind: "session.locked",
        body: {
          reason: record.why,
          staffId: record.staffId,
          ...(of === null ? {} : { session: of.session, heldMs: whole(of.ms) }),
          ...(of === null || of.account === null ? {} : evidenceOf(of.account, of.monotonic)),
        },
      };
    default:
      return assertNever(record);
  }
}

/** What waits for its line in the journal. */
export type Awaited = Extract<Effect, { type: "record-unlock" | "record-procedure" }>;

/** What the session learns of such a line: it is durable, or was not written and never will be. */
export function written(effect: Awaited, ok: boolean): SessionEvent {
  const { attempt } = effect;
  switch (effect.type) {
    case "record-unlock":
      return { type: ok ? "recorded" : "record-failed", attempt };
    case "record-procedure":
      return { type: ok ? "procedure-recorded" : "procedure-not-recorded", attempt, asked: effect.asked };
    default:
      return assertNever(effect);
  }
}

function evidenceOf(account: LockAccount, monotonic: number): Partial<JournalBody<"session.locked">> {
  const { metres, faceGoneMs, inputGoneMs, heartbeatGapMs, phone, reasons, leftAt } = account;
  return {
    ...(reasons.length === 0 ? {} : { evidence: reasons.slice(0, 6).join(",") }),
    phone,
    leftMs: whole(monotonic - leftAt),
    ...(metres === null ? {} : { metres }),
    ...(faceGoneMs === null ? {} : { faceGoneMs: whole(faceGoneMs) }),
    ...(inputGoneMs === null ? {} : { inputGoneMs: whole(inputGoneMs) }),
    ...(heartbeatGapMs === null ? {} : { heartbeatGapMs: whole(heartbeatGapMs) }),
  };
}

function brokenGlass({ staffId }: ProofDecision, emergency: Emergency, of: AttemptFacts | null): JournalNote {
  const { lasts, card, second, ...told } = emergency;
  return {
    kind: "break-glass.opened",
    body: {
      session: of?.session ?? "",
      staffId,
      ...told,
      minutes: Math.round(lasts / 60_000),
      ...(card === null ? {} : { card }),
      ...(second === null ? {} : { second }),
      ...(of === null ? {} : { ms: whole(of.ms) }),
    },
  };
}

/** What a camera saw is told of a face alone. */
function openedBy(decision: Decision, of: AttemptFacts | null): Partial<JournalBody<"session.unlocked">> {
  if ("way" in decision && decision.way !== "break-glass") return { way: decision.way, weak: decision.weak };
  if ("way" in decision) return {};
  const { branch } = decision;
  if (of === null) return { way: "face", branch };
  const { cameraAttested, livenessEnforced } = of;
  return { way: "face", branch, cameraAttested, livenessEnforced };
}

const whole = (ms: number): number => Math.min(604_800_000, Math.max(0, Math.round(ms)));
