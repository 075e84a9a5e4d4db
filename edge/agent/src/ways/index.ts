export { createFleetJudge } from "./fleet-judge.js";
export { createJudgeHere } from "./judge-here.js";
export { PhoneInHand } from "./phone-in-hand.js";
export type { BadgeReader, BadgeReaderEvent, Judged, WayJudge, WayRefusal } from "./ports.js";
export { RememberedPins } from "./remembered-pins.js";
export { type WaysAnswer, WaysDesk, type WaysPorts } from "./ways-desk.js";
