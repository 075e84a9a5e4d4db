import { seconds } from "@wardkey/protocol";
import { expect, it } from "vitest";
import { SimulatedTime } from "../testing/simulated-time.js";
import { Tries } from "./tries.js";

it("shows that tries are taken again when the longest of the waits is over, and not before", async () => {
  const time = new SimulatedTime();
  const shown: (number | null)[] = [];
  const tries = new Tries({ clock: time, timers: time, changed: () => shown.push(tries.until) });
  const freeAt = time.now() + 30_000;
  tries.refused(seconds(30));
  // Of a question that was on its way when the wait was imposed.
  tries.refused(seconds(5));
  await time.advance(30_000);
  expect(shown).toEqual([freeAt, freeAt, null]);
});
