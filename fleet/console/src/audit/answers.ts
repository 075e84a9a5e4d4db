import { JournalEvent } from "@wardkey/protocol/fleet";
import { z } from "zod";

const Hash = z.string().length(43);
export const AuditEvent = z.object({ leaf: z.number(), source: z.string(), ...JournalEvent.shape });
export type AuditEvent = z.infer<typeof AuditEvent>;
export const EventsFound = z.object({
  events: z.array(AuditEvent),
  next: z.string().nullable(),
  counted: z.object({ count: z.number(), isMore: z.boolean() }).nullable(),
});
export const InLogOrder = z.object({ events: z.array(AuditEvent) });

export const SignedHead = z.object({ size: z.number(), root: Hash, at: z.number(), jws: z.string() });
export const NewestHead = z.object({ head: SignedHead.nullable() });
export const Roots = z.object({ site: z.string(), roots: z.array(z.string()) });
export const ProofHashes = z.object({ proof: z.array(Hash) });
export const Alarms = z.object({
  alarms: z.array(z.object({ source: z.string(), code: z.string(), seq: z.number(), at: z.number() })),
});
