import { z } from "zod";

export const StoredSubscription = z.object({
  qos: z.number(),
  rh: z.number().optional(),
  rap: z.boolean().optional(),
  nl: z.boolean().optional(),
  subscriptionIdentifier: z.number().optional(),
});
export type StoredSubscription = z.infer<typeof StoredSubscription>;

export const StateRows = z.array(
  z.object({ kind: z.string(), client: z.string(), name: z.string(), value: z.string() }),
);

/** A driver may hand 64-bit integers over as text. */
const Counter = z.coerce.number();
export const MessageRows = z.array(z.object({ id: Counter, value: z.string() }));
export const QueueRows = z.array(z.object({ seq: Counter, client: z.string(), message: Counter }));
