import { EventAck, type FleetBody } from "@wardkey/protocol/fleet";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { ApiServer } from "../../platform/http/api-server.js";
import { type ProblemTitles, Refusal } from "../../platform/http/problem.js";
import type { Audit } from "../app/audit.js";
import type { AuditStore } from "../app/ports.js";
import type { TreeHeads } from "../app/tree-heads.js";
import { eventRoutes, ListedEvent } from "./event-routes.js";

export const auditProblemTitles: ProblemTitles = {
  "log-shorter": "The site's log does not have so many events",
  "journal-gap": "Events are missing before this one",
  "journal-regression": "Events came out of order",
  "journal-fork": "The site holds another event with this number",
  "journal-hash-mismatch": "This event does not continue its journal",
  "event-kind-unknown": "The site knows no such event",
  "event-body-refused": "This event carries what its kind may not",
  "event-unknown": "The log holds no such event",
  "sort-too-wide": "Sort by time, or narrow the search to one person or one device",
  "export-too-wide": "More than 50,000 events: narrow the search, or have two people export the audit",
};

const Size = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const Hash = z.string().length(43);
const Proof = z.strictObject({ proof: z.array(Hash) });
const Head = z.strictObject({ size: z.number(), root: Hash, at: z.number(), jws: z.string() });
const Sizes = z.strictObject({ from: Size, to: Size }).refine(({ from, to }) => from <= to);

/** What a device asks of the audit: how far its journal came, and that the log which it remembers still stands. */
export function auditDeviceRoutes(
  server: ApiServer,
  { audit, callerOf }: { audit: Audit; callerOf(request: FastifyRequest): { device: string } },
): void {
  server.route({
    method: "GET",
    url: "/v1/kiosk/events/head",
    schema: { tags: ["audit"], summary: "How much of this device's journal is durable", response: { 200: EventAck } },
    config: { access: "device" },
    handler: async (request) => {
      const { seq, hash } = await audit.head(callerOf(request).device);
      return { seq, head: hash };
    },
  });
  server.route({
    method: "GET",
    url: "/v1/audit/consistency",
    schema: {
      tags: ["audit"],
      summary: "Proof that the log of one size begins the log of another (RFC 6962 2.1.2)",
      querystring: Sizes,
      response: { 200: Proof },
    },
    config: { access: "device" },
    handler: ({ query }) => proofOf(audit.proofs.consistency(query.from, query.to)),
  });
}

/** What administrators see of the audit. */
export function auditAdminRoutes(
  server: ApiServer,
  parts: { audit: Audit; heads: TreeHeads; store: AuditStore; now(): number },
): void {
  const { audit, heads, store, now } = parts;
  eventRoutes(server, {
    ...{ store, now },
    record: (kind: "audit.exported", body: FleetBody<"audit.exported">) => audit.append(kind, body),
  });
  server.route({
    method: "GET",
    url: "/v1/audit/events",
    schema: {
      tags: ["audit"],
      summary: "Events in the order of the log, newest first",
      querystring: z.strictObject({
        before: Size.optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
        source: z
          .string()
          .regex(/^[a-z0-9-]{1,63}$/)
          .optional(),
      }),
      response: { 200: z.strictObject({ events: z.array(ListedEvent) }) },
    },
    config: { access: { role: "operator" } },
    handler: async ({ query }) => ({
      events: await store.list({ limit: query.limit, before: query.before ?? null, source: query.source ?? null }),
    }),
  });
  server.route({
    method: "GET",
    url: "/v1/audit/head",
    schema: {
      tags: ["audit"],
      summary: "The newest signed head of the log",
      response: { 200: z.strictObject({ head: Head.nullable() }) },
    },
    config: { access: { role: "viewer" } },
    handler: async () => ({ head: await heads.current() }),
  });
  server.route({
    method: "GET",
    url: "/v1/audit/inclusion",
    schema: {
      tags: ["audit"],
      summary: "Proof that an event is in the log of a size (RFC 6962 2.1.1)",
      querystring: z.strictObject({ leaf: Size, size: Size }).refine(({ leaf, size }) => leaf < size),
      response: { 200: Proof },
    },
    config: { access: { role: "viewer" } },
    handler: ({ query }) => proofOf(audit.proofs.inclusion(query.leaf, query.size)),
  });
  server.route({
    method: "GET",
    url: "/v1/audit/alarms",
    schema: {
      tags: ["audit"],
      summary: "Journals that are not what they were",
      response: {
        200: z.strictObject({
          alarms: z.array(z.strictObject({ source: z.string(), code: z.string(), seq: z.number(), at: z.number() })),
        }),
      },
    },
    config: { access: { role: "viewer" } },
    handler: async () => ({ alarms: await store.alarms(500) }),
  });
}

async function proofOf(hashes: Promise<readonly Uint8Array[]>): Promise<z.infer<typeof Proof>> {
  try {
    return { proof: (await hashes).map((hash) => Buffer.from(hash).toString("base64url")) };
  } catch (error) {
    if (error instanceof RangeError) throw new Refusal(409, "log-shorter");
    throw error;
  }
}
