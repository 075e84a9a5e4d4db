export { drawAir } from "./air.js";
export { type ImportOptions, type ImportOutcome, importRecording } from "./import-recording.js";
export * from "./model.js";
export { observe } from "./observe.js";
export {
  FOR_GOOD_MS,
  LEAVE_METRES,
  planWalk,
  WALK_SPLITS,
  type WalkOptions,
  type WalkSplit,
  walkSeeds,
} from "./plan.js";
export {
  readTrace,
  type TraceHeader,
  type TraceOutcome,
  type TraceRefusal,
  traceOf,
  type WalkTrace,
  writeTrace,
} from "./trace.js";
export { Whereabouts } from "./whereabouts.js";
