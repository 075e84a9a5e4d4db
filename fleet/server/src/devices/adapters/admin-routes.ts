import { z } from "zod";
import { administratorOf, hasRole } from "../../platform/http/access.js";
import type { ApiServer } from "../../platform/http/api-server.js";
import { Refusal } from "../../platform/http/problem.js";
import type { Denied } from "../app/denials.js";
import type { Devices } from "../app/open-devices.js";
import {
  CommandAnswer,
  CommandRequest,
  CountsAnswer,
  commandView,
  DenialAnswer,
  DescribeBody,
  DeviceDetail,
  DevicePage,
  DevicePath,
  DeviceView,
  deviceView,
  ListQuery,
  NewDeviceBody,
  ReasonBody,
  TicketAnswer,
} from "./admin-schemas.js";

const STATUS = {
  "device-unknown": 404,
  "device-known": 409,
  "device-retired": 409,
  "device-denied": 409,
  "device-quarantined": 409,
  "device-enrolled": 409,
  "device-not-quarantined": 409,
  "device-busy": 503,
  "device-offline": 409,
  "downlink-full": 503,
  "downlink-too-large": 400,
  "downlink-older": 409,
  "ticket-refused": 409,
} as const;

/** Starting the wipe of a device: http's approvals, where a second person confirms it. */
export type ProposeWipe = (input: {
  device: string;
  by: { id: string; name: string; role: string };
}) => Promise<{ id: string; digest: string; needs: 1 | 2; expiresAt: number }>;

const Proposal = z.strictObject({
  id: z.string(),
  digest: z.string(),
  needs: z.union([z.literal(1), z.literal(2)]),
  expiresAt: z.number(),
});
const tags = ["devices"];
const viewer = { access: { role: "viewer" } } as const;
const operator = { access: { role: "operator" } } as const;
const officer = { access: { role: "security-officer" } } as const;

/** Devices as administrators see and handle them; on the console listener. */
export function deviceAdminRoutes(
  server: ApiServer,
  parts: { devices: Devices; proposeWipe: ProposeWipe; now(): number },
): void {
  const { devices, proposeWipe, now } = parts;
  const viewOf = async (id: string): Promise<z.infer<typeof DeviceView>> => {
    const entry = await devices.listing.one(id);
    if (entry === null) throw new Refusal(404, "device-unknown");
    return deviceView(entry);
  };

  server.route({
    method: "GET",
    url: "/v1/devices",
    schema: {
      tags,
      summary: "Devices, filtered, sorted, by page",
      querystring: ListQuery,
      response: { 200: DevicePage },
    },
    config: viewer,
    handler: async (request) => {
      const { total, entries } = await devices.listing.page(request.query);
      return { total, devices: entries.map(deviceView) };
    },
  });
  server.route({
    method: "GET",
    url: "/v1/devices-health",
    schema: { tags, summary: "How many devices have which finding", response: { 200: CountsAnswer } },
    config: viewer,
    handler: () => devices.listing.counts(),
  });
  server.route({
    method: "GET",
    url: "/v1/devices/:device",
    schema: { tags, summary: "One device and its last commands", params: DevicePath, response: { 200: DeviceDetail } },
    config: viewer,
    handler: async ({ params: { device } }) => ({
      device: await viewOf(device),
      commands: (await devices.commands.recent(device)).map((command) => commandView(command, now())),
    }),
  });
  server.route({
    method: "POST",
    url: "/v1/devices",
    schema: {
      tags,
      summary: "Add a device: its one-time ticket",
      body: NewDeviceBody,
      response: { 201: TicketAnswer },
    },
    config: operator,
    bodyLimit: 8 * 1024,
    handler: async (request, reply) => {
      const added = await devices.registry.add(request.body, administratorOf(request).id);
      if (!added.ok) throw new Refusal(STATUS[added.code], added.code);
      const ticket = given(await devices.ticket(request.body.id, administratorOf(request).id)).ticket;
      return reply.code(201).send({ device: await viewOf(request.body.id), ticket });
    },
  });
  server.route({
    method: "PATCH",
    url: "/v1/devices/:device",
    schema: {
      tags,
      summary: "Rename a device, move it to another ward, tag it",
      params: DevicePath,
      body: DescribeBody,
      response: { 200: DeviceView },
    },
    config: operator,
    bodyLimit: 8 * 1024,
    handler: async (request) => {
      const { device } = request.params;
      const { name, ward, tags: tagged } = request.body;
      const by = administratorOf(request);
      const words = {
        ...(name === undefined ? {} : { name }),
        ...(ward === undefined ? {} : { ward }),
        ...(tagged === undefined ? {} : { tags: tagged }),
      };
      if (devices.weakens(device, words) && !hasRole(by, "security-officer")) {
        throw new Refusal(403, "weakening-needs-officer");
      }
      given(await devices.describe(device, words, by.id));
      return viewOf(device);
    },
  });
  server.route({
    method: "POST",
    url: "/v1/devices/:device/ticket",
    schema: {
      tags,
      summary: "A new ticket for a device that has not enrolled",
      params: DevicePath,
      response: { 201: TicketAnswer },
    },
    config: operator,
    handler: async (request, reply) => {
      const { device } = request.params;
      const { ticket } = given(await devices.ticket(device, administratorOf(request).id));
      return reply.code(201).send({ device: await viewOf(device), ticket });
    },
  });
  server.route({
    method: "POST",
    url: "/v1/devices/:device/replace",
    schema: {
      tags,
      summary: "A lost disk or stolen device: deny what it had, give its id a new ticket",
      params: DevicePath,
      response: { 201: TicketAnswer },
    },
    config: officer,
    handler: async (request, reply) => {
      const { device } = request.params;
      const { ticket } = given(await devices.denials.replace({ device, by: administratorOf(request).id }));
      return reply.code(201).send({ device: await viewOf(device), ticket });
    },
  });

  const denials = {
    deny: { access: officer, summary: "Cut a device off, everywhere, now" },
    quarantine: { access: operator, summary: "Lock a device at once; it goes on listening" },
  } as const;
  for (const act of ["deny", "quarantine"] as const) {
    server.route({
      method: "POST",
      url: `/v1/devices/:device/${act}`,
      schema: {
        tags,
        summary: denials[act].summary,
        params: DevicePath,
        body: ReasonBody,
        response: { 200: DenialAnswer },
      },
      config: denials[act].access,
      bodyLimit: 1024,
      handler: async (request) => {
        const asked = { device: request.params.device, by: administratorOf(request).id, reason: request.body.reason };
        return denialAnswer(await devices.denials[act](asked));
      },
    });
  }
  for (const act of ["release", "retire"] as const) {
    const summary = act === "release" ? "Let a device out of quarantine" : "Deny a device for good; its id is spent";
    server.route({
      method: "POST",
      url: `/v1/devices/:device/${act}`,
      schema: { tags, summary, params: DevicePath, response: { 200: DenialAnswer } },
      config: officer,
      handler: async (request) =>
        denialAnswer(await devices.denials[act]({ device: request.params.device, by: administratorOf(request).id })),
    });
  }
  server.route({
    method: "POST",
    url: "/v1/devices/:device/command",
    schema: {
      tags,
      summary: "Tell a device to do something, once",
      params: DevicePath,
      body: CommandRequest,
      response: { 200: CommandAnswer },
    },
    config: operator,
    bodyLimit: 1024,
    handler: async (request) => {
      const asked = { device: request.params.device, command: request.body.command, by: administratorOf(request).id };
      const done = await devices.commands.send(asked);
      switch (done.outcome) {
        case "refused":
          throw new Refusal(STATUS[done.code], done.code);
        case "answered":
          return done;
        case "waiting":
        case "timed-out":
          return { ...done, status: null, code: null };
      }
    },
  });
  server.route({
    method: "POST",
    url: "/v1/devices/:device/wipe",
    schema: {
      tags,
      summary: "Propose to erase a device; a second person must agree",
      params: DevicePath,
      response: { 202: Proposal },
    },
    config: officer,
    handler: async (request, reply) => {
      const { device } = request.params;
      if (devices.registry.one(device) === null) throw new Refusal(404, "device-unknown");
      return reply.code(202).send(await proposeWipe({ device, by: administratorOf(request) }));
    },
  });
}

function denialAnswer(denied: Denied): { denyEpoch: number; pending: string[] } {
  const { denyEpoch, pending } = given(denied);
  return { denyEpoch, pending: [...pending] };
}

function given<T>(outcome: Outcome<T>): { readonly ok: true } & T {
  if (!outcome.ok) throw new Refusal(STATUS[outcome.code], outcome.code);
  return outcome;
}

type Outcome<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly code: keyof typeof STATUS };
