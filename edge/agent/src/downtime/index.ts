export { type BreakGlassAnswer, BreakGlassDesk } from "./desk.js";
export { KeptBook, type SealedFile } from "./kept-book.js";
export { KeptTries } from "./kept-tries.js";
export { permitBreakGlass } from "./permit-break-glass.js";
export { withoutDenied } from "./recognise.js";
export { BookRefresh } from "./refresh.js";
export { slowHash } from "./slow-hash.js";
