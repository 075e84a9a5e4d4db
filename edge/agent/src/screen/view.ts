import { assertNever, type Duration, type Instant, minutes } from "@wardkey/protocol";
import type {
  BreakGlassView,
  ChallengeView,
  EnrolmentView,
  EvidenceReason,
  FaceHint,
  LessonView,
  LockAccountView,
  NudgeView,
  ScreenView,
  SessionView,
  WaysView,
} from "@wardkey/protocol/screen";
import type { Served, Session } from "../session/index.js";

export interface ViewInput {
  readonly device: ScreenView["device"];
  readonly profile: ScreenView["profile"];
  readonly livenessEnforced: boolean;
  readonly session: Session;
  /** Why it locked, while somebody may still want to know. */
  readonly account?: LockAccountView | null;
  /** Monotonic ms until which a running procedure puts the lock off. */
  readonly deferred?: number | null;
  /** How long the policy lets one do so; 0: not at all, and nobody is offered to say that one runs. */
  readonly procedureAtMost?: Duration;
  /** What speaks for leaving while somebody leaves, the heaviest first. */
  readonly leavingBecause?: readonly EvidenceReason[];
  /** The newest look at the camera; `null` when there is no recent one. */
  readonly face: { readonly hint: FaceHint; readonly liveness: number | null } | null;
  /** What somebody is asked to do before the camera. */
  readonly challenge: ChallengeView | null;
  readonly cameraAttested: boolean;
  readonly health: ScreenView["health"];
  readonly enrolment: EnrolmentView | null;
  readonly ways: WaysView | null;
  /** How somebody may break the glass; `null`: not here, or not now. */
  readonly breakGlass: BreakGlassView | null;
  readonly nudge?: NudgeView | null;
  readonly lesson?: LessonView | null;
  readonly frames: ScreenView["frames"];
  readonly cues: ScreenView["cues"];
  readonly now: Instant;
  readonly monotonic: number;
}

/** Everything that a kiosk's page shows, from the state of the agent: pure, so that each state can be looked at. */
export function buildView(input: ViewInput): ScreenView {
  const { device, profile, livenessEnforced, face, cameraAttested, health } = input;
  const { enrolment, ways, breakGlass, nudge = null, lesson = null, frames, cues, now } = input;
  return {
    v: 1,
    device,
    profile,
    liveness: { enforced: livenessEnforced, score: face?.liveness ?? null },
    cameraAttested,
    health,
    session: sessionView(input),
    enrolment,
    ways,
    ...(breakGlass === null ? {} : { breakGlass }),
    ...(nudge === null ? {} : { nudge }),
    ...(lesson === null ? {} : { lesson }),
    frames,
    cues,
    now,
  };
}

function sessionView({
  session,
  account = null,
  deferred = null,
  procedureAtMost = minutes(0),
  leavingBecause = [],
  face,
  challenge,
  now,
  monotonic,
}: ViewInput): SessionView {
  const { mode } = session;
  const wall = (deadline: number): number => Math.round(now + (deadline - monotonic));
  switch (mode.name) {
    case "locked":
      return { state: "locked", ...session.lastLock, ...(account === null ? {} : { account }) };
    case "someone-near":
      return { state: "someone-near", evidence: Math.min(1, Math.max(0, mode.evidence)) };
    case "identifying":
      return {
        state: "identifying",
        hint: mode.holder === null ? null : (face?.hint ?? "no-face"),
        ...(challenge === null ? {} : { challenge }),
      };
    case "unlocked":
      return {
        state: "unlocked",
        name: mode.served.name.slice(0, 80),
        since: mode.served.since,
        until: mode.served.endsAt === null ? null : wall(mode.served.endsAt),
        ...(mode.served.elsewhere === undefined ? {} : { elsewhere: true as const }),
        ...procedureOf(mode.served, procedureAtMost, deferred === null ? null : wall(deferred)),
        ...emergencyOf(mode.served, wall),
      };
    case "leaving":
      return {
        state: "leaving",
        name: mode.served.name.slice(0, 80),
        since: mode.served.since,
        lockAt: wall(mode.lockAt),
        ...(leavingBecause.length === 0 ? {} : { because: leavingBecause.slice(0, 3) }),
        ...(deferred === null || deferred <= mode.lockAt ? {} : { deferred: wall(deferred) }),
      };
    case "refused":
      return { state: "refused", reason: mode.reason, until: wall(mode.until) };
    case "degraded":
      return { state: "degraded", reason: mode.reason };
    default:
      return assertNever(mode);
  }
}

/** Offered to who is in and works here; an emergency is put off by nothing but its own time. */
function procedureOf(
  { elsewhere, emergency }: Served,
  atMost: Duration,
  until: number | null,
): Pick<Extract<SessionView, { state: "unlocked" }>, "procedure"> {
  const offered = atMost > 0 && elsewhere === undefined && emergency === undefined;
  return offered ? { procedure: { minutes: atMost / minutes(1), until } } : {};
}

/** Until when the red frame stays: as long as the session may last. */
function emergencyOf(
  { emergency, endsAt }: Served,
  wall: (deadline: number) => number,
): Pick<Extract<SessionView, { state: "unlocked" }>, "emergency"> {
  return emergency === undefined || endsAt === null
    ? {}
    : { emergency: { until: wall(endsAt), reason: emergency.reason } };
}

/** How closely the camera has to be watched: not at all while nobody is about. */
export function paceOf(session: Session, capturing: boolean): "off" | "slow" | "fast" {
  if (capturing) return "fast";
  switch (session.mode.name) {
    case "someone-near":
      return "fast";
    case "identifying":
      return session.mode.holder === null ? "slow" : "fast";
    case "refused":
      return session.nearby.some((each) => each.near) ? "fast" : "slow";
    case "unlocked":
      return session.mode.newcomer === null ? "slow" : "fast";
    case "leaving":
    case "degraded":
      return "slow";
    case "locked":
      return session.nearby.length > 0 ? "slow" : "off";
    default:
      return assertNever(session.mode);
  }
}
