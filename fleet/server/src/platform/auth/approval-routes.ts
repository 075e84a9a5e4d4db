import { ApprovalListed, CeremonyOptions, ProposalView } from "@wardkey/protocol/fleet";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { type Administrator, callerOf } from "../http/access.js";
import type { ApiServer } from "../http/api-server.js";
import { Refusal } from "../http/problem.js";
import type { Auth } from "./auth.js";
import { Assertion } from "./webauthn.js";

const ById = z.strictObject({ id: z.uuid() });
const Kind = z
  .string()
  .regex(/^[a-z]+(?:[.-][a-z]+){1,4}$/)
  .max(63);
const reading = { access: { role: "viewer" } } as const;
const deciding = { access: { role: "operator" } } as const;

/** What waits for somebody's passkey. Each kind says which role counts. */
export function approvalRoutes(server: ApiServer, { auth }: { auth: Auth }): void {
  const { approvals } = auth;
  const tags = ["approvals"];

  /** A person in front of a browser: an API token neither approves nor rejects. */
  function personOf(request: FastifyRequest): Administrator {
    const { via, administrator } = callerOf(request);
    if (via.kind !== "session") throw new Refusal(403, "session-needed");
    return administrator;
  }

  server.route({
    method: "GET",
    url: "/v1/approvals",
    schema: { tags, summary: "Proposals, newest first", response: { 200: z.array(ApprovalListed) } },
    config: reading,
    handler: () => approvals.list(),
  });
  server.route({
    method: "GET",
    url: "/v1/approvals/:id",
    schema: { tags, summary: "One proposal", params: ById, response: { 200: ApprovalListed } },
    config: reading,
    handler: (request) => approvals.find(request.params.id),
  });
  server.route({
    method: "POST",
    url: "/v1/approvals",
    schema: {
      tags,
      summary: "Propose an act that a passkey has to approve",
      body: z.strictObject({ kind: Kind, args: z.unknown() }),
      response: { 202: ProposalView },
    },
    config: deciding,
    handler: async (request, reply) => {
      const { kind, args } = request.body;
      return reply.code(202).send(await approvals.propose({ kind, args, by: callerOf(request).administrator }));
    },
  });
  server.route({
    method: "POST",
    url: "/v1/approvals/:id/challenge",
    schema: { tags, summary: "What my passkey signs to approve", params: ById, response: { 200: CeremonyOptions } },
    config: deciding,
    handler: (request) => approvals.challenge(request.params.id, personOf(request)),
  });
  server.route({
    method: "POST",
    url: "/v1/approvals/:id/approve",
    schema: {
      tags,
      summary: "Approve with a passkey's signature over the proposal",
      params: ById,
      body: z.strictObject({ response: Assertion }),
      response: { 200: ApprovalListed },
    },
    config: deciding,
    bodyLimit: 48 * 1024,
    handler: (request) => approvals.approve(request.params.id, personOf(request), request.body.response),
  });
  server.route({
    method: "POST",
    url: "/v1/approvals/:id/reject",
    schema: { tags, summary: "Reject, or withdraw my own", params: ById, response: { 200: ApprovalListed } },
    config: deciding,
    handler: (request) => approvals.reject(request.params.id, personOf(request)),
  });
}
