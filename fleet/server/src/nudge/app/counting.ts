import type { SeenEvent } from "../domain/behaviour.js";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const WEEK_MS = 7 * DAY_MS;

/** Hours and days since 1970. */
export const hourOf = (at: number): number => Math.floor(at / HOUR_MS);
export const dayOf = (at: number): number => Math.floor(at / DAY_MS);
/** From this day on, who was seen was seen after `at` for certain: on the day of it, perhaps before. */
export const dayAfter = (at: number): number => dayOf(at) + 1;

/** People of a ward are counted over so many weeks. */
export const MEMBER_WEEKS = 4;
/** Nothing is told of a shorter time than this of a trial, nor is one compared with less. */
export const SHORTEST_DAYS = 7;

/** As what a kiosk's word on a nudge or a lesson is counted; empty: it is no such word. */
export function outcomeOf({ kind, body }: Pick<SeenEvent, "kind" | "body">): readonly string[] {
  switch (kind) {
    case "nudge.shown": {
      const shown = `shown:${body["template"]}`;
      return body["ended"] === "dismissed" ? [shown, `dismissed:${body["template"]}`] : [shown];
    }
    case "nudge.withheld":
      return [`withheld:${body["reason"]}`];
    case "lesson.opened":
    case "lesson.put-off":
      return [`${kind}:${body["lesson"]}`];
    case "lesson.completed":
      return [`${body["passed"] === true ? "lesson.passed" : "lesson.failed"}:${body["lesson"]}`];
    default:
      return [];
  }
}
