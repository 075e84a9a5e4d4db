import type { Observation } from "@wardkey/virtual-radio/walks";

/** What a rule did to one kiosk, and for whom. */
export interface RuleEvent {
  readonly at: number;
  readonly type: "unlocked" | "locked" | "veiled";
  readonly person: string;
  /** The rule's own word for why. */
  readonly why: string;
}

/** A rule that locks and unlocks one kiosk by what it observes. Observations come in order of time. */
export interface KioskRule {
  /** Whose session is open; `null`: it is locked. */
  readonly open: string | null;
  observe(observation: Observation): readonly RuleEvent[];
  /** She signs in by hand, where the rule did not open by itself; none where signing in is part of the rule. */
  signIn?(person: string, at: number): readonly RuleEvent[];
}
