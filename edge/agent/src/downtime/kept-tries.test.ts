import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KeptTries, pauseAfterWrong } from "./kept-tries.js";

let folder: string;
let path: string;
const opened: KeptTries[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-tries-"));
  path = join(folder, "emergency-tries");
});
afterEach(async () => {
  for (const tries of opened.splice(0)) await tries.close();
  await rm(folder, { recursive: true, force: true });
});
async function start(now = 1_000_000): Promise<KeptTries> {
  const tries = await KeptTries.open(path, instant(now));
  opened.push(tries);
  return tries;
}

// threats.md, row 30.
describe("wrong guesses at a kiosk", () => {
  it("cost a pause that doubles, and never more than a minute", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 50].map(pauseAfterWrong)).toEqual([
      0, 0, 0, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000,
    ]);
  });

  it("are remembered through a restart", async () => {
    const tries = await start();
    for (let guess = 0; guess < 4; guess++) await tries.charge(instant(1_000_000));
    expect(tries.waitUntil(instant(1_000_000))).toBe(1_010_000);
    const next = await start();
    expect(next.waitUntil(instant(1_000_000))).toBe(1_010_000);
    expect(next.waitUntil(instant(1_010_000))).toBe(null);
  });

  it("are forgiven when somebody is right, and forgotten after an hour", async () => {
    const tries = await start();
    for (let guess = 0; guess < 9; guess++) await tries.charge(instant(1_000_000));
    await tries.forgive();
    expect((await start()).waitUntil(instant(1_000_000))).toBe(null);
    for (let guess = 0; guess < 9; guess++) await tries.charge(instant(1_000_000));
    await tries.charge(instant(5_000_000));
    expect(tries.waitUntil(instant(5_000_000))).toBe(null);
  });

  it("hold up nobody who was right once their pause is over, and are all remembered", async () => {
    const tries = await start();
    for (let guess = 0; guess < 7; guess++) await tries.charge(instant(1_000_000));
    await tries.charge(instant(1_060_000));
    await tries.refund();
    expect(tries.waitUntil(instant(1_060_000))).toBe(null);
    const next = await start();
    expect([next.waitUntil(instant(1_059_999)), next.waitUntil(instant(1_060_000))]).toEqual([1_060_000, null]);
    await next.charge(instant(1_060_000));
    expect(next.waitUntil(instant(1_060_000))).toBe(1_120_000);
  });

  it("are many when what was kept of them was changed", async () => {
    await start();
    const file = await open(path, "r+");
    await file.write(Buffer.from([9]), 0, 1, 3);
    await file.close();
    expect((await start()).waitUntil(instant(1_000_000))).toBe(1_060_000);
  });

  it("hold nobody up for longer because the clock was set back", async () => {
    const tries = await start();
    for (let guess = 0; guess < 4; guess++) await tries.charge(instant(9_000_000));
    expect(tries.waitUntil(instant(1_000_000))).toBe(1_010_000);
  });
});
