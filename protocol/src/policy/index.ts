export {
  BREAK_GLASS_REASONS,
  type BreakGlassDecision,
  BreakGlassFacts,
  type BreakGlassOperation,
  BreakGlassReason,
  type BreakGlassRefusal,
  breakGlassSettings,
  decideBreakGlass,
  operationOf,
} from "./break-glass.js";
export { type Assembled, assemble, disassemble } from "./checkout.js";
export { type Contradiction, contradictionsOf } from "./contradictions.js";
export {
  type Challenge,
  consentSuffices,
  DecisionFacts,
  type DecisionReason,
  decide,
  type PolicyDecision,
  type ResolvedPolicy,
  RISK_LEVELS,
  strictestOver,
  type Way,
} from "./decide.js";
export { diff, diffAt, explain, type PolicyChange } from "./diff.js";
export {
  DEVICE_KINDS,
  DeviceFacts,
  MAX_POLICY_BYTES,
  type PolicyCode,
  PolicyContent,
  PolicyDocument,
  type PolicyFinding,
  parseContent,
  parsePolicy,
  Selector,
  withSettingsSince,
} from "./document.js";
export { hasErrors, lint, MAX_VALIDITY_DAYS } from "./lint.js";
export { type MeasuredPoint, maskedRateInForce } from "./operating-point.js";
export { diffReport, explainReport, lintReport, type PolicyReport, type PolicySource } from "./report.js";
export { belongs, groupsOf, type Origin, pathOf, type Resolved, resolve } from "./resolve.js";
export { inRing, ringPlace } from "./ring.js";
export {
  BREAK_GLASS_OPERATIONS,
  CONSENT_MODES,
  DEMO_SETTINGS,
  isSettingName,
  KIOSK_TYPES,
  LayerSettings,
  LIVENESS_CHALLENGES,
  LIVENESS_MODES,
  PRODUCTION_SETTINGS,
  type QuietHours,
  REVIEWS,
  RISK_QUARANTINES,
  RISK_RESPONSES,
  SETTING_NAMES,
  type SettingName,
  Settings,
  STRICTEST,
  VEIL_MODES,
  WAYS_WITHOUT_FACE,
} from "./settings.js";
export { compareSetting, compareStrength, type Direction, type SettingChange, strongerOf } from "./strength.js";
export { isWeakening, membersOf, type Weakening, type WeakeningReport, weakenedByMove } from "./weakening.js";
