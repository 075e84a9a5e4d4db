import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { progressOf, type Standing } from "./progress.js";
import { DEFAULT_RINGS, type Head, type Rollout } from "./rollout.js";

const rollout = (change: Partial<Rollout> = {}): Rollout => ({
  ...{ version: 4, salt: "salt", rings: [{ percent: 100, dwellMs: 1 }], ring: 0, stage: 1 },
  ...{ status: "running" as const, since: 0, reason: null },
  ...change,
});
const head = (change: Partial<Rollout> | null): Head => ({
  revision: 9,
  stable: 3,
  rollout: change === null ? null : rollout(change),
});
const at = (device: string, version: number | null, online = true): Standing => ({
  ...{ device, name: `Name of ${device}`, ward: "ICU", online, version },
});

describe("how far a roll-out came", () => {
  it("is what the devices report, those that are connected named first", () => {
    const devices = [at("bed-1", 4), at("bed-2", 3), at("bed-3", null, false), at("bed-4", 4)];
    expect(progressOf(head({}), devices, 10)).toEqual({
      candidate: { version: 4, chosen: 4, there: 2 },
      stable: { version: 3, chosen: 0, there: 0 },
      behind: 2,
      some: [
        { ...at("bed-2", 3), wanted: 4 },
        { ...at("bed-3", null, false), wanted: 4 },
      ],
    });
  });

  it("calls nobody behind who keeps what was halted", () => {
    const devices = [at("bed-1", 4), at("bed-2", 3), at("bed-3", 2)];
    for (const status of ["halted", "aborted"] as const) {
      expect(progressOf(head({ status }), devices, 10)).toEqual({
        candidate: { version: 4, chosen: 0, there: 0 },
        stable: { version: 3, chosen: 3, there: 2 },
        behind: 1,
        some: [{ ...at("bed-3", 2), wanted: 3 }],
      });
    }
  });

  it("counts every device once, and names no more than asked for", () => {
    const standing = fc.record({
      ...{ name: fc.constant("n"), ward: fc.constant("w"), online: fc.boolean() },
      ...{ device: fc.stringMatching(/^[a-z0-9]{1,9}$/), version: fc.constantFrom(null, 2, 3, 4) },
    });
    const rings = fc.constantFrom(null, ...DEFAULT_RINGS.map((_, ring) => ring));
    fc.assert(
      fc.property(fc.array(standing, { maxLength: 60 }), rings, (devices, ring) => {
        const now = head(ring === null ? null : { rings: DEFAULT_RINGS, ring });
        const { candidate, stable, behind, some } = progressOf(now, devices, 5);
        const chosen = (candidate?.chosen ?? 0) + stable.chosen;
        const there = (candidate?.there ?? 0) + stable.there;
        expect([chosen, there + behind, some.length]).toEqual([devices.length, devices.length, Math.min(5, behind)]);
      }),
    );
  });
});
