import type { Duration } from "@wardkey/protocol";
import type { BreakGlassDecision, BreakGlassReason } from "@wardkey/protocol/policy";

type Granted = Extract<BreakGlassDecision, { outcome: "open" }>;

/** Why and by what somebody broke the glass, and what the policy grants them for it. */
export interface Emergency extends Pick<Granted, "operation" | "review" | "reviewHours"> {
  readonly reason: BreakGlassReason;
  readonly means: "code" | "two-badges";
  readonly lasts: Duration;
  /** Which card's code was used up; `null` for badges. */
  readonly card: string | null;
  /** Whose the other badge is. */
  readonly second: string | null;
  readonly leaseEnded: boolean;
}
