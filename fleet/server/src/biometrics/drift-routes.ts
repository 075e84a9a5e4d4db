import { z } from "zod";
import type { ApiServer } from "../platform/http/api-server.js";
import type { Drift } from "./drift.js";

const Month = z.strictObject({
  month: z.string(),
  branch: z.enum(["bare", "masked"]),
  outcome: z.enum(["matched", "refused"]),
  counts: z.array(z.number()),
  index: z.number().nullable(),
  shift: z.enum(["none", "some", "look"]).nullable(),
});

export function biometricsRoutes(server: ApiServer, { drift }: { readonly drift: Drift }): void {
  server.route({
    method: "GET",
    url: "/v1/biometrics/drift",
    schema: {
      tags: ["biometrics"],
      summary: "How similar compared faces were, by month, branch and outcome, and whether that shifted",
      response: { 200: z.strictObject({ binWidth: z.number(), months: z.array(Month) }) },
    },
    config: { access: { role: "viewer" } },
    handler: async () => ({
      binWidth: 0.05,
      months: (await drift.months()).map((month) => ({ ...month, counts: [...month.counts] })),
    }),
  });
}
