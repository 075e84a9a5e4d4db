import type { DecisionFacts, DecisionReason } from "@wardkey/protocol/policy";

/** What the kiosk knows of itself, whatever somebody shows it. */
export interface KioskCondition {
  readonly leaseLeftMs: number;
  readonly denied: boolean;
  readonly journal: "ok" | "down";
  readonly risk: DecisionFacts["risk"];
}

type ConditionFacts = Pick<DecisionFacts, "clock" | "leaseLeftSeconds" | "denied" | "journal" | "risk">;

/** The same as facts of a decision. */
export const conditionFacts = ({ leaseLeftMs, denied, journal, risk }: KioskCondition): ConditionFacts => ({
  clock: "steady",
  leaseLeftSeconds: Math.floor(leaseLeftMs / 1_000),
  denied,
  journal,
  risk,
});

/** The word for the first reason that has one. */
export function firstWord<Word>(
  reasons: readonly DecisionReason[],
  words: Readonly<Partial<Record<DecisionReason, Word>>>,
  otherwise: Word,
): Word {
  for (const reason of reasons) {
    const word = words[reason];
    if (word !== undefined) return word;
  }
  return otherwise;
}
