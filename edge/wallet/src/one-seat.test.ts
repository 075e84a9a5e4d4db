import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKiosk } from "./testing/test-kiosk.js";
import { openWard, type TestWard, walkUp } from "./testing/test-wallet.js";

describe("a person who taps in at another kiosk", () => {
  let ward: TestWard;
  let other: TestKiosk;
  beforeAll(async () => {
    ward = await openWard();
    await ward.enrol();
    const joined = ward.room.join("other-kiosk", { position: { x: 0, y: 0 } });
    if (joined.outcome === "refused") throw new Error(joined.reason);
    other = new TestKiosk(joined.participant);
    await other.powerOn();
  });
  afterAll(() => ward.close());

  it.each([
    ["face", "unlock"],
    ["PIN", "prove"],
  ] as const)(
    "by phone and %s gives up the earlier seat: its kiosk hears so before the link ends, and the later one goes on hearing heartbeats",
    async (_by, purpose) => {
      await walkUp(ward);
      const earlier = await ward.tap();
      await ward.page.until(({ visibility }) => visibility.servedKiosk !== null);
      const later = await ward.tap({ errand: { purpose, decision: "unlocked" } }, other);
      await earlier.ended;
      expect(earlier.heartbeats.at(-1)).toMatchObject({ moved: false, elsewhere: true });
      const beats = later.heartbeats.length;
      await expect.poll(() => later.heartbeats.length, { timeout: 20_000 }).toBeGreaterThan(beats);
      await later.leave();
      await later.ended;
      await ward.page.until(({ visibility }) => visibility.servedKiosk === null);
    },
    60_000,
  );
});
