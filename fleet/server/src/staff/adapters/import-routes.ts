import { Readable } from "node:stream";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import { z } from "zod";
import { CSV_DELIMITERS } from "../../platform/files/csv-table.js";
import { administratorOf } from "../../platform/http/access.js";
import type { ApiServer } from "../../platform/http/api-server.js";
import { LONGEST_BODY } from "../../platform/http/body-deadline.js";
import { Refusal } from "../../platform/http/problem.js";
import type { PlanOutcome, PlanView, RowSource } from "../app/imports.js";
import type { Staff } from "../app/staff.js";
import { IMPORT_FIELDS } from "../domain/import-row.js";
import { csvRows } from "./csv-rows.js";
import { type LdapOptions, ldapRows } from "./ldap-rows.js";

const LARGEST_FILE = 33 * 1024 * 1024;
const Source = z.string().max(40);
const TimeZone = z.string().max(60).default("UTC");
const Column = z.string().min(1).max(80).optional();
const Count = z.number().int().nonnegative();

const PlanShown = z.strictObject({
  id: z.string(),
  source: z.string(),
  adds: Count,
  changes: Count,
  unchanged: Count,
  leavers: Count,
  leaversGuarded: z.boolean(),
  faults: z.array(z.strictObject({ line: Count, code: z.string(), field: z.string().nullable() })),
  faultCount: Count,
  shown: z.strictObject({
    adds: z.array(z.string()),
    changes: z.array(z.strictObject({ staffId: z.string(), changed: z.array(z.string()) })),
    leavers: z.array(z.string()),
  }),
  sameName: z.array(z.strictObject({ line: Count, staffId: z.string() })),
  expiresAt: z.number(),
});

const CsvQuery = z.strictObject({
  source: Source,
  timeZone: TimeZone,
  delimiter: z.enum(CSV_DELIMITERS).optional(),
  hrId: Column,
  givenName: Column,
  familyName: Column,
  role: Column,
  wards: Column,
  employment: Column,
  endsAt: Column,
});

const tags = ["staff-import"];
const config = { access: { role: "administrator" as const }, rateLimit: { max: 30, timeWindow: "1 minute" } };

/** People from a file or from the directory: a plan first, then all of it or nothing. `ldap`: by the names in the configuration. */
export function importRoutes(
  server: ApiServer,
  { staff, ldap }: { staff: Staff; ldap: Readonly<Record<string, LdapOptions & { timeZone: string }>> },
): void {
  server.addContentTypeParser("text/csv", (_request, payload, done) => done(null, payload));

  server.route({
    method: "POST",
    url: "/v1/staff/imports/csv",
    schema: { tags, summary: "Plan an import from a CSV file", querystring: CsvQuery, response: { 201: PlanShown } },
    config: { ...config, bodyWithin: LONGEST_BODY },
    bodyLimit: LARGEST_FILE,
    handler: async (request, reply) => {
      const { source, timeZone, delimiter, ...named } = request.query;
      if (!(request.body instanceof Readable)) throw new Refusal(415, "unsupported-media-type");
      const mapped = IMPORT_FIELDS.flatMap((field) =>
        named[field] === undefined ? [] : [[field, named[field]] as const],
      );
      const columns = mapped.length > 0 ? Object.fromEntries(mapped) : undefined;
      const rows = csvRows(request.body, { delimiter, columns });
      return reply.code(201).send(await planned(staff, rows, { source, timeZone }, administratorOf(request).id));
    },
  });

  server.route({
    method: "POST",
    url: "/v1/staff/imports/ldap/:source",
    schema: {
      tags,
      summary: "Plan an import from a configured directory",
      params: z.strictObject({ source: Source }),
      response: { 201: PlanShown },
    },
    config,
    handler: async (request, reply) => {
      const { source } = request.params;
      const options = Object.hasOwn(ldap, source) ? ldap[source] : undefined;
      if (options === undefined) throw new Refusal(404, "ldap-not-configured");
      const { timeZone } = options;
      return reply
        .code(201)
        .send(await planned(staff, ldapRows(options), { source, timeZone }, administratorOf(request).id));
    },
  });

  server.route({
    method: "POST",
    url: "/v1/staff/imports/:plan/apply",
    schema: {
      tags,
      summary: "Apply a planned import, all of it or nothing",
      params: z.strictObject({ plan: z.uuid() }),
      body: z.strictObject({ acceptLeavers: z.boolean().default(false) }),
      response: { 200: z.strictObject({ adds: Count, changes: Count, leavers: Count }) },
    },
    config,
    handler: async (request) => {
      const applied = await staff.imports.apply(request.params.plan, request.body, administratorOf(request).id);
      if (applied.outcome === "refused") throw new Refusal(applied.code === "import-unknown" ? 404 : 409, applied.code);
      const { adds, changes, leavers } = applied;
      return { adds, changes, leavers };
    },
  });
}

async function planned(
  staff: Staff,
  rows: RowSource,
  options: { source: string; timeZone: string },
  by: string,
): Promise<PlanView> {
  let outcome: PlanOutcome;
  try {
    outcome = await staff.imports.plan(rows, options, by);
  } catch (error) {
    const code = codeOf(error);
    if (error instanceof WardkeyError && /^(csv|ldap)-/.test(code)) {
      throw new Refusal(code.startsWith("csv") ? 400 : 502, code);
    }
    throw error;
  }
  if (outcome.outcome === "refused") throw new Refusal(400, outcome.code);
  return outcome.plan;
}
