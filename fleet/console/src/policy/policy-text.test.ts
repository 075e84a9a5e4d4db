import { DEMO_SETTINGS, type PolicyContent, PRODUCTION_SETTINGS } from "@wardkey/protocol/policy";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJson, valueIn } from "./json-places.js";
import { lineOf, placeFinding, readText, smallestChange, textOf } from "./policy-text.js";

const content: PolicyContent = {
  v: 1,
  site: "st-mary",
  note: "",
  base: PRODUCTION_SETTINGS,
  groups: { icu: { wards: ["ICU"] } },
  layers: [{ group: "icu", settings: { "lease.hours": 12 } }],
  devices: [
    { device: "bed-6", settings: { "idle.stays": 1 } },
    { device: "bed-7", settings: { "idle.stays": 1 } },
  ],
};
const text = textOf(content);
const marked = (of: string): string[] =>
  readText(of).findings.map(({ span, code }) => `${code}: ${of.slice(span.from, span.to)}`);

describe("a JSON text", () => {
  it("is read as JSON.parse reads it, and every value stands where its span says", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat({ max: 4 }), (value, indent) => {
        const written = JSON.stringify(value, null, indent);
        const tree = readJson(written);
        expect(tree.ok).toBe(true);
        if (!tree.ok) return;
        expect(valueIn(tree.root)).toEqual(JSON.parse(written));
        expect(JSON.parse(written.slice(tree.root.from, tree.root.to))).toEqual(JSON.parse(written));
      }),
    );
  });

  it("is refused exactly where JSON.parse refuses it, and never throws", () => {
    const broken = fc
      .tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom("", "{", "}", ",", '"', "x", "\\", "1", "\u0001"))
      .map(([json, at, sign]) => {
        const place = json.length === 0 ? 0 : at % json.length;
        return json.slice(0, place) + sign + json.slice(place + 1);
      });
    fc.assert(
      fc.property(broken, (given) => {
        let parses = true;
        try {
          JSON.parse(given);
        } catch {
          parses = false;
        }
        expect(readJson(given).ok).toBe(parses);
      }),
      { numRuns: 500 },
    );
  });

  it("nested without end is refused, not followed", () => {
    expect(readJson("[".repeat(100_000))).toEqual({ ok: false, at: 33 });
  });
});

describe("the text of a policy", () => {
  it("is the policy, and back", () => {
    expect(readText(text)).toEqual({ ok: true, content, findings: [] });
  });

  it("that is no JSON says at which line and column", () => {
    const broken = text.replace('"lease.hours": 12', '"lease.hours": 12,');
    expect(marked(broken)).toEqual(["policy-malformed: }"]);
    const read = readText(broken);
    expect(read.ok ? "" : [read.why, read.findings[0]?.text]).toEqual([
      "form",
      `No JSON at line ${broken.slice(0, broken.indexOf("12,")).split("\n").length + 1}, column 7.`,
    ]);
    expect(lineOf("a\nbc", 3)).toEqual({ line: 2, column: 2 });
  });

  it("underlines what is wrong, however deep it stands", () => {
    expect(marked(text.replace('"lease.hours": 24', '"lease.hours": 240'))).toEqual([
      'policy-malformed: "lease.hours": 240',
    ]);
    expect(marked(text.replace('"idle.stays": 1', '"idle.stays": 99'))).toEqual(['policy-malformed: "idle.stays": 99']);
    expect(marked(text.replace('"camera.attested": true', '"camera.attested": false'))).toEqual([
      'policy-contradictory: "liveness.mode": "enforce"',
    ]);
    expect(marked(text.replace('"lease.hours": 12', ""))).toEqual([expect.stringMatching(/^policy-empty-layer: \{/)]);
    expect(marked(text.replace('"group": "icu"', '"group": "er"'))).toEqual([
      'policy-unused-group: "icu": {\n      "wards": [\n        "ICU"\n      ]\n    }',
      expect.stringMatching(/^policy-unknown-group: \{/),
    ]);
  });

  it("that says one thing twice is not read: the last would count and nobody would see it", () => {
    expect(marked(text.replace('"lease.hours": 24,', '"lease.hours": 24, "lease.hours": 72,'))).toEqual([
      'policy-malformed: "lease.hours"',
    ]);
  });

  it("takes findings of the site at their place", () => {
    const finding = { code: "policy-unknown-device" as const, severity: "warning" as const, text: "" };
    const { span } = placeFinding(text, { ...finding, path: "devices.bed-7" });
    expect(text.slice(span.from, span.to)).toContain('"bed-7"');
    expect(placeFinding(text, { ...finding, path: "devices.bed-9" }).span.from).toBe(text.indexOf('"devices"'));
    expect(placeFinding("{", { ...finding, path: "base" }).span).toEqual({ from: 0, to: 0 });
  });

  it("longer than any policy is not read at all", () => {
    expect(readText(" ".repeat(300_000))).toMatchObject({ ok: false, why: "form" });
  });
});

describe("the smallest change", () => {
  it("makes the one text into the other and touches nothing around it", () => {
    const other = textOf({ ...content, base: DEMO_SETTINGS });
    const change = smallestChange(text, other);
    expect(change === null ? "" : text.slice(0, change.from) + change.insert + text.slice(change.to)).toBe(other);
    const letters = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 });
    fc.assert(
      fc.property(letters, letters, (before, after) => {
        const made = smallestChange(before, after);
        expect(made === null ? before : before.slice(0, made.from) + made.insert + before.slice(made.to)).toBe(after);
      }),
    );
  });
});
