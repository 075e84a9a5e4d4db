import type { Clock } from "@wardkey/protocol";
import type { MatchEvidence, Permit } from "../../policy/index.js";
import type { MatchingRules } from "../../profile/index.js";
import type { TapSession } from "../../tap/index.js";
import type { ChallengeKind, ChallengeRequest, VisionPort } from "../../vision/index.js";
import { type Matching, matchFace } from "./matching.js";

/** The movement that somebody is asked for, as the screen shows it. */
export type ChallengeShown = { readonly kind: ChallengeKind } & Parameters<ChallengeRequest["onProgress"]>[0];

export interface Admission {
  readonly vision: Pick<VisionPort, "match" | "challenge">;
  readonly link: TapSession;
  readonly rules: MatchingRules;
  readonly clock: Clock;
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly permit: (evidence: MatchEvidence) => Permit;
  /** Which movement is asked for; nobody can know it before. */
  readonly drawChallenge: () => ChallengeKind;
  /** The session grants time for a challenge, once: until when; `null`: it does not. */
  readonly challengeBegins: () => number | null;
  readonly show: (challenge: ChallengeShown | null) => void;
}

/**
 * Whether the face before the camera may come in: it matches, and the policy lets that count. Where the policy asks for
 * proof that the person is alive, they are challenged, and the very face that passed is compared once more.
 */
export async function admitFace(admission: Admission): Promise<Matching> {
  const { link, permit } = admission;
  const matched = await matchFace(admission);
  if (!matched.ok) return matched;
  const first = permit({ branch: matched.decision.branch, consent: link.consent, challenge: "none" });
  if (first.ok) return matched;
  const until = first.challenge === "prove-liveness" ? admission.challengeBegins() : null;
  if (until === null) return { ok: false, reason: first.reason };
  if (!(await passes(admission))) return { ok: false, reason: "not-live" };
  const again = await matchFace({ ...admission, deadline: until, challenged: true });
  if (!again.ok) return again;
  const second = permit({ branch: again.decision.branch, consent: link.consent, challenge: "passed" });
  return second.ok ? again : { ok: false, reason: second.reason };
}

async function passes({ vision, signal, drawChallenge, show }: Admission): Promise<boolean> {
  const kind = drawChallenge();
  show({ kind, hint: "hold-still", progress: 0 });
  try {
    const onProgress: ChallengeRequest["onProgress"] = (progress) => show({ kind, ...progress });
    const { outcome } = await vision.challenge({ kind, signal, onProgress });
    return outcome === "passed";
  } finally {
    show(null);
  }
}
