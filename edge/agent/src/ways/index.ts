export { createFleetJudge } from "./fleet-judge.js";
export { createJudgeHere } from "./judge-here.js";
export type { BadgeReader, BadgeReaderEvent, Judged, WayJudge, WayRefusal } from "./ports.js";
export { RememberedBadges } from "./remembered-badges.js";
export { type WaysAnswer, WaysDesk, type WaysPorts } from "./ways-desk.js";
