import { Assumptions } from "@wardkey/protocol/value";
import { z } from "zod";
import { administratorOf } from "../platform/http/access.js";
import type { ApiServer } from "../platform/http/api-server.js";
import { type ProblemTitles, Refusal } from "../platform/http/problem.js";
import type { Value } from "./value.js";

export const valueProblemTitles: ProblemTitles = {
  "value-changed": "Somebody else changed the assumptions meanwhile: yours were not kept",
};

const MOST_DAYS = 100;
const Count = z.number().int().nonnegative();
const Spread = z.strictObject({ low: z.number(), mid: z.number(), high: z.number() });
const Ward = { ward: z.string(), unlocks: Count, tapSeconds: z.number().nullable(), locks: Count, disputed: Count };
const Kept = z.strictObject({
  /** Grows with every change; 0 before the first. */
  version: Count,
  assumptions: Assumptions,
  by: z.string().nullable(),
  at: z.number().nullable(),
});
const Answer = z.strictObject({
  from: z.number(),
  to: z.number(),
  measured: z.strictObject({
    days: z.number(),
    kiosks: Count,
    people: Count,
    wards: z.array(z.strictObject(Ward)),
  }),
  kept: Kept,
  estimate: z.strictObject({
    wards: z.array(z.strictObject({ ...Ward, savedSeconds: Spread, hours: Spread })),
    unlocks: Count,
    tapSeconds: z.number().nullable(),
    ...{ hours: Spread, hoursAYear: Spread, timeValue: Spread, incidentsAvoided: Spread, securityValue: Spread },
    ...{ costs: Spread, net: Spread, ratio: Spread.nullable() },
    likelihood: z.number(),
  }),
});

/** What was measured and what it is worth; on the console listener. Refuses with `value-changed`. */
export function valueRoutes(server: ApiServer, { value }: { value: Value }): void {
  server.route({
    method: "GET",
    url: "/v1/value",
    schema: {
      tags: ["value"],
      summary: "Hours given back by ward, security and costs by the year, each as a range",
      querystring: z.strictObject({ days: z.coerce.number().int().min(1).max(MOST_DAYS).default(28) }),
      response: { 200: Answer },
    },
    config: { access: { role: "viewer" } },
    handler: async ({ query }) => {
      const { measured, estimate, ...rest } = await value.read(query.days);
      return {
        ...rest,
        measured: { ...measured, wards: [...measured.wards] },
        estimate: { ...estimate, wards: [...estimate.wards] },
      };
    },
  });
  server.route({
    method: "PUT",
    url: "/v1/value/assumptions",
    schema: {
      tags: ["value"],
      summary: "Change what the site assumes; `version` is that of the assumptions that were read",
      body: z.strictObject({ version: Count, assumptions: Assumptions }),
      response: { 200: Kept },
    },
    config: { access: { role: "operator" } },
    bodyLimit: 8 * 1024,
    handler: async (request) => {
      const kept = await value.assume({ ...request.body, by: administratorOf(request).id });
      if (kept === null) throw new Refusal(409, "value-changed");
      return kept;
    },
  });
}
