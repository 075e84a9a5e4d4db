import { describe, expect, it } from "vitest";
import { z } from "zod";
import { JournalBodies } from "./events.js";
import { checkFleetBody, FleetBodies } from "./fleet-events.js";

const uuid = "0199a1b2-0000-7000-8000-000000000002";
const digest = "A".repeat(43);

describe("what the fleet may journal of its own acts", () => {
  it("is what its kind lists", () => {
    const good: [string, unknown][] = [
      ["admin.registered", { admin: "ada", role: "administrator", by: "machine", means: "setup", with: "passkey" }],
      ["approval.proposed", { approval: uuid, proposal: "device.wipe", by: "ada", needs: 2, digest }],
      ["certificate.issued", { usage: "device", profile: "kiosk", device: "bed-7", serial: "0a1f", notAfter: 1 }],
      ["credential.issued", { staffId: "anna", by: "otto", epoch: 1, kiosk: "bed-7", second: null, purpose: "first" }],
      ["broker.refused", { device: null, action: "connect", code: "certificate-denied", count: 12 }],
      ["audit.alarm", { device: "bed-7", code: "journal-fork", seq: 3 }],
    ];
    for (const [kind, body] of good) expect([kind, checkFleetBody(kind, body)]).toEqual([kind, { ok: true }]);
  });

  it("is never bytes, free text, another key or an unknown kind", () => {
    const refused: [string, unknown, string, string[]][] = [
      ["admin.signed-in", { admin: "ada", with: "passkey", password: "x" }, "event-body-refused", ["password"]],
      ["device.denied", { device: "bed-7", by: "ada", reason: "It was stolen!" }, "event-body-refused", ["reason"]],
      ["staff.added", { staffId: "Anna Rossi", by: "ada", source: "csv" }, "event-body-refused", ["staffId"]],
      ["face.template", {}, "event-kind-unknown", []],
      ["toString", {}, "event-kind-unknown", []],
    ];
    for (const [kind, body, code, keys] of refused)
      expect(checkFleetBody(kind, body)).toEqual({ ok: false, code, keys });
  });

  it("has bounds on every string and takes no key that its kind does not list, for agents and fleet alike", () => {
    for (const [kind, schema] of Object.entries({ ...FleetBodies, ...JournalBodies })) {
      const { properties, additionalProperties } = z.toJSONSchema(schema, { io: "input" });
      expect([kind, additionalProperties]).toEqual([kind, false]);
      const unbounded = Object.entries(properties ?? {}).filter(([, property]) => !bounded(property));
      expect([kind, unbounded]).toEqual([kind, []]);
    }
  });
});

/** No string of this kind is longer than a digest, and none has room for a sentence. */
function bounded(property: unknown): boolean {
  const parsed = z
    .looseObject({
      type: z.string().optional(),
      pattern: z.string().optional(),
      enum: z.array(z.string()).optional(),
      anyOf: z.array(z.unknown()).optional(),
    })
    .parse(property);
  if (parsed.anyOf !== undefined) return parsed.anyOf.every(bounded);
  if (parsed.type !== "string" || parsed.enum !== undefined)
    return ["boolean", "number", "integer", "null", "string"].includes(parsed.type ?? "");
  const { pattern } = parsed;
  return pattern !== undefined && !["a b", "A".repeat(65)].some((text) => new RegExp(pattern).test(text));
}
