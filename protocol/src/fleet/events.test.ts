import { describe, expect, it } from "vitest";
import { checkJournalBody } from "./events.js";

const session = "0199a1b2-0000-7000-8000-000000000002";

describe("what an event may carry", () => {
  it("is what its kind lists", () => {
    const good: [string, unknown][] = [
      ["agent.started", { version: "0.1.0", profile: "demo", recovered: true }],
      ["tap.refused", { reason: "no-match", branch: "masked", ms: 412 }],
      ["session.unlocked", { session, staffId: "anna-rossi", branch: "bare", ms: 640, livenessEnforced: false }],
      ["session.locked", { reason: "walked-away", session, metres: 3.4, heldMs: 61_000 }],
      ["session.locked", { reason: "started" }],
      ["enrol.failed", { reason: "ENOSPC" }],
      ["camera.back", {}],
    ];
    for (const [kind, body] of good) expect([kind, checkJournalBody(kind, body)]).toEqual([kind, { ok: true }]);
  });

  it("is never bytes, similarities, free text or an unknown kind", () => {
    const smuggled = "A".repeat(200);
    const refused: [string, unknown, string, string[]][] = [
      ["session.unlocked", { session, staffId: "anna", template: smuggled }, "event-body-refused", ["template"]],
      ["session.unlocked", { session, staffId: "anna", similarity: 0.93 }, "event-body-refused", ["similarity"]],
      ["tap.refused", { reason: smuggled }, "event-body-refused", ["reason"]],
      ["tap.refused", { reason: "She said <b>no</b>" }, "event-body-refused", ["reason"]],
      ["session.locked", { reason: "idle", metres: 3.123456789 }, "event-body-refused", ["metres"]],
      ["session.locked", { reason: "idle", session: smuggled }, "event-body-refused", ["session"]],
      ["agent.started", { version: smuggled, profile: "demo" }, "event-body-refused", ["version"]],
      ["face.seen", {}, "event-kind-unknown", []],
      ["constructor", {}, "event-kind-unknown", []],
    ];
    for (const [kind, body, code, keys] of refused) {
      expect(checkJournalBody(kind, body)).toEqual({ ok: false, code, keys });
    }
  });
});
