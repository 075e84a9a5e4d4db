import { describe, expect, it } from "vitest";
import { SimulatedSession } from "./session-world.js";

/** When this phone is asked, ms after the first time, while somebody else's face stands at the kiosk for five minutes. */
function asked(guessed: boolean): number[] {
  const world = new SimulatedSession();
  const starts: number[] = [];
  const begin = world.facts.monotonic;
  world.send({ type: "near", holder: { id: "anna" }, ...(guessed ? { guessed: true } : {}) });
  while (world.facts.monotonic - begin < 300_000) {
    if (world.mode === "identifying") {
      starts.push(world.facts.monotonic - begin);
      world.send({ type: "tapped", attempt: world.session.attempts });
      world.send({ type: "not-matched", attempt: world.session.attempts, reason: "no-match" });
    } else world.pass(250);
  }
  return starts;
}

describe("a phone that is asked because somebody waits whose it may be", () => {
  it("is asked twice, then once a minute at most, so that a stranger who stands there makes no burst of refusals", () => {
    expect(asked(true)).toEqual([0, 2_000, 62_000, 122_000, 182_000, 242_000]);
  });

  it("is asked as ever where it is near", () => {
    expect(asked(false)).toEqual([0, 2_000, 6_000, 14_000, 30_000, 62_000, 126_000, 254_000]);
  });
});
