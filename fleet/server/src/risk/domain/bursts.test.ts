import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Bursts } from "./bursts.js";
import type { SeenEvent, Trigger } from "./seen-event.js";

const NOW = Date.UTC(2026, 10, 23, 9);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const refused = (at: number, body: SeenEvent["body"] = {}): SeenEvent => ({
  ...{ source: "bed-7", kind: "tap.refused", at, body: { reason: "no-match", ...body } },
});
const see = (bursts: Bursts, ...events: readonly SeenEvent[]): Trigger[] => events.flatMap((each) => bursts.see(each));
const burst = (from: number, count = 6): SeenEvent[] =>
  Array.from({ length: count }, (_, index) => refused(from + index * 10_000));

describe("a burst", () => {
  it("is noticed once it is one, and lies behind what comes a day later", () => {
    const bursts = new Bursts();
    expect(see(bursts, ...burst(NOW)).map(({ at, facts }) => [at, facts["count"]])).toEqual([[NOW + 50_000, 6]]);
    expect(see(bursts, refused(NOW + DAY))).toEqual([]);
    expect(see(bursts, ...burst(NOW + 2 * DAY, 5))).toEqual([]);
    expect(see(bursts, refused(NOW + 2 * DAY + MINUTE)).map(({ facts }) => facts["count"])).toEqual([6]);
  });

  it("is none of as many that lie on both sides of one, each too far from the others", () => {
    const bursts = new Bursts();
    const around = [-4, -3, -2, 2, 3, 4].map((far) => refused(NOW + far * MINUTE));
    expect(see(bursts, ...around)).toEqual([]);
    expect(see(bursts, refused(NOW))).toEqual([]);
  });

  it("is noticed of an old one that is told late, as of then", () => {
    const bursts = new Bursts();
    see(bursts, refused(NOW), refused(NOW + MINUTE));
    expect(see(bursts, ...burst(NOW - DAY)).map(({ at }) => at)).toEqual([NOW - DAY + 50_000]);
  });

  it("names somebody only where all of it was theirs", () => {
    const by = (...staffIds: readonly (string | null)[]) =>
      see(new Bursts(), ...staffIds.map((staffId, index) => refused(NOW + index * 1_000, { staffId }))).map(
        ({ staffId }) => staffId,
      );
    expect(by("anna", "anna", "anna", "anna", "anna", "anna")).toEqual(["anna"]);
    expect(by("ben", "anna", "anna", "anna", "anna", "anna", "anna")).toEqual([null, null]);
    expect(by(null, "anna", "anna", "anna", "anna", "anna")).toEqual([null]);
  });

  it("is the same in whatever order it is told", () => {
    const Told = fc.array(fc.nat({ max: 20 }), { maxLength: 24 }).chain((minutes) =>
      fc.record({
        inOrder: fc.constant([...minutes].sort((a, b) => a - b)),
        anyhow: fc.shuffledSubarray(minutes, { minLength: minutes.length }),
      }),
    );
    const noticed = (minutes: readonly number[]) => {
      const triggers = see(new Bursts(), ...minutes.map((minute) => refused(NOW + minute * MINUTE)));
      return [Math.max(0, ...triggers.map(({ strength }) => strength)), Math.max(0, ...triggers.map(({ at }) => at))];
    };
    fc.assert(
      fc.property(Told, ({ inOrder, anyhow }) => {
        expect(noticed(anyhow)).toEqual(noticed(inOrder));
      }),
    );
  });
});
