import { describe, expect, it } from "vitest";
import { createKioskReplay, type Observation, type ReplayEvent } from "./index.js";

const READING_MS = 250;
const ROUNDS = 120;

/** Anna comes in at once and works for ten seconds; then her face is gone and a relay keeps her phone near. */
function relayed(how: { moved: boolean; rssi: (round: number) => number; face: boolean }): readonly ReplayEvent[] {
  const kiosk = createKioskReplay({ at: 0, world: { tap: () => 300, faceOf: () => "match" } });
  const events: ReplayEvent[] = [];
  const see = (observation: Observation): void => void events.push(...kiosk.observe(observation));
  for (let round = 0; round < ROUNDS; round++) {
    const at = round * READING_MS;
    const there = round < LEAVES || how.face;
    see({ at, type: "advert", phone: "anna", rssi: -50 });
    see({ at, type: "link-strength", phone: "anna", rssi: there ? -55 : how.rssi(round) });
    if (round % 4 === 0) see({ at, type: "heartbeat", phone: "anna", moved: there ? round % 8 === 0 : how.moved });
    if (round % 2 === 0) {
      const sight = there ? { faces: 1, size: 0.3, track: 1, steadyMs: at } : { faces: 0, size: null, track: null };
      see({ at, type: "face", ...sight });
    }
  }
  return events;
}

const LEAVES = 48;
const locksOf = (events: readonly ReplayEvent[]) => events.flatMap((event) => (event.type === "locked" ? [event] : []));

// threats.md, row 2: simulated heartbeats and strength, as an honest relay brings them.
describe("a relay that keeps her phone near", () => {
  const ways: readonly [string, Omit<Parameters<typeof relayed>[0], "face">, string][] = [
    ["the phone lies still", { moved: false, rssi: (): number => -55 }, "face-gone-and-phone-still"],
    ["she walks on with the phone", { moved: true, rssi: (): number => -55 }, "face-gone"],
    ["the strength is forged", { moved: true, rssi: (): number => -30 }, "face-gone"],
    [
      "the strength wavers as if she were there",
      { moved: false, rssi: (round: number) => -55 + 4 * Math.sin(round) },
      "face-gone-and-phone-still",
    ],
  ];
  it.each(ways)("holds no session open for ten seconds after her face is gone: %s", (_how, relay, why) => {
    const [lock, ...more] = locksOf(relayed({ ...relay, face: false }));
    expect({ why: lock?.why, more }).toEqual({ why, more: [] });
    expect((lock?.at ?? Number.NaN) - LEAVES * READING_MS).toBeLessThan(10_000);
    expect(lock?.account.reasons[0]).toBe("face-gone");
  });

  it("keeps the session while her face is there: the control", () => {
    const events = relayed({ moved: true, rssi: () => -55, face: true });
    expect([events.filter(({ type }) => type === "unlocked").length, locksOf(events)]).toEqual([1, []]);
  });
});
