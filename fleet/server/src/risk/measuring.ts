// What the benchmark measures: the picture itself, without a database around it.
export type { Asset, Link, Vulnerability } from "./domain/asset.js";
export { mitigationsOf } from "./domain/mitigations.js";
export { RiskModel } from "./domain/risk-model.js";
export { deviceAsset, RiskPicture } from "./domain/risk-picture.js";
export type { SeenEvent } from "./domain/seen-event.js";
export { Spread } from "./domain/spread.js";
