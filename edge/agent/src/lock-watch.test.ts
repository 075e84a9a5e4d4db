import { beforeEach, describe, expect, it } from "vitest";
import { watchLocker } from "./lock-watch.js";
import { RecordedLocker } from "./locking/index.js";
import { SimulatedTime } from "./testing/simulated-time.js";

let time: SimulatedTime;
let locker: RecordedLocker;
let said: string[];
let journaled: unknown[];

beforeEach(() => {
  time = new SimulatedTime();
  locker = new RecordedLocker();
  [said, journaled] = [[], []];
  watchLocker({
    locker,
    clock: time,
    journal: { note: (kind, body) => journaled.push([kind, body]) },
    log: ({ code }) => said.push(code),
    lock: () => said.push("lock"),
    touched: () => said.push("touched"),
    changed: () => said.push("changed"),
  });
});

describe("what a locker notices", () => {
  it("locks the session when the desktop was locked behind its back, and counts a hand on it as a touch", () => {
    locker.say({ type: "input", idle: true });
    locker.say({ type: "input", idle: false });
    locker.say({ type: "locked-elsewhere" });
    locker.unlock();
    expect(said).toEqual(["touched", "lock", "changed"]);
  });

  it("is journaled where somebody has to look into it, six times a minute at most", async () => {
    locker.say({ type: "trouble", code: "unlock-elsewhere" });
    locker.say({ type: "trouble", code: null });
    for (let time = 0; time < 20; time++) locker.say({ type: "trouble", code: "unlocked-by-other" });
    expect(journaled).toEqual(Array(6).fill(["security.alert", { reason: "unlocked-by-other", count: 1 }]));
    await time.advance(60_000);
    locker.say({ type: "trouble", code: "lock-refused" });
    expect(journaled.at(-1)).toEqual(["security.alert", { reason: "lock-refused", count: 1 }]);
    expect(said.filter((code) => code === "unlocked-by-other")).toHaveLength(20);
  });
});
