import { expect, it } from "vitest";
import { missedGoals, runDowntimeBench } from "./bench-downtime.js";

it("opens a whole agent without its fleet by card and by two badges, each recorded, and times a guess at what it keeps", {
  timeout: 120_000,
}, async () => {
  const result = await runDowntimeBench({ times: 1 });
  const times = { p50: expect.any(Number), max: expect.any(Number) };
  expect(result).toEqual({
    simulated: true,
    times: 1,
    openMs: { card: times, twoBadges: times },
    recorded: 2,
    guessMs: { emergencyCode: times, rememberedPin: times },
    missed: [],
  });
  // A card is one slow hash, two badges are two: neither was answered without its work.
  const { emergencyCode, rememberedPin } = result.guessMs;
  expect(Math.min(emergencyCode.p50, rememberedPin.p50)).toBeGreaterThan(20);
  expect(result.openMs.twoBadges.max).toBeGreaterThan(result.guessMs.emergencyCode.p50);
});

const good = { cardMs: [900, 9_999], twoBadgesMs: [900, 9_999], recorded: 4 };
it.each([
  ["nothing", good, []],
  ["the slowest by card", { ...good, cardMs: [900, 10_000] }, ["card-within-10-s"]],
  ["the slowest by two badges", { ...good, twoBadgesMs: [10_000, 900] }, ["two-badges-within-10-s"]],
  ["one that the journal does not have", { ...good, recorded: 3 }, ["every-one-recorded"]],
])("misses %s", (_, measured, missed) => {
  expect(missedGoals(measured)).toEqual(missed);
});
