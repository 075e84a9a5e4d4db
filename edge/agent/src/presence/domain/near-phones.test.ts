import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NearPhones } from "./near-phones.js";
import { DEFAULT_TUNING } from "./tuning.js";

function hear(
  phones: NearPhones<string>,
  holder: string,
  strength: number,
  at: number,
  address = `${holder}-phone`,
): void {
  phones.heard(holder, { where: address, address, strength, at });
}

describe("the phones near a kiosk", () => {
  it("are named nearest first, three at most", () => {
    const phones = new NearPhones<string>(DEFAULT_TUNING);
    const strengths = { ada: -60, bea: -50, cleo: -64, dora: -55 };
    for (let at = 0; at < 500; at += 100) {
      for (const [holder, strength] of Object.entries(strengths)) hear(phones, holder, strength, at);
    }
    expect(phones.near(500)).toEqual(["bea", "dora", "ada"]);
  });

  it("are tried at their strongest address, and at another one after it failed", () => {
    const phones = new NearPhones<string>(DEFAULT_TUNING);
    hear(phones, "ada", -60, 0, "hers");
    hear(phones, "ada", -30, 50, "replayed");
    const first = phones.address("ada", 100);
    phones.failed("ada", "replayed", 100);
    expect([first, phones.address("ada", 150), phones.address("bea", 150)]).toEqual(["replayed", "hers", undefined]);
  });

  it("are asked one by one, however weak, for who stands and waits at the screen, three at most", () => {
    const phones = new NearPhones<string>(DEFAULT_TUNING);
    const strengths = { near: -60, weak: -80, weaker: -81, weakest: -82, elsewhere: -94 };
    for (let at = 0; at <= 3_000; at += 100) {
      for (const [holder, strength] of Object.entries(strengths)) hear(phones, holder, strength, at);
    }
    expect(phones.beckon(3_000, false)).toBeUndefined();
    const asked = [phones.beckon(3_000, true), phones.beckon(3_000, true), phones.beckon(3_000, true)];
    expect(asked).toEqual([
      { holder: "weak", change: { type: "near", guessed: true } },
      { holder: "weaker", change: { type: "near", guessed: true } },
      undefined,
    ]);
  });

  it("are not asked beyond the line of who waits, nor within the nearer one while another is near", () => {
    const phones = new NearPhones<string>(DEFAULT_TUNING);
    for (let at = 0; at <= 3_000; at += 100) hear(phones, "elsewhere", -94, at);
    expect(phones.beckon(3_000, true)).toBeUndefined();
    for (let at = 3_100; at <= 6_000; at += 100) hear(phones, "weak", -80, at);
    expect(phones.beckon(6_000, false)).toBeUndefined();
    expect(phones.beckon(6_000, true)).toEqual({ holder: "weak", change: { type: "near", guessed: true } });
  });

  it("are forgotten after a silence", () => {
    const phones = new NearPhones<string>(DEFAULT_TUNING);
    for (let at = 0; at < 500; at += 100) hear(phones, "ada", -50, at);
    expect(phones.tick(4_000)).toEqual([{ holder: "ada", change: { type: "gone" } }]);
    expect([phones.size, phones.address("ada", 4_000)]).toEqual([0, undefined]);
  });

  it("stay bounded whoever is heard from wherever", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(500), fc.nat(500)), { maxLength: 2_000 }), (heard) => {
        const phones = new NearPhones<string>({ ...DEFAULT_TUNING, mostTracks: 8 });
        heard.forEach(([holder, address], index) => {
          hear(phones, `holder-${holder}`, -50, index, `address-${address}`);
        });
        expect(phones.size).toBeLessThanOrEqual(8);
      }),
    );
  });
});
