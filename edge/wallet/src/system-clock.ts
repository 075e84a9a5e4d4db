import { type Clock, instant } from "@wardkey/protocol";

export const systemClock: Clock = {
  now: () => instant(Date.now()),
  monotonic: () => performance.now(),
};
