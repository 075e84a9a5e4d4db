export {
  ASSUMPTION_NAMES,
  ASSUMPTIONS,
  type AssumptionName,
  Assumptions,
  GROUPS,
  type Group,
  type Range,
  startAssumptions,
  UNITS,
  type Unit,
} from "./assumptions.js";
export {
  DRAWS,
  type Estimate,
  estimate,
  type Measured,
  type MeasuredWard,
  SEED,
  type Spread,
  type WardValue,
} from "./estimate.js";
