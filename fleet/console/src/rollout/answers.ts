import { JournalEvent } from "@wardkey/protocol/fleet";
import { z } from "zod";

const Counted = z.object({ version: z.number(), chosen: z.number(), there: z.number() });
export const Progress = z.object({
  candidate: Counted.nullable(),
  stable: Counted,
  behind: z.number(),
  some: z.array(
    z.object({
      device: z.string(),
      name: z.string(),
      ward: z.string(),
      online: z.boolean(),
      version: z.number().nullable(),
      wanted: z.number(),
    }),
  ),
});
export type Progress = z.infer<typeof Progress>;
export type Behind = Progress["some"][number];

export const Changed = z.object({ revision: z.number(), stable: z.number() });
export const Happened = z.object({
  events: z.array(z.object({ leaf: z.number(), source: z.string(), ...JournalEvent.shape })),
  next: z.string().nullable(),
});
export type Happening = z.infer<typeof Happened>["events"][number];
