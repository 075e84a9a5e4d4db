import { AdministratorListed, InvitationLink, InvitationListed, ProposalView } from "@wardkey/protocol/fleet";
import { z } from "zod";
import { administratorOf, hasRole } from "../http/access.js";
import type { ApiServer } from "../http/api-server.js";
import { Refusal } from "../http/problem.js";
import { Login, PersonName, RoleName } from "./administrator-kinds.js";
import { APPROVING_ROLE } from "./administrators.js";
import type { Auth } from "./auth.js";

const ByLogin = z.strictObject({ login: Login });
const ById = z.strictObject({ id: z.uuid() });
const administrator = { access: { role: "administrator" } } as const;
const BODY = 1_024;

/** Who may act at this site. What gives or takes a say in approvals is proposed, not done. */
export function administratorRoutes(server: ApiServer, { auth }: { auth: Auth }): void {
  const { administrators, invitations, approvals, world } = auth;
  const tags = ["administrators"];

  server.route({
    method: "GET",
    url: "/v1/administrators",
    schema: { tags, summary: "Everybody who may act here", response: { 200: z.array(AdministratorListed) } },
    config: { access: { role: "security-officer" } },
    handler: () => administrators.list(),
  });
  server.route({
    method: "POST",
    url: "/v1/administrators",
    schema: {
      tags,
      summary: "Invite somebody: at once as viewer or operator, by approval otherwise",
      body: z.strictObject({ login: Login, name: PersonName, role: RoleName }),
      response: { 201: z.strictObject({ invitation: z.string() }), 202: ProposalView },
    },
    config: administrator,
    bodyLimit: BODY,
    handler: async (request, reply) => {
      const by = administratorOf(request);
      const { login, role } = request.body;
      if (await administrators.isTaken(login)) throw new Refusal(409, "login-taken", { keys: ["login"] });
      if (hasRole({ role }, APPROVING_ROLE)) {
        const proposed = await approvals.propose({ kind: "administrator.invite", args: request.body, by });
        return reply.code(202).send(proposed);
      }
      const invitation = world.newId();
      await world.record("admin.invited", { admin: login, role, by: by.id });
      await invitations.invite(invitation, { ...request.body, kind: "invitation", by: by.id });
      return reply.code(201).send({ invitation });
    },
  });
  server.route({
    method: "POST",
    url: "/v1/administrators/:login/role",
    schema: {
      tags,
      summary: "Propose another role",
      params: ByLogin,
      body: z.strictObject({ role: RoleName }),
      response: { 202: ProposalView },
    },
    config: administrator,
    bodyLimit: BODY,
    handler: async (request, reply) => {
      const by = administratorOf(request);
      const args = { login: request.params.login, role: request.body.role };
      if (args.login === by.id) throw new Refusal(403, "not-oneself");
      return reply.code(202).send(await approvals.propose({ kind: "administrator.role", args, by }));
    },
  });
  server.route({
    method: "POST",
    url: "/v1/administrators/:login/recovery",
    schema: { tags, summary: "Propose to let somebody in again", params: ByLogin, response: { 202: ProposalView } },
    config: administrator,
    handler: async (request, reply) => {
      const by = administratorOf(request);
      if (request.params.login === by.id) throw new Refusal(403, "not-oneself");
      const args = { login: request.params.login };
      return reply.code(202).send(await approvals.propose({ kind: "administrator.recover", args, by }));
    },
  });
  server.route({
    method: "DELETE",
    url: "/v1/administrators/:login",
    schema: { tags, summary: "Shut somebody out at once", params: ByLogin, response: { 204: z.null() } },
    config: administrator,
    handler: async (request, reply) => {
      const by = administratorOf(request);
      const { login } = request.params;
      if (login === by.id) throw new Refusal(403, "not-oneself");
      await world.record("admin.disabled", { admin: login, by: by.id });
      await administrators.disable(login);
      await auth.sessions.endAll(login);
      await auth.tokens.revokeAll(login);
      return reply.code(204).send(null);
    },
  });

  server.route({
    method: "GET",
    url: "/v1/invitations",
    schema: { tags, summary: "Invitations that wait", response: { 200: z.array(InvitationListed) } },
    config: administrator,
    handler: () => invitations.waiting(),
  });
  server.route({
    method: "POST",
    url: "/v1/invitations/:id/link",
    schema: {
      tags,
      summary: "A new link for an invitation of mine: an earlier one no longer opens it",
      params: ById,
      response: { 200: InvitationLink },
    },
    config: administrator,
    handler: (request) => invitations.link(request.params.id, administratorOf(request).id),
  });
  server.route({
    method: "DELETE",
    url: "/v1/invitations/:id",
    schema: { tags, summary: "Withdraw an invitation", params: ById, response: { 204: z.null() } },
    config: administrator,
    handler: async (request, reply) => {
      await invitations.withdraw(request.params.id, administratorOf(request).id);
      return reply.code(204).send(null);
    },
  });
}
