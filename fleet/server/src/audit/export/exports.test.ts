import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FLEET_CLIENT } from "@wardkey/protocol/fleet";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { StoredEvent } from "../app/ports.js";
import { sampleBodies } from "../testing/sample-bodies.js";
import { DeviceJournal, journalOf, TestAudit } from "../testing/test-audit.js";
import { createExportAct } from "./export-act.js";
import { EXPORT_FORMATS, exportEvents } from "./export-events.js";
import { fhirOf } from "./fhir.js";
import { MEANINGS } from "./meaning.js";
import { ocsfOf } from "./ocsf.js";

const SITE = "st-mary";
const AT = 1_795_338_000_000;
const events: StoredEvent[] = sampleBodies().map(({ kind, body, fleet }, leaf) => ({
  ...{ leaf, source: fleet ? FLEET_CLIENT : "bed-7", seq: leaf + 1, id: randomUUID() },
  ...{ at: AT + leaf, kind, body, hash: "A".repeat(43) },
}));

/** Required attributes of https://schema.ocsf.io/1.3.0: of the base event, then of each class. */
const Metadata = z.object({
  version: z.literal("1.3.0"),
  product: z.object({ name: z.string(), vendor_name: z.string() }),
});
const Base = z.object({
  activity_id: z.number().int(),
  category_uid: z.number().int(),
  class_uid: z.number().int(),
  type_uid: z.number().int(),
  severity_id: z.number().int().min(0).max(6),
  time: z.number().int(),
  metadata: Metadata,
});
const User = z.object({ uid: z.string() });
const Ocsf = z.discriminatedUnion("class_uid", [
  Base.extend({
    class_uid: z.literal(3002),
    category_uid: z.literal(3),
    activity_id: z.union([z.literal(1), z.literal(2)]),
    user: User,
    // at_least_one: service, dst_endpoint
    service: z.object({ name: z.string() }),
    dst_endpoint: z.object({ uid: z.string() }),
  }),
  Base.extend({
    class_uid: z.literal(3004),
    category_uid: z.literal(3),
    activity_id: z.union([z.literal(1), z.literal(3), z.literal(4)]),
    entity: z.object({ uid: z.string(), name: z.string(), type: z.string() }),
    actor: z.object({ user: User }),
  }),
  Base.extend({
    class_uid: z.literal(2004),
    category_uid: z.literal(2),
    activity_id: z.literal(1),
    finding_info: z.object({ uid: z.string(), title: z.string() }),
  }),
  Base.extend({
    class_uid: z.literal(6002),
    category_uid: z.literal(6),
    activity_id: z.union([z.literal(3), z.literal(4)]),
    app: z.object({ name: z.string(), vendor_name: z.string() }),
  }),
  Base.extend({ class_uid: z.literal(0), category_uid: z.literal(0), activity_id: z.literal(99) }),
]);

/** Cardinalities of https://hl7.org/fhir/R4/auditevent.html and R5. */
const Coding = z.strictObject({ system: z.string(), code: z.string(), display: z.string() });
const Concept = z.strictObject({ coding: z.array(Coding).min(1) });
const Reference = z.strictObject({ identifier: z.strictObject({ system: z.string(), value: z.string() }) });
const FhirBase = {
  resourceType: z.literal("AuditEvent"),
  id: z.string().regex(/^[A-Za-z0-9.-]{1,64}$/),
  action: z.enum(["C", "R", "U", "D", "E"]),
  recorded: z.iso.datetime(),
};
const FhirR4 = z.strictObject({
  ...FhirBase,
  type: Coding,
  subtype: z.array(Coding),
  outcome: z.enum(["0", "4", "8", "12"]),
  outcomeDesc: z.string().optional(),
  agent: z
    .array(
      z.strictObject({
        who: Reference,
        altId: z.string(),
        requestor: z.boolean(),
        network: z.strictObject({ address: z.string(), type: z.enum(["1", "2", "3", "4", "5"]) }),
      }),
    )
    .min(1),
  source: z.strictObject({ site: z.string(), observer: Reference, type: z.array(Coding) }),
  entity: z.array(
    z.strictObject({
      what: Reference,
      name: z.string(),
      detail: z.array(z.strictObject({ type: z.string(), valueString: z.string() })),
    }),
  ),
});
const FhirR5 = z.strictObject({
  ...FhirBase,
  category: z.array(Concept),
  code: Concept,
  severity: z.enum(["emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"]),
  outcome: z.strictObject({ code: Coding, detail: z.array(z.strictObject({ text: z.string() })).optional() }),
  agent: z.array(z.strictObject({ who: Reference, requestor: z.boolean(), networkString: z.string() })).min(1),
  source: z.strictObject({ site: Reference, observer: Reference, type: z.array(Concept) }),
  entity: z.array(
    z.strictObject({
      what: Reference,
      detail: z.array(z.strictObject({ type: z.strictObject({ text: z.string() }), valueString: z.string() })),
    }),
  ),
});

describe("an event of every kind", () => {
  it("has its meaning", () => {
    expect([...new Set(events.map(({ kind }) => kind))].toSorted()).toEqual(Object.keys(MEANINGS).toSorted());
  });

  it("is an event of OCSF with what its class requires", () => {
    for (const event of events) {
      const made = Ocsf.safeParse(ocsfOf(event, SITE));
      expect([event.kind, made.error?.issues]).toEqual([event.kind, undefined]);
      expect(made.data?.type_uid).toBe((made.data?.class_uid ?? 0) * 100 + (made.data?.activity_id ?? 0));
    }
  });

  it("is an AuditEvent of FHIR R4 and R5", () => {
    for (const event of events) {
      const [four, five] = [fhirOf(event, { site: SITE, release: "R4" }), fhirOf(event, { site: SITE, release: "R5" })];
      expect([event.kind, FhirR4.safeParse(four).error?.issues]).toEqual([event.kind, undefined]);
      expect([event.kind, FhirR5.safeParse(five).error?.issues]).toEqual([event.kind, undefined]);
    }
  });

  it("carries no text longer than an id, a digest or the product's own words", () => {
    const texts = (value: unknown): string[] =>
      typeof value === "string"
        ? [value]
        : typeof value === "object" && value !== null
          ? Object.values(value).flatMap(texts)
          : [];
    for (const event of events) {
      const made = [
        ocsfOf(event, SITE),
        fhirOf(event, { site: SITE, release: "R4" }),
        fhirOf(event, { site: SITE, release: "R5" }),
      ];
      const long = texts(made).filter((text) => text.length > 110);
      expect([event.kind, long]).toEqual([event.kind, []]);
    }
  });

  it("says who did what to whom", () => {
    const find = (kind: string): StoredEvent => {
      const found = events.find((event) => event.kind === kind);
      if (found === undefined) throw new Error(kind);
      return found;
    };
    expect(ocsfOf(find("session.unlocked"), SITE)).toMatchObject({
      ...{ class_uid: 3002, activity_id: 1, type_uid: 300_201, status_id: 1 },
      user: { uid: "anna-rossi" },
      dst_endpoint: { uid: "bed-7" },
    });
    expect(ocsfOf(find("tap.refused"), SITE)).toMatchObject({
      class_uid: 3002,
      status_id: 2,
      status_detail: "anna-rossi",
    });
    expect(ocsfOf(find("audit.alarm"), SITE)).toMatchObject({ class_uid: 2004, severity_id: 4, is_alert: true });
    expect(fhirOf(find("credential.revoked"), { site: SITE, release: "R4" })).toMatchObject({
      ...{ action: "D", outcome: "0" },
      agent: [{ who: { identifier: { value: "anna-rossi" } } }],
    });
  });
});

describe("an export", () => {
  it("is one line an event, of the time that was asked for, in every format", async () => {
    const test = await TestAudit.make();
    const journal = new DeviceJournal();
    for (let round = 0; round < 30; round += 1) await test.audit.ingest("bed-7", journalOf(...journal.grow(50)));
    const [from, to] = [AT + 101, AT + 1_301];
    for (const format of EXPORT_FORMATS) {
      const lines: string[] = [];
      for await (const line of exportEvents({ store: test.store, site: SITE, format, from, to })) lines.push(line);
      expect(lines.length).toBe(1_200);
      expect(lines.every((line) => line.endsWith("\n") && JSON.parse(line) !== null)).toBe(true);
    }
    await test.remove();
  });
});

describe("the act of exporting", () => {
  it("takes two people, is in the audit before the file is there, and may be carried out again", async () => {
    const test = await TestAudit.make();
    await test.audit.ingest("bed-7", journalOf(...new DeviceJournal().grow(5)));
    const folder = await mkdtemp(join(tmpdir(), "wardkey-export-"));
    const record = test.audit.append;
    const act = createExportAct({ store: test.store, site: SITE, folder, record });
    const request = { format: "ndjson", from: 0, to: AT + 1_000 } as const;
    expect([act.weight(), act.schema.safeParse({ ...request, folder: "/tmp" }).success]).toEqual([2, false]);
    expect(act.summary(request)).toBe(
      "Export the audit from 1970-01-01T00:00:00.000Z to 2026-11-22T09:00:01.000Z as ndjson.",
    );
    const id = randomUUID();
    for (let time = 0; time < 2; time += 1) {
      const { file, events: count } = await act.execute(request, { id, proposer: "ada" });
      expect([await readdir(folder), count]).toEqual([[`${id}.ndjson`], 5 + time + 1]);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
    expect((await test.audit.newest(1)).map(({ kind, body }) => [kind, body])).toEqual([
      ["audit.exported", { by: "ada", format: "ndjson", from: 0, to: AT + 1_000 }],
    ]);
    await rm(folder, { recursive: true });
    await test.remove();
  });
});
