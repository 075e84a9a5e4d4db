import type { DowntimeBook } from "@wardkey/protocol/fleet";
import { beforeEach, describe, expect, it } from "vitest";
import { SimulatedTime } from "../testing/simulated-time.js";
import { SteadyTime } from "../uplink/index.js";
import { KeptBook, type SealedFile } from "./index.js";

const EDITION = "E".repeat(43);
const book = (goodUntil: number): DowntimeBook => ({
  v: 1,
  site: "st-mary",
  madeAt: 0,
  goodUntil,
  cards: [],
  badgeSalt: "A".repeat(22),
  badges: [],
});

let bytes: Uint8Array | null;
let full: boolean;
/** Simulated: in memory, and seals nothing. */
const file: SealedFile = {
  read: async () => bytes,
  async write(written) {
    if (full) throw Object.assign(new Error("full"), { code: "ENOSPC" });
    bytes = written;
  },
  async remove() {
    bytes = null;
  },
};

beforeEach(() => {
  bytes = null;
  full = false;
});

// threats.md, row 11.
describe("who may break the glass, as a kiosk keeps it", () => {
  it("is believed for no longer by a clock that is set back", async () => {
    const clock = new SimulatedTime(1_800_000_000_000);
    const time = new SteadyTime(clock, clock.now());
    const kept = await KeptBook.open(file);
    await kept.keep(EDITION, book(clock.now() + 60_000));
    expect(kept.at(time.now())).not.toBe(null);
    clock.setWall(clock.now() + 60_000);
    expect(kept.at(time.now())).toBe(null);
    clock.setWall(clock.now() - 3_600_000);
    expect(kept.at(time.now())).toBe(null);
  });

  it("is there after a restart, and good for longer when the fleet says so", async () => {
    const kept = await KeptBook.open(file);
    await kept.keep(EDITION, book(1_000));
    await kept.prolong(5_000);
    await kept.prolong(2_000);
    const next = await KeptBook.open(file);
    expect([next.edition, next.at(new SimulatedTime(4_999).now())?.goodUntil]).toEqual([EDITION, 5_000]);
    await next.forget();
    expect((await KeptBook.open(file)).edition).toBe(null);
  });

  it("holds for this run on a disk that takes nothing, and is not there when it was changed", async () => {
    const kept = await KeptBook.open(file);
    full = true;
    await expect(kept.keep(EDITION, book(5_000))).rejects.toMatchObject({ code: "ENOSPC" });
    expect(kept.at(new SimulatedTime(1_000).now())).not.toBe(null);
    bytes = Buffer.from('{"v":1}');
    expect((await KeptBook.open(file)).edition).toBe(null);
  });
});
