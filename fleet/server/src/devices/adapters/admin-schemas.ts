import { DEVICE_STATES, EnrolmentTicket, FLEET_CLIENT, ShownDesired, ShownReport } from "@wardkey/protocol/fleet";
import { TO_ALL } from "@wardkey/protocol/fleet/signed";
import { DEVICE_KINDS } from "@wardkey/protocol/policy";
import { z } from "zod";
import type { CommandRecord } from "../app/command-port.js";
import { type DeviceEntry, SORTS } from "../app/listing.js";
import { HEALTH_CODES } from "../domain/health.js";
import { DIFFERENCES } from "../domain/shadow.js";

export const DeviceId = z.string().regex(/^[a-z0-9-]{1,63}$/);
/** No control or formatting characters: a name that turns the writing direction could pose as another. */
const Words = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]*$/u);
const Tags = z.array(z.string().regex(/^[a-z0-9-]{1,32}$/)).max(16);
/** A stable code, for the audit: `stolen`, `misbehaves`, `lost`. */
const Reason = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);

export const DevicePath = z.strictObject({ device: DeviceId });
/** What messages to everybody and the fleet server itself are named by would be mistaken for a device. */
const NewDeviceId = DeviceId.refine((id) => id !== TO_ALL && !id.startsWith(FLEET_CLIENT), "is reserved");
export const NewDeviceBody = z.strictObject({
  id: NewDeviceId,
  name: Words,
  ward: Words,
  kind: z.enum(DEVICE_KINDS),
  tags: Tags.default([]),
});
export const DescribeBody = z
  .strictObject({ name: Words.optional(), ward: Words.optional(), tags: Tags.optional() })
  .refine((body) => Object.keys(body).length > 0, "say what changes");
export const ReasonBody = z.strictObject({ reason: Reason });
/** `wipe` has its own way: two people. */
export const CommandRequest = z.strictObject({
  command: z.enum(["lock", "identify", "refresh", "renew-certificates"]),
});

export const ListQuery = z.strictObject({
  search: z.string().max(80).optional(),
  ward: z.string().max(80).optional(),
  kind: z.enum(DEVICE_KINDS).optional(),
  state: z.enum(DEVICE_STATES).optional(),
  tag: z.string().max(32).optional(),
  health: z.enum([...HEALTH_CODES, "any"]).optional(),
  sort: z.enum(SORTS).default("name"),
  order: z.enum(["up", "down"]).default("up"),
  from: z.coerce.number().int().min(0).max(1_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

const At = z.number().int().nullable();
export const DeviceView = z.strictObject({
  id: DeviceId,
  name: z.string(),
  ward: z.string(),
  kind: z.enum(DEVICE_KINDS),
  tags: z.array(z.string()),
  state: z.enum(DEVICE_STATES),
  reason: z.string().nullable(),
  addedAt: z.number(),
  enrolledAt: At,
  online: z.boolean(),
  seenAt: At,
  health: z.array(z.strictObject({ code: z.enum(HEALTH_CODES), severity: z.enum(["critical", "warning", "note"]) })),
  /** Where it is not yet what it is asked to be. */
  difference: z.array(z.enum(DIFFERENCES)),
  reported: ShownReport.nullable(),
  desired: ShownDesired.nullable(),
});
export type DeviceView = z.infer<typeof DeviceView>;

export const DevicePage = z.strictObject({ total: z.number().int(), devices: z.array(DeviceView) });
export const CommandView = z.strictObject({
  request: z.uuid(),
  command: z.string(),
  by: z.string(),
  at: z.number(),
  state: z.enum(["sent", "begun", "answered", "timed-out"]),
  status: z.number().nullable(),
  code: z.string().nullable(),
});
export const DeviceDetail = z.strictObject({ device: DeviceView, commands: z.array(CommandView) });
export const TicketAnswer = z.strictObject({ device: DeviceView, ticket: EnrolmentTicket.nullable() });
export const DenialAnswer = z.strictObject({
  denyEpoch: z.number().int(),
  /** What could not be done yet and is tried until it is. */
  pending: z.array(z.string()),
});
export const CommandAnswer = z.strictObject({
  request: z.uuid(),
  outcome: z.enum(["answered", "waiting", "timed-out"]),
  status: z.number().nullable(),
  code: z.string().nullable(),
});
export const CountsAnswer = z.strictObject({
  devices: z.number().int(),
  online: z.number().int(),
  findings: z.partialRecord(z.enum(HEALTH_CODES), z.number().int()),
});

export function deviceView({ device, shadow, health, difference }: DeviceEntry): DeviceView {
  const { reported, desired } = shadow;
  const { id, name, ward, kind, tags, state, reason, addedAt, enrolledAt } = device;
  return {
    ...{ id, name, ward, kind, tags: [...tags], state, reason, addedAt, enrolledAt },
    online: shadow.online,
    seenAt: shadow.seenAt,
    health: health.map(({ code, severity }) => ({ code, severity })),
    difference: [...difference],
    reported:
      reported === null
        ? null
        : {
            at: shadow.reportedAt,
            state: reported.state,
            profile: reported.profile,
            version: reported.version,
            camera: reported.camera,
            policy: reported.policy,
            certificateExpiresAt: reported.certificateExpiresAt,
            readerExpiresAt: reported.readerExpiresAt,
            leaseEndsAt: reported.leaseEndsAt,
            outbox: reported.outbox,
            clockOffsetMs: reported.clockOffsetMs,
          },
    desired:
      desired === null
        ? null
        : {
            at: shadow.desiredAt,
            epoch: shadow.desiredEpoch,
            policy: desired.policy,
            denyEpoch: desired.denyEpoch,
            status: desired.status,
          },
  };
}

export function commandView(command: CommandRecord, now: number): z.infer<typeof CommandView> {
  const { request, command: name, by, at, status, code } = command;
  const open = command.expiresAt > now ? "sent" : "timed-out";
  const state = status === null ? open : status === 202 ? "begun" : "answered";
  return { request, command: name, by, at, state, status, code };
}
