import { expect, it } from "vitest";
import { missedGoals } from "./bench-radio.js";

const good = { coreShare: 9.9, quiet: { failures: 0 }, flooded: { failures: 0, p99: 2_000 } };

it.each([
  ["nothing, at the very goals", good, []],
  ["the agent's share of a core", { ...good, coreShare: 10 }, ["core-share"]],
  ["a tap that failed in a quiet room", { ...good, quiet: { failures: 1 } }, ["taps-succeed"]],
  ["a tap that failed under the flood", { ...good, flooded: { failures: 1, p99: 300 } }, ["taps-succeed"]],
  ["p99 under the flood, threats.md row 19", { ...good, flooded: { failures: 0, p99: 2_000.1 } }, ["flooded-tap-p99"]],
  [
    "every goal, when no tap was there to be timed",
    { coreShare: Number.NaN, quiet: { failures: 9 }, flooded: { failures: 9, p99: Number.NaN } },
    ["core-share", "taps-succeed", "flooded-tap-p99"],
  ],
])("misses %s", (_, measured, missed) => {
  expect(missedGoals(measured)).toEqual(missed);
});
