import { CardName, DowntimeAnswer, DowntimeRequest } from "@wardkey/protocol/fleet";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { administratorOf } from "../platform/http/access.js";
import type { ApiServer } from "../platform/http/api-server.js";
import { type ProblemTitles, Refusal } from "../platform/http/problem.js";
import type { Downtime } from "./create-downtime.js";
import type { Reviewed } from "./reviews.js";

export const downtimeProblemTitles: ProblemTitles = {
  "cards-too-many": "This person has as many emergency cards as anybody may have",
  "card-unknown": "This person has no such card that is still good",
  "emergency-unknown": "The site knows of no such emergency",
  "emergency-own": "Nobody reviews an emergency of their own",
  "emergency-reviewed": "This emergency has been reviewed",
  "emergency-voted": "You have said what you think: somebody else has to",
};

const Id = z.string().regex(/^[a-z0-9-]{1,63}$/);
const At = z.number().int().nonnegative();
const Outcome = z.enum(["justified", "unjustified"]);
const Shown = z.strictObject({
  session: z.uuid(),
  kiosk: Id,
  staffId: Id,
  second: Id.nullable(),
  reason: z.string(),
  operation: z.string(),
  means: z.string(),
  card: z.string().nullable(),
  minutes: z.number().int(),
  leaseEnded: z.boolean(),
  openedAt: At,
  closedAt: At.nullable(),
  closedBecause: z.string().nullable(),
  reused: z.boolean(),
  review: z.enum(["security-officer", "two-people"]),
  reviewBy: At,
  overdue: z.boolean(),
  state: z.enum(["open", "half", "justified", "unjustified"]),
  votes: z.array(z.strictObject({ by: Id, outcome: Outcome, at: At })),
});
const tags = ["downtime"];
const Path = z.strictObject({ staffId: Id });

/** What kiosks ask, each known by its certificate. */
export function downtimeKioskRoutes(
  server: ApiServer,
  { downtime, kioskOf }: { downtime: Downtime; kioskOf(request: FastifyRequest): string },
): void {
  server.route({
    method: "POST",
    url: "/v1/kiosk/downtime",
    schema: {
      tags: ["kiosk"],
      summary: "Who may break the glass while the fleet is away",
      body: DowntimeRequest,
      response: { 200: DowntimeAnswer },
    },
    config: { access: "device", rateLimit: { max: 600, timeWindow: "1 minute" } },
    bodyLimit: 1_024,
    handler: async (request) => {
      kioskOf(request);
      return await downtime.book.answer(request.body);
    },
  });
}

/** Emergency cards, and what became of emergencies. */
export function downtimeAdminRoutes(server: ApiServer, { downtime }: { downtime: Downtime }): void {
  cardRoutes(server, downtime);
  server.route({
    method: "GET",
    url: "/v1/break-glass",
    schema: {
      tags,
      summary: "Every time that somebody broke the glass, newest first",
      querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
      response: { 200: z.strictObject({ emergencies: z.array(Shown) }) },
    },
    config: { access: { role: "operator" } },
    handler: async ({ query }) => ({ emergencies: (await downtime.reviews.list(query.limit)).map(shown) }),
  });
  server.route({
    method: "POST",
    url: "/v1/break-glass/:session/review",
    schema: {
      tags,
      summary: "Say whether breaking the glass was justified",
      params: z.strictObject({ session: z.uuid() }),
      body: z.strictObject({ outcome: Outcome }),
      response: { 200: Shown },
    },
    config: { access: { role: "security-officer" } },
    handler: async (request) => {
      const { id } = administratorOf(request);
      const reviewed = await downtime.reviews.review(request.params.session, request.body.outcome, id);
      if (!reviewed.ok) throw new Refusal(reviewed.code === "emergency-unknown" ? 404 : 409, reviewed.code);
      return shown(reviewed.emergency);
    },
  });
}

function cardRoutes(server: ApiServer, downtime: Downtime): void {
  server.route({
    method: "GET",
    url: "/v1/staff/:staffId/emergency-cards",
    schema: {
      tags,
      summary: "A person's emergency cards",
      params: Path,
      response: {
        200: z.strictObject({
          cards: z.array(
            z.strictObject({
              card: CardName,
              issuedBy: Id,
              issuedAt: At,
              endedAt: At.nullable(),
              ended: z.enum(["spent", "revoked"]).nullable(),
            }),
          ),
        }),
      },
    },
    config: { access: { role: "viewer" } },
    handler: async (request) => ({
      cards: (await downtime.cards.of(request.params.staffId)).map(({ card, issuedBy, issuedAt, endedAt, ended }) => ({
        ...{ card, issuedBy, issuedAt, endedAt, ended },
      })),
    }),
  });
  server.route({
    method: "POST",
    url: "/v1/staff/:staffId/emergency-cards",
    schema: {
      tags,
      summary: "Make an emergency card, its code shown this once",
      params: Path,
      response: { 201: z.strictObject({ card: CardName, code: z.string() }) },
    },
    config: { access: { role: "operator" } },
    handler: async (request, reply) => {
      const made = await downtime.cards.issue(request.params.staffId, administratorOf(request).id);
      if (!made.ok) throw new Refusal(made.code === "staff-unknown" ? 404 : 409, made.code);
      return reply.code(201).send({ card: made.card, code: made.code });
    },
  });
  server.route({
    method: "DELETE",
    url: "/v1/staff/:staffId/emergency-cards/:card",
    schema: {
      tags,
      summary: "Take an emergency card back",
      params: Path.extend({ card: CardName }),
      response: { 204: z.null() },
    },
    config: { access: { role: "operator" } },
    handler: async (request, reply) => {
      const { staffId, card } = request.params;
      const gone = await downtime.cards.revoke(staffId, card, administratorOf(request).id);
      if (!gone.ok) throw new Refusal(404, gone.code);
      return reply.code(204).send(null);
    },
  });
}

const shown = (emergency: Reviewed): z.infer<typeof Shown> => ({
  ...emergency,
  votes: emergency.votes.map((vote) => ({ ...vote })),
});
