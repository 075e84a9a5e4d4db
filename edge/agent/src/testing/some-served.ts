import { instant } from "@wardkey/protocol";
import type { Served } from "../session/index.js";

/** Somebody who came in by their face and phone, at the beginning of time. */
export const someServed = (more: Partial<Served> = {}): Served => ({
  attempt: 1,
  holder: { id: "anna" },
  way: "face",
  staffId: "anna",
  name: "Anna",
  since: instant(0),
  endsAt: null,
  heartbeatAt: 0,
  linkLost: false,
  away: null,
  procedureSince: null,
  procedureAsked: null,
  activityAt: 0,
  stays: 0,
  stayUntil: 0,
  cameraLostAt: null,
  ...more,
});
