import {
  Candidates,
  CandidatesRequest,
  CredentialRequest,
  EnrolmentBegin,
  EnrolmentGrant,
  Identified,
  IdentifyRequest,
  IssuedCredential,
  LostPhoneRequest,
  WayGiven,
  WayRequest,
} from "@wardkey/protocol/fleet";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { ApiServer } from "../../platform/http/api-server.js";
import { Refusal } from "../../platform/http/problem.js";
import type { GiveOutcome } from "../app/giving.js";
import type { OperatorCheck } from "../app/operators.js";
import type { Staff } from "../app/staff.js";
import type { IdentifyOutcome, WayRefusal } from "../app/ways.js";
import { credentialAnswer, grantAnswer } from "./enrolment-answers.js";
import { OPERATOR_STATUS } from "./operator-status.js";

const SMALL = 8 * 1024;
const MOST_CANDIDATES = 10;

/** What kiosks ask about people, each known by its certificate: `kioskOf` tells which one calls. */
export function kioskStaffRoutes(
  server: ApiServer,
  { staff, kioskOf }: { staff: Staff; kioskOf(request: FastifyRequest): string },
): void {
  const route = { access: "device" as const, rateLimit: { max: 600, timeWindow: "1 minute" } };

  server.route({
    method: "POST",
    url: "/v1/enrolments",
    schema: {
      tags: ["kiosk"],
      summary: "Begin a supervised enrolment",
      body: EnrolmentBegin,
      response: { 201: EnrolmentGrant },
    },
    config: route,
    bodyLimit: SMALL,
    handler: async (request, reply) =>
      reply.code(201).send(grantAnswer(await staff.enrolments.begin(kioskOf(request), request.body))),
  });

  server.route({
    method: "POST",
    url: "/v1/enrolments/:enrolment/credential",
    schema: {
      tags: ["kiosk"],
      summary: "Issue the credential of an enrolment",
      params: z.strictObject({ enrolment: z.uuid() }),
      body: CredentialRequest,
      response: { 201: IssuedCredential },
    },
    config: route,
    bodyLimit: SMALL,
    handler: async (request, reply) => {
      const issued = await staff.enrolments.issue(kioskOf(request), request.params.enrolment, request.body);
      return reply.code(201).send(credentialAnswer(issued));
    },
  });

  server.route({
    method: "POST",
    url: "/v1/kiosk/identify",
    schema: {
      tags: ["kiosk"],
      summary: "Tell who somebody is by badge, phone or code",
      body: IdentifyRequest,
      response: { 200: Identified },
    },
    config: route,
    bodyLimit: SMALL,
    handler: async (request) => identified(await staff.ways.identify(kioskOf(request), request.body)),
  });

  server.route({
    method: "POST",
    url: "/v1/kiosk/lost-phone",
    schema: { tags: ["kiosk"], summary: "Report a phone as lost", body: LostPhoneRequest, response: { 204: z.null() } },
    config: route,
    bodyLimit: SMALL,
    handler: async (request, reply) => {
      const { body } = request;
      const kiosk = kioskOf(request);
      const by =
        "pin" in body
          ? identified(await staff.ways.provesByPin(kiosk, body.staffId, body.pin)).staffId
          : operatorOf(await staff.operators.check(kiosk, body.operatorCode)).id;
      const lost = await staff.credentials.reportLost(body.staffId, by);
      if (lost.outcome === "refused") throw new Refusal(lost.code === "staff-unknown" ? 404 : 409, lost.code);
      return reply.code(204).send(null);
    },
  });

  server.route({
    method: "POST",
    url: "/v1/kiosk/candidates",
    schema: {
      tags: ["kiosk"],
      summary: "Find the record of a person to enrol",
      body: CandidatesRequest,
      response: { 200: Candidates },
    },
    config: route,
    bodyLimit: SMALL,
    handler: async (request) => {
      const { search, operatorCode } = request.body;
      const operator = operatorOf(await staff.operators.check(kioskOf(request), operatorCode));
      const { people } = await staff.directory.find({ search, standing: "active", limit: MOST_CANDIDATES });
      const shown = people.filter(
        ({ wards }) => operator.wards === null || wards.some((ward) => operator.wards?.includes(ward)),
      );
      return {
        people: shown.map(({ staffId, givenName, familyName, role, wards, credential }) => ({
          staffId,
          givenName,
          familyName,
          role,
          wards: [...wards],
          epoch: credential?.epoch ?? 0,
        })),
      };
    },
  });

  server.route({
    method: "POST",
    url: "/v1/kiosk/ways",
    schema: {
      tags: ["kiosk"],
      summary: "Give a person a way in without a face",
      body: WayRequest,
      response: { 201: WayGiven },
    },
    config: route,
    bodyLimit: SMALL,
    handler: async (request, reply) => {
      const outcome = await staff.giveWay(kioskOf(request), request.body);
      if (outcome.ok) return reply.code(201).send(outcome.given);
      if (outcome.code === "operator-code-locked") throw locked(outcome);
      throw new Refusal(WAY_STATUS[outcome.code], outcome.code);
    },
  });
}

export function given<T extends { ok: true }>(outcome: T | { ok: false; code: WayRefusal }): T {
  if (outcome.ok) return outcome;
  throw new Refusal(WAY_STATUS[outcome.code], outcome.code);
}

const locked = ({ code, retryAfter }: { code: string; retryAfter: number }): Refusal =>
  new Refusal(429, code, { retryAfterMs: retryAfter });

type GiveRefusal = Exclude<Extract<GiveOutcome, { ok: false }>["code"], "operator-code-locked">;

const WAY_STATUS: Readonly<Record<GiveRefusal, number>> = {
  ...OPERATOR_STATUS,
  "staff-unknown": 404,
  "staff-not-active": 409,
  "badge-known": 409,
  "badges-too-many": 409,
  "pin-malformed": 400,
  "pin-weak": 400,
};

function operatorOf(check: OperatorCheck): Extract<OperatorCheck, { ok: true }>["operator"] {
  if (check.ok) return check.operator;
  if (check.code === "operator-code-locked") throw locked(check);
  throw new Refusal(403, check.code);
}

function identified(outcome: IdentifyOutcome): Identified {
  if (outcome.ok) return outcome.who;
  switch (outcome.code) {
    case "identify-refused":
      throw new Refusal(403, outcome.code);
    case "identify-busy":
      throw new Refusal(503, outcome.code);
    case "identify-locked":
      throw new Refusal(429, outcome.code, { retryAfterMs: outcome.retryAfter });
  }
}
