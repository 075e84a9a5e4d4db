export { createFleetJudge } from "./fleet-judge.js";
export type { BadgeReader, BadgeReaderEvent, Judged, WayJudge, WayRefusal } from "./ports.js";
export { type WaysAnswer, WaysDesk, type WaysPorts } from "./ways-desk.js";
