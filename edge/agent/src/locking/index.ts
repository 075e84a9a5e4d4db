export { createScreenLocker, type Locker, RecordedLocker } from "./locker.js";
