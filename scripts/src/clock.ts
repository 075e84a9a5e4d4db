import { type Clock, instant } from "@wardkey/protocol";

/** The system's clocks. */
export const systemClock: Clock = { now: () => instant(Date.now()), monotonic: () => performance.now() };
