import { ChallengeView, FaceHint, LockReason, RefusalReason } from "@wardkey/protocol/screen";
import { describe, expect, it } from "vitest";
import { isGreeting, sceneOf, secondsLeft } from "./scene.js";

const context = { hourOfDay: 9, timeOf: (at: number) => `<${at}>` };

describe("a scene", () => {
  it.each([
    [4, "greeting.evening"],
    [5, "greeting.morning"],
    [11, "greeting.morning"],
    [12, "greeting.afternoon"],
    [17, "greeting.afternoon"],
    [18, "greeting.evening"],
    [23, "greeting.evening"],
  ] as const)("greets at %d o'clock with %s", (hourOfDay, key) => {
    const scene = sceneOf({ state: "unlocked", name: "Anna", since: 9_000, until: null }, { ...context, hourOfDay });

    expect(scene).toEqual({
      tone: "ok",
      line: { key, values: { name: "Anna" } },
      says: { key: "greeting.says" },
      also: null,
      picture: { kind: "welcome" },
    });
  });

  it("says that nobody else locks a session which no phone keeps open", () => {
    const alone = { state: "unlocked", name: "Anna", since: 9_000, until: 3_609_000 } as const;
    expect(sceneOf(alone, context).says).toEqual({ key: "greeting.lock-it" });
  });

  it("shows nothing of the camera while what somebody typed is judged", () => {
    expect(sceneOf({ state: "identifying", hint: null }, context)).toMatchObject({
      says: { key: "ways.asking" },
      picture: { kind: "locked" },
    });
  });

  it.each(ChallengeView.shape.kind.options)("asks for one movement and nothing else: %s", (kind) => {
    const challenge = { kind, hint: "go-on", progress: 0.4 } as const;
    expect(sceneOf({ state: "identifying", hint: "good", challenge }, context)).toEqual({
      tone: "accent",
      line: { key: `challenge.${kind}` },
      says: { key: "challenge.hint.go-on" },
      also: null,
      picture: { kind: "challenge", movement: kind, progress: 0.4 },
    });
  });

  it.each(LockReason.options)("says why it locked: %s", (why) => {
    expect(sceneOf({ state: "locked", why, at: 5 }, context).also).toEqual({
      key: `why.${why}`,
      values: { time: "<5>" },
    });
  });

  it.each(FaceHint.options)("has words for the hint %s", (hint) => {
    expect(sceneOf({ state: "identifying", hint }, context).says).toEqual({ key: `hint.${hint}` });
  });

  it.each(RefusalReason.options)("opens a refusal (%s) with the same line and offers help", (reason) => {
    const { line, also } = sceneOf({ state: "refused", reason, until: 20_000 }, context);

    expect([line, also]).toEqual([{ key: "refused.line" }, { key: "refused.help" }]);
  });

  it.each([
    ["a photo from a stranger", "not-live", "no-match"],
    ["a bad credential from a phone that says no", "credential-invalid", "phone-refused"],
  ] as const)("does not tell %s", (_what, one, other) => {
    const refused = (reason: RefusalReason) => sceneOf({ state: "refused", reason, until: 20_000 }, context);

    expect(refused(one)).toEqual(refused(other));
  });

  it("greets for two seconds", () => {
    expect([0, 1_999, 2_000].map((passed) => isGreeting(1_000, 1_000 + passed))).toEqual([true, true, false]);
  });

  it("counts down in whole seconds and never shows 0 while it is open", () => {
    expect([3_000, 2_999, 2_000, 1, 0, -400].map((left) => secondsLeft(10_000 + left, 10_000))).toEqual([
      3, 3, 2, 1, 1, 1,
    ]);
  });
});
