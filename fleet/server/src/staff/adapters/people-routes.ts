import { z } from "zod";
import { administratorOf } from "../../platform/http/access.js";
import type { ApiServer } from "../../platform/http/api-server.js";
import { Refusal } from "../../platform/http/problem.js";
import type { StandingOutcome } from "../app/credentials.js";
import type { DirectoryOutcome, PersonEntry } from "../app/directory.js";
import type { Staff } from "../app/staff.js";
import { EMPLOYMENTS, STANDINGS } from "../domain/standing.js";
import { given } from "./kiosk-routes.js";
import { operatorRoutes } from "./operator-routes.js";
import { PeopleSearch } from "./people-search.js";

const StaffId = z.string().regex(/^[a-z0-9-]{1,63}$/);
const At = z.number().int().nonnegative().max(8_640_000_000_000_000);
const Printed = z
  .string()
  .trim()
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]*$/u);
const Reason = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);

const PersonShown = z.strictObject({
  staffId: StaffId,
  givenName: z.string(),
  familyName: z.string(),
  role: z.string(),
  wards: z.array(z.string()),
  employment: z.enum(EMPLOYMENTS),
  hrId: z.string().nullable(),
  source: z.string(),
  standing: z.enum(STANDINGS),
  reason: z.string().nullable(),
  endsAt: At.nullable(),
  leftAt: At.nullable(),
  eraseAfter: At.nullable(),
  phoneLostAt: At.nullable(),
  credential: z
    .strictObject({
      epoch: z.number().int(),
      expiresAt: At,
      kiosk: z.string(),
      face: z.boolean(),
      live: z.boolean(),
      quality: z.number().int().nullable(),
    })
    .nullable(),
});

const Facts = z.strictObject({
  givenName: Printed.min(1).max(40),
  familyName: Printed.max(40),
  role: Printed.min(1).max(40),
  wards: z.array(Printed.min(1).max(80)).max(20),
  employment: z.enum(EMPLOYMENTS),
  hrId: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/)
    .nullable(),
  endsAt: At.nullable(),
});

const Path = z.strictObject({ staffId: StaffId });
const tags = ["staff"];
const operator = { access: { role: "operator" as const } };
const viewer = { access: { role: "viewer" as const } };
const officer = { access: { role: "security-officer" as const } };

/** People and their credentials, for administrators. */
export function peopleRoutes(server: ApiServer, { staff }: { staff: Staff }): void {
  server.route({
    method: "GET",
    url: "/v1/staff",
    schema: {
      tags,
      summary: "Find people",
      querystring: PeopleSearch,
      response: {
        200: z.strictObject({ people: z.array(PersonShown), next: StaffId.nullable(), total: z.number().int() }),
      },
    },
    config: viewer,
    handler: async (request) => {
      const found = await staff.directory.find(request.query);
      return { ...found, people: found.people.map(shown) };
    },
  });

  server.route({
    method: "GET",
    url: "/v1/staff/:staffId",
    schema: { tags, summary: "One person", params: Path, response: { 200: PersonShown } },
    config: viewer,
    handler: async (request) => {
      const person = await staff.directory.person(request.params.staffId);
      if (person === null) throw new Refusal(404, "staff-unknown");
      return shown(person);
    },
  });

  server.route({
    method: "POST",
    url: "/v1/staff",
    schema: { tags, summary: "Add a person", body: Facts, response: { 201: PersonShown } },
    config: operator,
    handler: async (request, reply) =>
      reply.code(201).send(entryOf(await staff.directory.add(request.body, administratorOf(request).id))),
  });

  server.route({
    method: "PATCH",
    url: "/v1/staff/:staffId",
    schema: { tags, summary: "Change a person", params: Path, body: Facts.partial(), response: { 200: PersonShown } },
    config: operator,
    handler: async (request) => {
      const facts = Object.fromEntries(Object.entries(request.body).filter(([, value]) => value !== undefined));
      return entryOf(await staff.directory.change(request.params.staffId, facts, administratorOf(request).id));
    },
  });

  standingRoutes(server, staff);
  wayRoutes(server, staff);
  operatorRoutes(server, { staff });
}

type Act = "suspend" | "resume" | "revoke" | "readmit" | "lost-phone" | "leave";

function standingRoutes(server: ApiServer, staff: Staff): void {
  const acts: Readonly<
    Record<Act, { summary: string; run(staffId: string, reason: string, by: string): Promise<StandingOutcome> }>
  > = {
    suspend: { summary: "Suspend a person", run: (id, reason, by) => staff.credentials.suspend(id, reason, by) },
    resume: { summary: "Resume a suspended person", run: (id, _reason, by) => staff.credentials.resume(id, by) },
    revoke: {
      summary: "Revoke a person's credential",
      run: (id, reason, by) => staff.credentials.revoke(id, reason, by),
    },
    readmit: {
      summary: "Let a revoked person be enrolled again",
      run: (id, _reason, by) => staff.credentials.readmit(id, by),
    },
    "lost-phone": { summary: "Report a phone as lost", run: (id, _reason, by) => staff.credentials.reportLost(id, by) },
    leave: { summary: "Let a person leave", run: (id, _reason, by) => staff.credentials.leave(id, by) },
  };
  for (const [act, { summary, run }] of Object.entries(acts)) {
    server.route({
      method: "POST",
      url: `/v1/staff/:staffId/${act}`,
      schema: {
        tags,
        summary,
        params: Path,
        body: z.strictObject({ reason: Reason.default("by-hand") }),
        response: { 200: PersonShown },
      },
      config: act === "readmit" || act === "resume" ? officer : operator,
      handler: async (request) => {
        const { staffId } = request.params;
        const outcome = await run(staffId, request.body.reason, administratorOf(request).id);
        if (outcome.outcome === "refused")
          throw new Refusal(outcome.code === "staff-unknown" ? 404 : 409, outcome.code);
        const person = await staff.directory.person(staffId);
        if (person === null) throw new Refusal(404, "staff-unknown");
        return shown(person);
      },
    });
  }
}

const ConsentShown = z.strictObject({
  id: z.string(),
  purpose: z.string(),
  text: z.string(),
  kiosk: z.string(),
  givenTo: z.string(),
  givenAt: At,
  withdrawnTo: z.string().nullable(),
  withdrawnAt: At.nullable(),
});

function wayRoutes(server: ApiServer, staff: Staff): void {
  server.route({
    method: "GET",
    url: "/v1/staff/:staffId/ways",
    schema: {
      tags,
      summary: "How a person can come in, and what they consented to",
      params: Path,
      response: {
        200: z.strictObject({
          pin: z.boolean(),
          badges: z.array(
            z.strictObject({ badge: z.string(), kind: z.string(), enrolledBy: z.string(), enrolledAt: At }),
          ),
          consents: z.array(ConsentShown),
        }),
      },
    },
    config: viewer,
    handler: async (request) => {
      const { staffId } = request.params;
      const [badges, { pin }, consents] = await Promise.all([
        staff.ways.badgesOf(staffId),
        staff.ways.has(staffId),
        staff.consents.of(staffId),
      ]);
      return {
        pin,
        badges: badges.map(({ digest, kind, enrolledBy, enrolledAt }) => ({
          badge: digest,
          kind,
          enrolledBy,
          enrolledAt,
        })),
        consents: consents.map(({ staffId: _whose, ...consent }) => consent),
      };
    },
  });

  server.route({
    method: "POST",
    url: "/v1/staff/:staffId/code",
    schema: {
      tags,
      summary: "Make a one-time code, shown this once",
      params: Path,
      response: { 201: z.strictObject({ code: z.string(), expiresAt: At }) },
    },
    config: operator,
    handler: async (request, reply) => {
      const { code, expiresAt } = given(
        await staff.ways.issueCode(request.params.staffId, administratorOf(request).id),
      );
      return reply.code(201).send({ code, expiresAt });
    },
  });

  server.route({
    method: "DELETE",
    url: "/v1/staff/:staffId/badges/:badge",
    schema: {
      tags,
      summary: "Take a badge away",
      params: Path.extend({ badge: z.string().regex(/^[0-9a-f]{64}$/) }),
      response: { 204: z.null() },
    },
    config: operator,
    handler: async (request, reply) => {
      const { staffId, badge } = request.params;
      if (!(await staff.ways.removeBadge(staffId, badge, administratorOf(request).id))) {
        throw new Refusal(404, "badge-unknown");
      }
      return reply.code(204).send(null);
    },
  });

  server.route({
    method: "POST",
    url: "/v1/staff/:staffId/consent/withdraw",
    schema: {
      tags,
      summary: "Withdraw the consent to biometrics: the template key is erased",
      params: Path,
      response: {
        200: z.strictObject({
          badges: z.number().int(),
          pin: z.boolean(),
          code: z.string().nullable(),
          expiresAt: At.nullable(),
        }),
      },
    },
    config: operator,
    handler: async (request) => {
      const withdrawn = await staff.consents.withdraw(request.params.staffId, administratorOf(request).id);
      if (!withdrawn.ok) throw new Refusal(withdrawn.code === "staff-unknown" ? 404 : 409, withdrawn.code);
      return withdrawn.left;
    },
  });
}

function entryOf(outcome: DirectoryOutcome): z.infer<typeof PersonShown> {
  if (outcome.outcome === "done") return shown(outcome.person);
  throw new Refusal(outcome.code === "staff-unknown" ? 404 : 409, outcome.code);
}

const shown = (person: PersonEntry): z.infer<typeof PersonShown> => ({
  staffId: person.staffId,
  givenName: person.givenName,
  familyName: person.familyName,
  role: person.role,
  wards: [...person.wards],
  employment: person.employment,
  hrId: person.hrId,
  source: person.source,
  standing: person.standing,
  reason: person.reason,
  endsAt: person.endsAt,
  leftAt: person.leftAt,
  eraseAfter: person.eraseAfter,
  phoneLostAt: person.phoneLostAt,
  credential: person.credential,
});
