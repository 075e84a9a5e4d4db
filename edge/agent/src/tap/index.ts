export type {
  EnrolSession,
  ReaderIdentity,
  TapOutcome,
  TapRefused,
  TapRunner,
  TapSession,
  TapTimings,
} from "./ports.js";
