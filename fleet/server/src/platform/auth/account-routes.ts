import {
  Bytes32,
  CeremonyOptions,
  PasskeyListed,
  SessionListed,
  TokenListed,
  TokenMade,
} from "@wardkey/protocol/fleet";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { administratorOf, callerOf } from "../http/access.js";
import type { ApiServer } from "../http/api-server.js";
import { Refusal } from "../http/problem.js";
import { RoleName } from "./administrator-kinds.js";
import type { Auth } from "./auth.js";
import { FRESH_FOR } from "./sessions.js";
import { Attestation, challengeOf, creationOptions, readAttestation } from "./webauthn.js";

const Id = z.strictObject({ id: z.uuid() });
const mine = { access: { role: "viewer" } } as const;

/** What somebody signed in does about themselves: sessions, passkeys, API tokens. */
export function accountRoutes(server: ApiServer, { auth }: { auth: Auth }): void {
  const { sessions, passkeys, tokens, ceremonies, world, party } = auth;

  /** The session itself, not a token: an API token must not outlive itself by making another. */
  function sessionOf(request: FastifyRequest): string {
    const { via } = callerOf(request);
    if (via.kind !== "session") throw new Refusal(403, "session-needed");
    return via.id;
  }
  /** A session left open, or stolen, must not leave a key behind. */
  async function freshly(request: FastifyRequest): Promise<string> {
    const id = sessionOf(request);
    const session = (await sessions.of(administratorOf(request).id)).find((each) => each.id === id);
    if (session === undefined || world.now() - session.createdAt > FRESH_FOR) throw new Refusal(403, "sign-in-again");
    return id;
  }

  server.route({
    method: "GET",
    url: "/v1/sessions",
    schema: { tags: ["account"], summary: "My sessions", response: { 200: z.array(SessionListed) } },
    config: mine,
    handler: async (request) => {
      const { via, administrator } = callerOf(request);
      return (await sessions.of(administrator.id)).map((session) => ({ ...session, current: session.id === via.id }));
    },
  });
  server.route({
    method: "DELETE",
    url: "/v1/sessions/:id",
    schema: { tags: ["account"], summary: "End one of my sessions", params: Id, response: { 204: z.null() } },
    config: mine,
    handler: async (request, reply) => {
      const { id } = administratorOf(request);
      sessionOf(request);
      await world.record("admin.session-revoked", { admin: id, by: id, count: 1 });
      if ((await sessions.end(id, request.params.id)) === 0) throw new Refusal(404, "session-unknown");
      return reply.code(204).send(null);
    },
  });

  server.route({
    method: "GET",
    url: "/v1/passkeys",
    schema: { tags: ["account"], summary: "My passkeys", response: { 200: z.array(PasskeyListed) } },
    config: mine,
    handler: (request) => passkeys.of(administratorOf(request).id),
  });
  server.route({
    method: "POST",
    url: "/v1/passkeys/options",
    schema: { tags: ["account"], summary: "Begin to add a passkey", response: { 200: CeremonyOptions } },
    config: mine,
    handler: async (request) => {
      const session = await freshly(request);
      const person = await auth.administrators.find(administratorOf(request).id);
      if (person === null) throw new Refusal(401, "sign-in-needed");
      const challenge = await ceremonies.begin("register", session);
      const known = await passkeys.credentialIds(person.id);
      return creationOptions(party, {
        handle: auth.administrators.handleOf(person.id),
        login: person.id,
        name: person.name,
        challenge,
        known,
      });
    },
  });
  server.route({
    method: "POST",
    url: "/v1/passkeys",
    schema: {
      tags: ["account"],
      summary: "Add a passkey",
      body: z.strictObject({ response: Attestation, name: z.string().trim().min(1).max(80) }),
      response: { 201: z.array(PasskeyListed) },
    },
    config: mine,
    bodyLimit: 48 * 1024,
    handler: async (request, reply) => {
      const session = await freshly(request);
      const { id } = administratorOf(request);
      const { response, name } = request.body;
      const challenge = challengeOf(response.response.clientDataJSON) ?? "";
      const begun = await ceremonies.spend(challenge, "register", session);
      const passkey = begun ? await readAttestation(party, response, challenge) : null;
      if (passkey === null) throw new Refusal(400, "passkey-refused");
      await world.record("admin.passkey-added", { admin: id, passkey: passkey.keyDigest });
      await passkeys.add(id, passkey, name);
      return reply.code(201).send(await passkeys.of(id));
    },
  });
  server.route({
    method: "DELETE",
    url: "/v1/passkeys/:id",
    schema: {
      tags: ["account"],
      summary: "Remove one of my passkeys",
      params: z.strictObject({ id: Bytes32 }),
      response: { 204: z.null() },
    },
    config: mine,
    handler: async (request, reply) => {
      await freshly(request);
      const { id } = administratorOf(request);
      const known = await passkeys.of(id);
      if (!known.some((passkey) => passkey.id === request.params.id)) throw new Refusal(404, "passkey-unknown");
      if (known.length === 1 && (await auth.administrators.passwordOf(id)) === null)
        throw new Refusal(409, "passkey-last");
      await world.record("admin.passkey-removed", { admin: id, passkey: request.params.id, by: id });
      await passkeys.remove(id, request.params.id);
      return reply.code(204).send(null);
    },
  });

  server.route({
    method: "GET",
    url: "/v1/tokens",
    schema: { tags: ["account"], summary: "My API tokens", response: { 200: z.array(TokenListed) } },
    config: mine,
    handler: (request) => tokens.of(administratorOf(request).id),
  });
  server.route({
    method: "POST",
    url: "/v1/tokens",
    schema: {
      tags: ["account"],
      summary: "Make an API token, shown this once",
      body: z.strictObject({
        name: z.string().trim().min(1).max(80),
        role: RoleName,
        days: z.number().int().min(1).max(365),
      }),
      response: { 201: TokenMade },
    },
    config: mine,
    bodyLimit: 1_024,
    handler: async (request, reply) => {
      await freshly(request);
      return reply.code(201).send(await tokens.make(administratorOf(request), request.body));
    },
  });
  server.route({
    method: "DELETE",
    url: "/v1/tokens/:id",
    schema: { tags: ["account"], summary: "Revoke an API token", params: Id, response: { 204: z.null() } },
    config: mine,
    handler: async (request, reply) => {
      sessionOf(request);
      await tokens.revoke(administratorOf(request).id, request.params.id);
      return reply.code(204).send(null);
    },
  });
}
