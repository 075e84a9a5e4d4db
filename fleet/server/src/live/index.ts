export { createLive, type Live, type News } from "./live.js";
export { liveProblemTitles, liveRoutes } from "./live-routes.js";
export { topicsOfKind } from "./topics-of-kind.js";
