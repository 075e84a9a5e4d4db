export type { Clock } from "./clock.js";
export { assertNever, codeOf, WardkeyError } from "./errors.js";
export {
  after,
  between,
  type Dbm,
  type Duration,
  days,
  dbm,
  hours,
  type Instant,
  instant,
  type Metres,
  metres,
  milliseconds,
  minutes,
  seconds,
} from "./units.js";
