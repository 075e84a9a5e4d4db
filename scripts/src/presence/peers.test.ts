import type { Observation } from "@wardkey/virtual-radio/walks";
import { describe, expect, it } from "vitest";
import { PEERS, type PeerName } from "./peers.js";

const at = { kiosk: "desk", phone: "phone-anna" } as const;

/** A link strength each 250 ms, as it is at each second; `null`: nothing is heard. */
function played(name: PeerName, strengths: readonly (number | null)[], touched: readonly number[] = []) {
  const rule = PEERS[name]({ person: "anna", phone: "phone-anna" });
  const events = strengths.flatMap((rssi, second) =>
    [0, 250, 500, 750].flatMap((ms) => {
      const now = second * 1_000 + ms;
      const link: Observation = { at: now, type: "link", rssi: rssi ?? 0, ...at };
      const tick: Observation = { at: now, type: "faces", kiosk: "desk", faces: [] };
      const input: Observation = { at: now, type: "input", kiosk: "desk" };
      const seen = [rssi === null ? tick : link, ...(ms === 0 && touched.includes(second) ? [input] : [])];
      return seen.flatMap((each) => rule.observe(each));
    }),
  );
  return { rule, said: events.map(({ type, at: when, why }) => [type, when, why]) };
}
const seconds = (count: number, rssi: number | null): (number | null)[] => Array.from({ length: count }, () => rssi);

describe("the rules of others", () => {
  it("BLEUnlock opens by one strong reading and locks five seconds after the mean is weak", () => {
    const { said } = played("bleUnlock", [...seconds(10, -59), ...seconds(20, -90)]);
    expect(said[0]).toEqual(["unlocked", 0, "close"]);
    // Means of five readings, one each two seconds: -59, then falling by 6.2 dB; below -80 with the fourth weak one.
    expect(said.slice(1)).toEqual([["locked", 21_000, "away"]]);
  });

  it("BLEUnlock waits a minute for a signal that is lost", () => {
    const { said } = played("bleUnlock", [...seconds(3, -59), ...seconds(70, null)]);
    expect(said.slice(1)).toEqual([["locked", 62_000, "lost"]]);
  });

  it("Dynamic Lock never opens, and locks an idle machine after thirty seconds out of reach", () => {
    const away = [...seconds(5, -50), ...seconds(60, null)];
    expect(played("dynamicLock", away).said).toEqual([]);
    const { rule } = played("dynamicLock", seconds(1, -50));
    rule.signIn?.("anna", 1_000);
    const later = [12, 22, 32, 42].flatMap((second) =>
      rule.observe({ at: second * 1_000, type: "faces", kiosk: "desk", faces: [] }),
    );
    expect(later.map(({ type, at: when }) => [type, when])).toEqual([["locked", 32_000]]);
  });

  it("a fixed threshold opens near and locks five seconds after it is far", () => {
    const { said } = played("fixedThreshold", [...seconds(5, -60), ...seconds(15, -85)]);
    expect(said).toEqual([
      ["unlocked", 250, "near"],
      ["locked", 12_250, "far"],
    ]);
  });

  it("take no notice of another phone", () => {
    for (const create of Object.values(PEERS)) {
      const rule = create({ person: "anna", phone: "phone-other" });
      for (let now = 0; now < 5_000; now += 100) {
        expect(rule.observe({ at: now, type: "link", rssi: -30, ...at })).toEqual([]);
      }
    }
  });
});
