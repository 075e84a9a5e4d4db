export { drawAir } from "./air.js";
export * from "./model.js";
export { observe } from "./observe.js";
export { FOR_GOOD_MS, LEAVE_METRES, planWalk, type WalkOptions, walkSeeds } from "./plan.js";
export { Whereabouts } from "./whereabouts.js";
