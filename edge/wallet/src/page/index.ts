export { type PageServer, startPageServer } from "./page-server.js";
export type { PageCommand, PageCommands } from "./page-sockets.js";
export { phoneView } from "./view.js";
