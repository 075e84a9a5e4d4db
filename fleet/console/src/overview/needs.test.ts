import { describe, expect, it } from "vitest";
import type { Emergency } from "../break-glass/answers.js";
import { needsOf } from "./needs.js";

const emergency = (changes: Partial<Emergency>): Emergency => ({
  ...{
    session: "s",
    kiosk: "bed-7",
    staffId: "anna",
    second: null,
    reason: "system-down",
    operation: "unlock-workstation",
  },
  ...{ means: "code", card: null, minutes: 30, leaseEnded: false, openedAt: 1, closedAt: 2, closedBecause: "idle" },
  ...{ reused: false, review: "security-officer", reviewBy: 9, overdue: false, state: "open", votes: [] },
  ...changes,
});

describe("what needs somebody", () => {
  it("is nothing while all is well, or while nothing is known", () => {
    expect(needsOf({ approvals: 0 })).toEqual([]);
    expect(needsOf({ approvals: 0, findings: { denied: 4, "never-seen": 2, retired: 1 }, emergencies: [] })).toEqual(
      [],
    );
  });

  it("comes the gravest first, each with its number and the list behind it", () => {
    const found = needsOf({
      approvals: 2,
      findings: { "policy-lag": 3, offline: 1 },
      emergencies: [emergency({}), emergency({ state: "justified" })],
      alarms: { count: 1, since: 5 },
      risk: { devices: { normal: 8, raised: 1, high: 1 }, detections: 0 },
    });
    expect(found.map(({ kind, code, tone, count, href }) => [code ?? kind, tone, count, href])).toEqual([
      ["alarm", "stop", 1, "#/audit?kinds=audit.alarm%2Csecurity.alert%2Cpresence.replay-suspected&period=5-"],
      ["risk", "stop", 1, "#/risk?a.level=high"],
      ["offline", "stop", 1, "#/devices?health=offline"],
      ["emergency", "wait", 1, "#/break-glass?state=waits"],
      ["policy-lag", "wait", 3, "#/devices?health=policy-lag"],
      ["approval", "wait", 2, "#/approvals"],
    ]);
  });

  it("presses when a review is overdue", () => {
    expect(needsOf({ approvals: 0, emergencies: [emergency({ overdue: true })] })).toMatchObject([{ tone: "stop" }]);
  });
});
