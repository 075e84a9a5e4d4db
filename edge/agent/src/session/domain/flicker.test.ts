import { expect, it } from "vitest";
import { SimulatedSession } from "./session-world.js";

const anna = { id: "anna" };

// Her advertisement replayed nearby while her phone is heard from afar: near and gone by turns (threats.md, row 28).
it("begins few attempts with a phone that seems near and gone by turns, and lets her in once she stays", () => {
  const world = new SimulatedSession();
  const tapsIn = (minutes: number): number => {
    const before = world.session.attempts;
    for (let passed = 0; passed < minutes * 60_000; passed += 200) {
      world.send({ type: passed % 400 === 0 ? "near" : "gone", holder: anna });
      world.pass(200);
    }
    return world.session.attempts - before;
  };
  expect(tapsIn(1)).toBeLessThanOrEqual(9);
  const journaled = world.effects.filter((effect) => effect.type === "journal").length;
  expect(journaled).toBeLessThanOrEqual(9);

  world.send({ type: "near", holder: anna });
  world.pass(10_000);
  world.send({ type: "tapped", attempt: world.session.attempts });
  world.send({ type: "matched", attempt: world.session.attempts, decision: world.decision() });
  world.send({ type: "recorded", attempt: world.session.attempts });
  expect(world.mode).toBe("unlocked");
});
