import { z } from "zod";
import { administratorOf } from "../platform/http/access.js";
import type { ApiServer } from "../platform/http/api-server.js";
import { type ProblemTitles, Refusal } from "../platform/http/problem.js";
import type { Matrix, PairChange } from "./matrix.js";

export const m2mProblemTitles: ProblemTitles = {
  "pair-known": "This pair is in the connection matrix already",
  "pair-of-one": "A device does not talk to itself",
  "pair-unknown": "The connection matrix has no such pair",
  "pairs-exceeded": "One of these devices has as many pairs as it may have",
};

const STATUS = {
  "pair-known": 409,
  "pair-unknown": 404,
  "pair-of-one": 400,
  "device-unknown": 404,
  "pairs-exceeded": 409,
} as const satisfies Record<Extract<PairChange, { ok: false }>["code"], number>;

const Id = z.string().regex(/^[a-z0-9-]{1,63}$/);
const PairBody = z.strictObject({ from: Id, to: Id, channel: Id });
const PairView = z.strictObject({ ...PairBody.shape, by: z.string(), addedAt: z.number() });
const Query = z.strictObject({ device: Id.optional() });
const tags = ["machine to machine"];

/** The connection matrix as administrators handle it; on the console listener. */
export function m2mRoutes(server: ApiServer, { matrix }: { matrix: Matrix }): void {
  server.route({
    method: "GET",
    url: "/v1/m2m/pairs",
    schema: {
      tags,
      summary: "Who may talk to whom, on which channel",
      querystring: Query,
      response: { 200: z.strictObject({ pairs: z.array(PairView) }) },
    },
    config: { access: { role: "viewer" } },
    handler: async (request) => ({ pairs: matrix.pairs({ device: request.query.device }) }),
  });
  server.route({
    method: "POST",
    url: "/v1/m2m/pairs",
    schema: { tags, summary: "Let one device talk to another", body: PairBody, response: { 201: PairView } },
    config: { access: { role: "security-officer" } },
    bodyLimit: 1024,
    handler: async (request, reply) =>
      reply.code(201).send(given(await matrix.add(request.body, administratorOf(request).id))),
  });
  server.route({
    method: "DELETE",
    url: "/v1/m2m/pairs/:from/:to/:channel",
    schema: { tags, summary: "Silence a pair, at once", params: PairBody, response: { 204: z.null() } },
    config: { access: { role: "operator" } },
    handler: async (request, reply) => {
      given(await matrix.remove(request.params, administratorOf(request).id));
      return reply.code(204).send(null);
    },
  });
}

function given(change: PairChange): Extract<PairChange, { ok: true }>["pair"] {
  if (!change.ok) throw new Refusal(STATUS[change.code], change.code);
  return change.pair;
}
