import { z } from "zod";

/** What of a site may have changed. A page asks anew for what it shows of it; nothing of the change itself is told. */
export const LIVE_TOPICS = [
  "overview",
  "devices",
  "people",
  "events",
  "approvals",
  "break-glass",
  "policy",
  "rollout",
  "risk",
  "nudges",
  "training",
  "value",
  "alarms",
] as const;
export const LiveTopic = z.enum(LIVE_TOPICS);
export type LiveTopic = z.infer<typeof LiveTopic>;

/** The data of each message of `GET /v1/live` (server-sent events). */
export const LiveMessage = z.strictObject({ topics: z.array(LiveTopic) });
export type LiveMessage = z.infer<typeof LiveMessage>;
