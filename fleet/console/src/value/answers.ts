import { Assumptions } from "@wardkey/protocol/value";
import { z } from "zod";

const Count = z.number();
export const KeptAnswer = z.object({
  version: Count,
  assumptions: Assumptions,
  by: z.string().nullable(),
  at: z.number().nullable(),
});
export type Kept = z.infer<typeof KeptAnswer>;

/** `GET /v1/value`: what was measured, and what the site assumes; what follows from both is worked out here too. */
export const ValueAnswer = z.object({
  from: z.number(),
  to: z.number(),
  measured: z.object({
    days: z.number(),
    kiosks: Count,
    people: Count,
    wards: z.array(
      z.object({
        ward: z.string(),
        unlocks: Count,
        tapSeconds: z.number().nullable(),
        locks: Count,
        disputed: Count,
      }),
    ),
  }),
  kept: KeptAnswer,
});
export type ValueAnswer = z.infer<typeof ValueAnswer>;
