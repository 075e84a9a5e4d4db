import { describe, expect, it } from "vitest";
import { parseContent } from "./document.js";
import { contentOf } from "./test-support/arbitrary.js";

describe("a policy from before the newest settings", () => {
  const { "risk.leaseHours": _hours, "risk.quarantine": _quarantine, ...older } = contentOf({ site: "st-mary" }).base;

  it("goes on being good, and says of them what held then", () => {
    const content = { ...contentOf({ site: "st-mary" }), base: older };
    const parsed = parseContent(content);
    expect(parsed).toMatchObject({
      ok: true,
      content: { base: { "risk.leaseHours": 24, "risk.quarantine": "never" } },
    });
  });

  it("is malformed all the same where another one is missing", () => {
    const { "cue.light": _light, ...torn } = older;
    expect(parseContent({ ...contentOf({ site: "st-mary" }), base: torn })).toMatchObject({
      ok: false,
      findings: [{ code: "policy-malformed", path: "base/cue.light" }],
    });
    for (const base of [null, [], "base", 7]) {
      expect(parseContent({ ...contentOf({ site: "st-mary" }), base }).ok).toBe(false);
    }
  });
});
