import { describe, expect, it } from "vitest";
import { disassemble } from "./checkout.js";
import { diffReport, explainReport, lintReport } from "./report.js";
import { PRODUCTION_SETTINGS } from "./settings.js";
import { contentOf } from "./test-support/arbitrary.js";

const facts = { device: "bed-7", kind: "kiosk" as const, ward: "ICU", tags: [] };
const icu = (idle: number) =>
  contentOf({
    groups: { icu: { wards: ["ICU"] } },
    layers: [{ group: "icu", settings: { "idle.lockSeconds": idle } }],
  });

describe("what the command line says", () => {
  it("of a sound policy, in files or as a document", () => {
    const sound = { ok: true, lines: ["nothing to say: the policy is sound"], data: { ok: true, findings: [] } };
    expect(lintReport({ files: disassemble(contentOf()) })).toEqual(sound);
    expect(lintReport({ content: contentOf() })).toEqual(sound);
  });

  it("of one that contradicts itself, and of files that are none", () => {
    const content = contentOf({ base: { ...PRODUCTION_SETTINGS, "quota.allHour": 5 } });
    expect(lintReport({ content })).toMatchObject({
      ok: false,
      lines: [
        "error policy-contradictory base/quota.perKioskHour: One kiosk may be given more templates than all of them together.",
        "1 finding",
      ],
    });
    expect(lintReport({ files: new Map() })).toMatchObject({
      ok: false,
      lines: ["error policy-malformed base.json: It is missing.", "1 finding"],
    });
  });

  it("of a difference: each change with its direction, and whether two people are needed", () => {
    expect(diffReport({ content: icu(60) }, { content: icu(120) }, { device: facts }).lines).toEqual([
      "- layers/icu/idle.lockSeconds: 60 -> 120",
      "- at bed-7: idle.lockSeconds: 60 -> 120",
      "weaker somewhere: two people",
    ]);
    expect(diffReport({ content: icu(60) }, { content: icu(30) }).lines.at(-1)).toBe("nowhere weaker");
    expect(diffReport({ content: icu(60) }, { content: icu(60) }).lines).toEqual(["no difference"]);
    expect(diffReport({ content: icu(60) }, { files: new Map() }).ok).toBe(false);
  });

  it("of one device: its groups, and who said what", () => {
    const { lines } = explainReport({ content: icu(60) }, facts);
    expect(lines[0]).toBe("bed-7 belongs to icu");
    expect(lines.filter((line) => line.startsWith("idle.lockSeconds"))).toEqual([
      expect.stringMatching(/^idle\.lockSeconds +60 {2}\(layers\[0\], group icu\)$/),
    ]);
  });
});
