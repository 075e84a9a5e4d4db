import { seconds } from "@wardkey/protocol";
import { describe, expect, it } from "vitest";
import { PROFILES } from "../../profile/index.js";
import { SimulatedTapSession } from "../../testing/simulated-senses.js";
import { SimulatedTime } from "../../testing/simulated-time.js";
import type { MatchOutcome, MatchRequest } from "../../vision/index.js";
import { matchFace } from "./matching.js";

const link = new SimulatedTapSession({ id: "anna" });

/** Vision that answers as told, each answer after 100 ms. */
async function compare(answers: MatchOutcome["outcome"][], abortAfter = Number.POSITIVE_INFINITY) {
  const time = new SimulatedTime();
  const asked: MatchRequest[] = [];
  const abort = new AbortController();
  const begun = time.monotonic();
  const matching = await matchFace({
    vision: {
      match: async (request) => {
        asked.push(request);
        await time.advance(100);
        if (asked.length >= abortAfter) abort.abort();
        const outcome = answers[Math.min(asked.length, answers.length) - 1] ?? "stale";
        return outcome === "match" || outcome === "branch-closed" ? { outcome, branch: "masked" } : { outcome };
      },
    },
    link,
    rules: PROFILES.demo.matching,
    clock: time,
    deadline: time.monotonic() + seconds(4),
    signal: abort.signal,
  });
  return { matching, asked, begun };
}

describe("comparing a face", () => {
  it("takes a frame of the last half second first, and only newer ones after that", async () => {
    const { matching, asked, begun } = await compare(["no-face", "no-match", "match"]);
    expect(asked.map((each) => (each.notOlderThan ?? 0) - begun)).toEqual([-500, 100, 200]);
    expect(matching).toEqual({
      ok: true,
      decision: { staffId: "anna", name: "Anna", branch: "masked", decidedAt: begun + 200 },
    });
  });

  it("does not ask for newer frames still while there were too few to compare", async () => {
    const { asked, begun } = await compare(["stale", "stale", "no-match", "stale", "match"]);
    expect(asked.map((each) => (each.notOlderThan ?? 0) - begun)).toEqual([-500, -500, -500, 300, 300]);
  });

  it.each([
    ["nobody is there", ["no-face"], "no-face", 40],
    ["two are there", ["several-faces"], "several-faces", 40],
    ["no fresh frame comes", ["stale"], "no-face", 40],
    ["nobody matches", ["no-match"], "no-match", 3],
    ["the face is not live", ["no-face", "not-live"], "not-live", 4],
    ["masked faces are let in nowhere", ["branch-closed"], "face-masked", 3],
    ["the template is no template", ["template-refused"], "credential-invalid", 1],
  ] as const)("ends when %s", async (_when, answers, reason, times) => {
    const { matching, asked } = await compare([...answers]);
    expect(matching).toEqual({ ok: false, reason });
    expect(asked).toHaveLength(times);
  });

  it("stops asking when the attempt has ended", async () => {
    expect((await compare(["no-face"], 2)).asked).toHaveLength(2);
  });
});
