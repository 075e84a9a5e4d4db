export { cuesAt, isQuietAt } from "./cues.js";
export type { CommandAnswer, PageFrame, ScreenCommand } from "./page-link.js";
export { ScreenServer, type ScreenSettings } from "./server.js";
export { writeSharedToken } from "./shared-token.js";
export { buildView, paceOf, type ViewInput } from "./view.js";
