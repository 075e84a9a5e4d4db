import { milliseconds } from "@wardkey/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { SimulatedTime } from "../testing/simulated-time.js";
import { PursuingLocker } from "./pursuing-locker.js";
import { type Conduct, SimulatedTarget } from "./testing/simulated-target.js";

const RUNS = process.env["WARDKEY_CAMPAIGN"] === "1" ? 20_000 : 500;

/** Whatever goes wrong, one that says that it did something has done it. */
const conduct: fc.Arbitrary<Conduct> = fc
  .record({
    answer: fc.constantFrom<Conduct["answer"][]>("ok", "ok", "ok", "ok", "lock-failed", "unlock-failed", "never"),
    after: fc.constantFrom(0, 0, 0, 1, 20, 700, 1_500, 6_000).map(milliseconds),
    effect: fc.boolean(),
    deaf: fc.boolean(),
  })
  .map((each) => ({ ...each, effect: each.effect || each.answer === "ok" }));

type Act =
  | { readonly type: "lock" }
  | { readonly type: "unlock"; readonly freshFor: number }
  | { readonly type: "turn"; readonly locked: boolean }
  | { readonly type: "away" | "reached" }
  | { readonly type: "pass"; readonly ms: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Act>({ type: "lock" }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(0, 1, 500, 1_000).map((freshFor): Act => ({ type: "unlock", freshFor })),
  },
  { weight: 1, arbitrary: fc.boolean().map((locked): Act => ({ type: "turn", locked })) },
  { weight: 1, arbitrary: fc.constantFrom<Act>({ type: "away" }, { type: "reached" }) },
  {
    weight: 5,
    arbitrary: fc.constantFrom(0, 1, 5, 300, 1_000, 5_000).map((ms): Act => ({ type: "pass", ms })),
  },
);

/** What was granted, until when it is good: a lock takes it back. */
interface Granted {
  from: number;
  until: number;
}

it("a lock wins every race, and no unlock is ordered but on a grant that is fresh and not taken back", async () => {
  let unlocksOrdered = 0;
  let endedOpen = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(conduct, { maxLength: 12 }),
      fc.array(act, { minLength: 4, maxLength: 25 }),
      async (conducts, acts) => {
        const time = new SimulatedTime();
        const target = new SimulatedTarget({ clock: time, timers: time });
        target.conduct.push(...conducts);
        const locker = new PursuingLocker({ target, clock: time, timers: time });
        const granted: Granted[] = [];
        const violations: string[] = [];
        const takeBack = (): void => {
          for (const each of granted) each.until = Math.min(each.until, time.monotonic());
        };
        const [orderLock, orderUnlock] = [target.lock.bind(target), target.unlock.bind(target)];
        target.unlock = (signal) => {
          unlocksOrdered++;
          const now = time.monotonic();
          if (!granted.some(({ from, until }) => from <= now && now < until))
            violations.push("unlocked without a grant");
          return orderUnlock(signal);
        };
        target.lock = (signal) => {
          if (!locker.locked) violations.push("locked while it said that it is open");
          return orderLock(signal);
        };
        locker.on((event) => {
          if (event.type === "locked-elsewhere") takeBack();
        });
        await locker.start();
        for (const each of acts) await perform(each, { time, target, locker, granted, takeBack });

        if (!locker.locked) endedOpen++;
        locker.lock();
        takeBack();
        const ordered = unlocksOrdered;
        // Longer than every order that was told to hang, act late or fail.
        await time.advance(120_000);
        expect([locker.locked, target.locked, violations]).toEqual([true, true, []]);
        expect(unlocksOrdered).toBe(ordered);
      },
    ),
    { numRuns: RUNS },
  );
  // Controls: the walks do open, and some are open at their end.
  expect(unlocksOrdered).toBeGreaterThan(RUNS / 3);
  expect(endedOpen).toBeGreaterThan(RUNS / 20);
}, 600_000);

async function perform(
  what: Act,
  {
    time,
    target,
    locker,
    granted,
    takeBack,
  }: {
    time: SimulatedTime;
    target: SimulatedTarget;
    locker: PursuingLocker;
    granted: Granted[];
    takeBack: () => void;
  },
): Promise<void> {
  switch (what.type) {
    case "lock":
      takeBack();
      locker.lock();
      expect(locker.locked).toBe(true);
      break;
    case "unlock": {
      const now = time.monotonic();
      granted.push({ from: now, until: now + what.freshFor });
      locker.unlock({ staffId: "anna", freshUntil: now + what.freshFor });
      break;
    }
    case "turn":
      target.turn(what.locked);
      break;
    case "away":
    case "reached":
      target.say({ type: what.type });
      break;
    case "pass":
      await time.advance(what.ms);
      break;
  }
}
