export type {
  EnrolSession,
  PhoneSession,
  ReaderIdentity,
  TapOutcome,
  TapRefused,
  TapRunner,
  TapSession,
  TapTimings,
} from "./ports.js";
export { createTapRunner, type TapRunnerInput } from "./tap-runner.js";
