import { z } from "zod";
import type { ApiServer } from "../platform/http/api-server.js";
import type { WardFigures } from "./ward-figures.js";

const HOUR_MS = 3_600_000;
const MOST_HOURS = 24 * 100;
const USUAL_HOURS = 24;

const Count = z.number().int().nonnegative();
const Measured = {
  unlocks: Count,
  refused: Count,
  locks: Count,
  disputed: Count,
  emergencies: Count,
  alarms: Count,
  tap: z.strictObject({ timed: Count, meanMs: Count, medianMs: Count, p95Ms: Count }).nullable(),
};

/** What was measured, by hour and by ward; on the console listener. */
export function figureRoutes(server: ApiServer, { figures, now }: { figures: WardFigures; now(): number }): void {
  server.route({
    method: "GET",
    url: "/v1/figures",
    schema: {
      tags: ["overview"],
      summary: "Unlocks, tap times, refused taps, locks and disputed locks of the last hours, by hour and by ward",
      querystring: z.strictObject({
        hours: z.coerce.number().int().min(1).max(MOST_HOURS).default(USUAL_HOURS),
        ward: z.string().max(80).optional(),
      }),
      response: {
        200: z.strictObject({
          from: z.number(),
          to: z.number(),
          /** Hours in which nothing happened are left out. */
          hours: z.array(z.strictObject({ at: z.number(), ...Measured })),
          wards: z.array(z.strictObject({ ward: z.string(), ...Measured })),
        }),
      },
    },
    config: { access: { role: "viewer" } },
    handler: async ({ query }) => {
      const to = now();
      const range = { from: to - query.hours * HOUR_MS, to };
      const [hours, wards] = await Promise.all([
        figures.hours({ ...range, ward: query.ward ?? null }),
        figures.wards(range),
      ]);
      return { ...range, hours: [...hours], wards: [...wards] };
    },
  });
}
