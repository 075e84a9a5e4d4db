import { describe, expect, it } from "vitest";
import { healthyReport, NOON, wanted } from "../testing/reports.js";
import { type HealthCode, healthOf } from "./health.js";
import { emptyShadow, type Shadow } from "./shadow.js";

const HOUR = 3_600_000;
const healthy: Shadow = {
  ...emptyShadow("bed-7"),
  online: true,
  session: 3,
  seenAt: NOON,
  reported: healthyReport(),
  reportedAt: NOON,
  desired: wanted(),
  desiredAt: NOON - HOUR,
};
const codes = (shadow: Partial<Shadow>, now = NOON): HealthCode[] =>
  healthOf({ state: "enrolled" }, { ...healthy, ...shadow }, now).map(({ code }) => code);
const reporting = (changes: Parameters<typeof healthyReport>[0]): HealthCode[] =>
  codes({ reported: healthyReport(changes) });

describe("a device's health", () => {
  it("has no findings when all is well", () => {
    expect(codes({})).toEqual([]);
  });

  it("names each thing that is wrong", () => {
    expect(codes({ online: false })).toEqual(["offline"]);
    expect(codes({ regressedAt: NOON })).toEqual(["session-regressed"]);
    expect(codes({ seenAt: null, reported: null })).toEqual(["never-seen"]);
    const table: [Parameters<typeof healthyReport>[0], HealthCode[]][] = [
      [{ policy: { version: 3, digest: "o".repeat(43) } }, ["policy-lag"]],
      [{ policy: null }, ["policy-lag"]],
      [{ tableDigest: null }, ["table-lag"]],
      [{ denyEpoch: 1 }, ["deny-lag"]],
      [{ certificateExpiresAt: NOON + 5 * HOUR }, ["certificate-expiring"]],
      [{ certificateExpiresAt: NOON }, ["certificate-expired"]],
      [{ readerExpiresAt: NOON + 6 * 24 * HOUR }, ["reader-expiring"]],
      [{ leaseEndsAt: NOON + HOUR }, ["lease-ending"]],
      [{ leaseEndsAt: NOON }, ["lease-ended"]],
      [{ outbox: 201 }, ["journal-behind"]],
      [{ clockOffsetMs: 60_000 }, []],
      [{ clockOffsetMs: -61_000 }, ["clock-off"]],
      [{ clockOffsetMs: 24 * HOUR }, ["clock-off"]],
      [{ camera: "degraded" }, ["camera-degraded"]],
      [{ camera: "down" }, ["camera-down"]],
      [{ state: "degraded" }, ["degraded"]],
    ];
    for (const [changes, expected] of table) expect([changes, reporting(changes)]).toEqual([changes, expected]);
  });

  it("calls a clock that is off by a day critical, and by two minutes a warning", () => {
    const severity = (clockOffsetMs: number) =>
      healthOf({ state: "enrolled" }, { ...healthy, reported: healthyReport({ clockOffsetMs }) }, NOON);
    expect(severity(120_000)).toEqual([{ code: "clock-off", severity: "warning" }]);
    expect(severity(-24 * HOUR)).toEqual([{ code: "clock-off", severity: "critical" }]);
  });

  it("gives a device half a minute to follow", () => {
    const behind = { reported: healthyReport({ denyEpoch: 1 }), desiredAt: NOON };
    expect([codes(behind, NOON + 29_999), codes(behind, NOON + 30_000)]).toEqual([[], ["deny-lag"]]);
  });

  it("puts the worst first", () => {
    expect(
      codes({ online: false, reported: healthyReport({ outbox: 500, denyEpoch: 0, camera: "degraded" }) }),
    ).toEqual(["offline", "deny-lag", "journal-behind", "camera-degraded"]);
  });

  it("says of a device that is not at work only why", () => {
    const of = (state: "awaiting" | "denied" | "retired" | "quarantined") =>
      healthOf({ state }, emptyShadow("bed-7"), NOON).map(({ code }) => code);
    expect([of("awaiting"), of("denied"), of("retired"), of("quarantined")]).toEqual([
      ["never-seen"],
      ["denied"],
      ["retired"],
      ["quarantined", "never-seen"],
    ]);
  });
});
