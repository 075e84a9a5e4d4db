import { EnrolmentTicket, ShownDesired, ShownReport } from "@wardkey/protocol/fleet";
import { z } from "zod";

/** What the site says about devices, as this page reads it; what a newer site adds is let pass. */

const At = z.number().nullable();
const Policy = z.object({ version: z.number(), digest: z.string() }).nullable();

export const Finding = z.object({ code: z.string(), severity: z.enum(["critical", "warning", "note"]) });
export type Finding = z.infer<typeof Finding>;

export const DeviceRow = z.object({
  id: z.string(),
  name: z.string(),
  ward: z.string(),
  kind: z.string(),
  tags: z.array(z.string()),
  state: z.string(),
  reason: z.string().nullable(),
  addedAt: z.number(),
  enrolledAt: At,
  online: z.boolean(),
  seenAt: At,
  health: z.array(Finding),
  difference: z.array(z.string()),
  reported: z.object({ ...ShownReport.shape, policy: Policy }).nullable(),
  desired: z.object({ ...ShownDesired.shape, policy: Policy }).nullable(),
});
export type DeviceRow = z.infer<typeof DeviceRow>;

export const DevicesAnswer = z.object({ total: z.number(), devices: z.array(DeviceRow) });

export const CommandRow = z.object({
  request: z.string(),
  command: z.string(),
  by: z.string(),
  at: z.number(),
  state: z.enum(["sent", "begun", "answered", "timed-out"]),
  status: z.number().nullable(),
  code: z.string().nullable(),
});
export type CommandRow = z.infer<typeof CommandRow>;

export const DeviceAnswer = z.object({ device: DeviceRow, commands: z.array(CommandRow) });
export const TicketAnswer = z.object({ device: DeviceRow, ticket: EnrolmentTicket.nullable() });
export const DenialAnswer = z.object({ denyEpoch: z.number(), pending: z.array(z.string()) });
export const CommandAnswer = z.object({
  outcome: z.enum(["answered", "waiting", "timed-out"]),
  status: z.number().nullable(),
  code: z.string().nullable(),
});
export const HealthCounts = z.object({
  devices: z.number(),
  online: z.number(),
  findings: z.record(z.string(), z.number()),
});
export const WardsAnswer = z.object({
  wards: z.array(
    z.object({
      ward: z.string(),
      devices: z.number(),
      expected: z.number(),
      kiosks: z.number(),
      online: z.number(),
      unlocked: z.number(),
      critical: z.number(),
      warning: z.number(),
    }),
  ),
});
export type WardRow = z.infer<typeof WardsAnswer>["wards"][number];
