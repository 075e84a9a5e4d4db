import type { Eyes } from "./eyes.js";
import type { Journal } from "./journal/index.js";
import {
  type KioskCondition,
  type MatchEvidence,
  type MeasuredRates,
  type Permit,
  type PolicyInForce,
  permitBy,
  ratesInForce,
  riskNow,
} from "./policy/index.js";
import type { SiteLink } from "./uplink/index.js";

interface Kiosk {
  readonly site: SiteLink;
  readonly journal: Pick<Journal, "health">;
}

/** What this kiosk may still do by the fleet's word and its own journal, as the policy asks it. */
export function kioskNow({ site, journal }: Kiosk): KioskCondition {
  return {
    leaseLeftMs: site.leaseLeft(),
    denied: site.standing !== "active",
    journal: journal.health.state,
    risk: riskNow(site.risk, site.steadyNow()),
  };
}

/** Whether the policy in force lets in whoever matched before this kiosk's camera. */
export function permitFace(
  kiosk: Kiosk & {
    readonly policy: PolicyInForce;
    readonly eyes: Pick<Eyes, "attested">;
    readonly measured: MeasuredRates;
    readonly livenessEnforced: boolean;
  },
  evidence: MatchEvidence,
): Permit {
  const { policy, eyes, measured, livenessEnforced } = kiosk;
  const rates = ratesInForce(policy.current().settings, measured);
  return permitBy(policy, { ...kioskNow(kiosk), cameraAttested: eyes.attested, livenessEnforced, rates }, evidence);
}
