import { hours, minutes, seconds } from "@wardkey/protocol";
import { describe, expect, it } from "vitest";
import { type ConsentDecision, type ConsentFacts, decideConsent, strictestOf } from "./index.js";

const NOW = hours(10);
const justNow: Pick<ConsentFacts, "unlockedAt" | "movedAt"> = {
  unlockedAt: NOW - minutes(5),
  movedAt: NOW - seconds(5),
};
const never = { unlockedAt: null, movedAt: null };

const cases: ReadonlyArray<[what: string, facts: Partial<ConsentFacts>, decision: ConsentDecision]> = [
  ["hands-free, unlocked and moving", { mode: "A", ...justNow }, { kind: "grant" }],
  ["hands-free, unlocked just under 4 h ago", { mode: "A", ...justNow, unlockedAt: NOW - hours(4) }, { kind: "grant" }],
  [
    "hands-free, unlocked over 4 h ago",
    { mode: "A", ...justNow, unlockedAt: NOW - hours(4) - 1 },
    { kind: "refuse", code: "phone-locked" },
  ],
  ["hands-free, never unlocked", { mode: "A", ...justNow, unlockedAt: null }, { kind: "refuse", code: "phone-locked" }],
  ["hands-free, moved 60 s ago", { mode: "A", ...justNow, movedAt: NOW - seconds(60) }, { kind: "grant" }],
  [
    "hands-free, still for longer",
    { mode: "A", ...justNow, movedAt: NOW - seconds(60) - 1 },
    { kind: "refuse", code: "phone-still" },
  ],
  ["hands-free, never moved", { mode: "A", ...justNow, movedAt: null }, { kind: "refuse", code: "phone-still" }],
  ["hands-free, neither", { mode: "A", ...never }, { kind: "refuse", code: "phone-locked" }],
  ["a notification, whatever the phone did", { mode: "B", ...never }, { kind: "ask", prompt: "notification" }],
  ["a notification, though hands-free would do", { mode: "B", ...justNow }, { kind: "ask", prompt: "notification" }],
  ["a biometric, whatever the phone did", { mode: "C", ...never }, { kind: "ask", prompt: "biometric" }],
  ["a biometric, though hands-free would do", { mode: "C", ...justNow }, { kind: "ask", prompt: "biometric" }],
  ["an enrolment that its owner began", { mode: "C", purpose: "enrol", ...never }, { kind: "grant" }],
];

describe("the mode that is stricter", () => {
  it.each([
    ["A", "A", "A"],
    ["A", "B", "B"],
    ["B", "A", "B"],
    ["C", "B", "C"],
    ["B", "C", "C"],
  ] as const)("of %s and %s asked for is %s", (own, asked, stricter) => {
    expect(strictestOf(own, asked)).toBe(stricter);
  });
});

describe("consent", () => {
  for (const [what, facts, decision] of cases) {
    it(`${decision.kind}s ${"code" in decision ? `with ${decision.code} ` : ""}for ${what}`, () => {
      expect(decideConsent({ mode: "A", purpose: "unlock", now: NOW, ...never, ...facts })).toEqual(decision);
    });
  }
});
