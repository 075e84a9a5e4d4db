import { minutes } from "@wardkey/protocol";
import {
  type BreakGlassFacts,
  type BreakGlassReason,
  type BreakGlassRefusal,
  decideBreakGlass,
  operationOf,
} from "@wardkey/protocol/policy";
import type { CurrentPolicy, KioskCondition } from "../policy/index.js";
import type { Emergency } from "../session/index.js";

/** What the kiosk knows of itself when somebody breaks the glass. */
export interface EmergencyCondition extends Omit<KioskCondition, "risk"> {
  /** Of the space set aside for emergencies. */
  readonly setAside: "ok" | "down";
}

export type BreakGlassPermit =
  | {
      readonly ok: true;
      readonly grant: Pick<Emergency, "operation" | "review" | "reviewHours" | "lasts" | "leaseEnded">;
    }
  | { readonly ok: false; readonly code: string };

/** Whether the settings in force let this emergency open the kiosk, and for how long. */
export function permitBreakGlass(
  policy: { current(): Pick<CurrentPolicy, "settings"> },
  kiosk: EmergencyCondition,
  { reason, proof, at }: { reason: BreakGlassReason; proof: BreakGlassFacts["proof"]; at: number },
): BreakGlassPermit {
  const { settings } = policy.current();
  const kioskType = settings["kiosk.type"];
  const facts: BreakGlassFacts = {
    at,
    site: HERE,
    kioskType,
    denied: kiosk.denied,
    journal: kiosk.journal === "ok" || kiosk.setAside === "ok" ? "ok" : "down",
    reason,
    operation: operationOf(kioskType),
    proof,
  };
  // What has ended was already made strict by whoever holds the policy.
  const decision = decideBreakGlass({ site: HERE, version: 0, issuedAt: 0, expiresAt: at, settings }, facts);
  if (decision.outcome === "refuse") return { ok: false, code: CODES[decision.reasons[0] ?? "not-allowed"] };
  const { operation, review, reviewHours } = decision;
  const leaseEnded = kiosk.leaseLeftMs <= 0;
  return { ok: true, grant: { operation, review, reviewHours, lasts: minutes(decision.minutes), leaseEnded } };
}

const HERE = "here";

const CODES: Readonly<Record<BreakGlassRefusal, string>> = {
  "facts-missing": "way-not-permitted",
  "facts-contradictory": "way-not-permitted",
  denied: "kiosk-cut-off",
  "journal-down": "journal-unavailable",
  "not-allowed": "way-not-permitted",
  "operation-not-allowed": "way-not-permitted",
  "one-person": "badge-same-person",
};
