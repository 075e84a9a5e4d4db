import type { Operators, Supervisor } from "./operators.js";
import type { Person } from "./ports.js";

/** Who vouches for what is done at a kiosk: an operator, and a second one where the policy says so. */
export type Supervision =
  | { ok: true; operator: Supervisor; second: Supervisor | null }
  | { ok: false; code: SupervisionRefusal; operator: string | null }
  | { ok: false; code: "operator-code-locked"; retryAfter: number };

export type SupervisionRefusal =
  | "operator-code-wrong"
  | "operator-without-right"
  | "second-operator-required"
  | "second-operator-same";

export type SupervisionCodes = { operatorCode: string; secondOperatorCode?: string | undefined };

export async function supervise(
  kiosk: string,
  codes: SupervisionCodes,
  { operators, secondOperator }: { operators: Operators; secondOperator: boolean },
): Promise<Supervision> {
  const first = await operators.check(kiosk, codes.operatorCode);
  if (!first.ok) return first;
  const { operator } = first;
  if (!secondOperator) return { ok: true, operator, second: null };
  const refused = (code: SupervisionRefusal): Supervision => ({ ok: false, code, operator: operator.id });
  if (codes.secondOperatorCode === undefined) return refused("second-operator-required");
  const second = await operators.check(kiosk, codes.secondOperatorCode);
  if (!second.ok) return second;
  if (second.operator.id === operator.id) return refused("second-operator-same");
  return { ok: true, operator, second: second.operator };
}

/** Nobody acts for themself, nor for another ward than theirs. */
export function hindranceFor(
  supervisors: readonly Supervisor[],
  person: Pick<Person, "staffId" | "wards">,
  kioskWard: string | null,
): "operator-own-enrolment" | "operator-other-ward" | null {
  if (supervisors.some((operator) => operator.staffId === person.staffId)) return "operator-own-enrolment";
  const wards = person.wards.length > 0 ? person.wards : kioskWard === null ? [] : [kioskWard];
  return mayActFor(supervisors, wards) ? null : "operator-other-ward";
}

export const mayActFor = (supervisors: readonly Supervisor[], wards: readonly string[]): boolean =>
  supervisors.every((operator) => operator.wards === null || wards.some((ward) => operator.wards?.includes(ward)));
