export { type PolicyFiles, policyFiles } from "./kept-policy.js";
export type { KioskCondition } from "./kiosk-facts.js";
export type { PolicyRef } from "./mark.js";
export { type MeasuredRates, type RatesInForce, ratesInForce, readMeasuredRates } from "./measured-rates.js";
export { type KioskState, leastConsent, type MatchEvidence, type Permit, permitBy, riskNow } from "./permit.js";
export { type ProofEvidence, type ProofPermit, permitProof } from "./permit-proof.js";
export {
  type CurrentPolicy,
  type EvidenceFacts,
  type PolicyAnswer,
  PolicyInForce,
  type PolicyPorts,
  type PolicyRecord,
} from "./policy-in-force.js";
