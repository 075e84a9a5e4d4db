import { describe, expect, it } from "vitest";
import { createDrift } from "./drift.js";
import { stabilityIndex } from "./shift.js";
import type { DriftEntry, DriftStore } from "./sql-drift-store.js";

const bins = (filled: Readonly<Record<number, number>>) => Array.from({ length: 20 }, (_, bin) => filled[bin] ?? 0);
const day = (date: string) => Date.parse(date) / 86_400_000;

/** Simulated: keeps each entry once, as the table does. */
function memoryStore(): DriftStore {
  const entries = new Map<string, DriftEntry>();
  return {
    add: async (entry) => void entries.set(`${entry.kiosk} ${entry.seq}`, entry),
    all: async () => [...entries.values()],
  };
}

const told = (seq: number, date: string, counts: readonly number[], more = {}) => ({
  seq,
  kind: "biometrics.drift",
  body: { day: day(date), branch: "bare", outcome: "matched", counts: counts.join(","), ...more },
});

describe("the population stability index", () => {
  it("is nought for the same shares and grows with what moved", () => {
    expect(stabilityIndex(bins({ 13: 50, 14: 150 }), bins({ 13: 500, 14: 1500 }))).toBeCloseTo(0, 12);
    // (0.5 - 0.25) ln 2 + (0.5 - 0.75) ln (2 / 3)
    expect(stabilityIndex(bins({ 13: 50, 14: 150 }), bins({ 13: 100, 14: 100 }))).toBeCloseTo(0.2747, 4);
  });
});

describe("how similar faces were at the site", () => {
  it("is summed over kiosks by month and compared with the first", async () => {
    const drift = createDrift(memoryStore());
    await drift.note("bed-7", [told(4, "2026-09-03", bins({ 14: 150 })), told(9, "2026-10-02", bins({ 14: 260 }))]);
    await drift.note("lab-1", [told(2, "2026-09-30", bins({ 13: 50 })), told(3, "2026-11-01", bins({ 9: 220 }))]);
    await drift.note("lab-1", [told(4, "2026-12-01", bins({ 9: 20 }))]);
    expect(await drift.months()).toEqual([
      {
        month: "2026-09",
        branch: "bare",
        outcome: "matched",
        counts: bins({ 13: 50, 14: 150 }),
        index: null,
        shift: null,
      },
      expect.objectContaining({ month: "2026-10", counts: bins({ 14: 260 }), shift: "look" }),
      expect.objectContaining({ month: "2026-11", counts: bins({ 9: 220 }), shift: "look" }),
      { month: "2026-12", branch: "bare", outcome: "matched", counts: bins({ 9: 20 }), index: null, shift: null },
    ]);
  });

  it("counts an event that arrives twice once, and lets pass what is no count of enough faces", async () => {
    const drift = createDrift(memoryStore());
    const event = told(4, "2026-09-03", bins({ 14: 20 }));
    await drift.note("bed-7", [event, event]);
    await drift.note("bed-7", [event]);
    await drift.note("bed-7", [
      told(5, "2026-09-03", bins({ 14: 19 })),
      told(6, "2026-09-03", [20]),
      told(7, "2026-09-03", bins({ 14: 20 }), { staffId: "anna-rossi" }),
      { seq: 8, kind: "agent.started", body: { version: "0.1.0", profile: "demo" } },
    ]);
    expect(await drift.months()).toMatchObject([{ month: "2026-09", counts: bins({ 14: 20 }) }]);
  });
});
