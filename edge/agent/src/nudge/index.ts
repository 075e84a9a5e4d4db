export { LessonDesk } from "./lesson-desk.js";
export { NudgeDesk } from "./nudge-desk.js";
