import type { EnrolmentTicket } from "@wardkey/protocol/fleet";
import { DEVICE_KINDS } from "@wardkey/protocol/policy";
import { z } from "zod";
import { TICKET_LIFE } from "./denials.js";
import type { DeviceIdentities, Log } from "./fleet-ports.js";
import type { Registry } from "./registry.js";

/** A ticket that the server writes into a file when it starts, for a device that has not enrolled: a first kiosk, a demonstration. */
export const FirstTicket = z.strictObject({
  device: z.string().regex(/^[a-z0-9-]{1,63}$/),
  profile: z.enum(DEVICE_KINDS),
  name: z.string().min(1).max(80),
  ward: z.string().min(1).max(80),
  file: z.string().min(1).max(4096),
});
export type FirstTicket = z.infer<typeof FirstTicket>;

/** `write` keeps the ticket from everybody but its owner (0600). */
export async function issueFirstTickets(parts: {
  tickets: readonly FirstTicket[];
  registry: Pick<Registry, "one" | "add">;
  identities: Pick<DeviceIdentities, "issueTicket">;
  write(file: string, ticket: string): Promise<void>;
  log: Log;
}): Promise<void> {
  for (const { device, profile, name, ward, file } of parts.tickets) {
    if (parts.registry.one(device) === null) {
      await parts.registry.add({ id: device, name, ward, kind: profile, tags: [] }, "fleet");
    }
    if (parts.registry.one(device)?.state !== "awaiting") continue;
    const issued = await parts.identities.issueTicket({ device, profile, ttl: TICKET_LIFE });
    if (issued.ok) await parts.write(file, `${JSON.stringify(issued.ticket satisfies EnrolmentTicket)}\n`);
    else parts.log({ code: issued.code, device });
  }
}
