import type { Clock } from "@wardkey/protocol";
import type { RefusalReason } from "@wardkey/protocol/screen";
import type { MatchingRules } from "../../profile/index.js";
import type { TapSession } from "../../tap/index.js";
import type { VisionPort } from "../../vision/index.js";
import type { FaceDecision } from "../domain/model.js";

export type Matching =
  | { readonly ok: true; readonly decision: FaceDecision }
  | { readonly ok: false; readonly reason: RefusalReason };

/**
 * Compares the face before the camera with the template that the phone released, on fresh frames only, until it matches,
 * the allowed number of faces was compared, or the deadline passed. Nobody before the camera, or two, costs no comparison.
 */
export async function matchFace(input: {
  vision: Pick<VisionPort, "match">;
  link: TapSession;
  rules: MatchingRules;
  clock: Clock;
  deadline: number;
  signal: AbortSignal;
  /** Only the face that has just passed a challenge. */
  challenged?: boolean;
}): Promise<Matching> {
  const { vision, link, rules, clock, deadline, signal, challenged = false } = input;
  let notOlderThan = clock.monotonic() - rules.frameAge;
  let compared = 0;
  let last: RefusalReason = "no-face";
  while (!signal.aborted && clock.monotonic() < deadline && compared < rules.comparisons) {
    const askedAt = clock.monotonic();
    const waitMs = Math.max(1, Math.min(rules.frameWait, deadline - askedAt));
    const { template, templateKey } = link;
    const answer = await vision.match({ template, templateKey, notOlderThan, waitMs, challenged });
    switch (answer.outcome) {
      case "match":
        return {
          ok: true,
          // The frame may be as old as the question allowed; the decision counts from the question, never from the answer.
          decision: { staffId: link.staffId, name: link.displayName, branch: answer.branch, decidedAt: askedAt },
        };
      case "template-refused":
        return { ok: false, reason: "credential-invalid" };
      case "no-match":
      case "not-live":
        compared++;
        last = answer.outcome;
        break;
      case "branch-closed":
        // Another frame may show the face without the mask that somebody wore in this one.
        compared++;
        last = answer.branch === "masked" ? "face-masked" : "rate-not-measured";
        break;
      case "no-face":
      case "several-faces":
        last = answer.outcome;
        break;
      case "stale":
        break;
    }
    // Too few frames yet are no answer: those that came count on, or a slow kiosk would never have enough.
    if (answer.outcome !== "stale") notOlderThan = Math.max(notOlderThan, clock.monotonic());
    // An answer that came at once must not turn into a busy wait for the next frame.
    if (clock.monotonic() - askedAt < 1) await new Promise((resume) => setImmediate(resume));
  }
  return { ok: false, reason: last };
}
