import { hours, seconds } from "@wardkey/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import { createDeviceListing, type DeviceListing } from "./app/listing.js";
import type { Device } from "./domain/device.js";
import { emptyShadow, type Shadow } from "./domain/shadow.js";
import { healthyReport, NOON } from "./testing/reports.js";

const BED: Device = {
  ...{ id: "bed-7", name: "Bed 7", ward: "Ward 3B", kind: "kiosk", tags: [], state: "enrolled", reason: null },
  ...{ addedAt: NOON, enrolledAt: NOON, changedAt: NOON, revision: 1 },
};
let now: number;
let device: Device;
let shadow: Shadow;
let listing: DeviceListing;
beforeEach(() => {
  now = NOON;
  device = BED;
  shadow = { ...emptyShadow("bed-7"), online: true, seenAt: NOON, reported: healthyReport(), reportedAt: NOON };
  listing = createDeviceListing({
    registry: { one: () => device, list: () => [device] },
    shadows: { one: async () => shadow, many: async () => new Map([["bed-7", shadow]]) },
    now: () => now,
  });
});

const query = { sort: "health", order: "up", from: 0, limit: 10 } as const;
const health = async () => (await listing.page(query)).entries.flatMap((entry) => entry.health.map(({ code }) => code));

describe("the health of a listed device", () => {
  it("follows what the device says at once", async () => {
    expect(await health()).toEqual([]);
    shadow = { ...shadow, reported: healthyReport({ camera: "down" }) };
    expect(await health()).toEqual(["camera-down"]);
  });

  it("follows what is done to it at once", async () => {
    expect(await health()).toEqual([]);
    device = { ...BED, state: "quarantined" };
    expect(await health()).toEqual(["quarantined"]);
  });

  it("follows the clock within seconds", async () => {
    shadow = { ...shadow, reported: healthyReport({ leaseEndsAt: NOON + hours(4) }) };
    expect(await health()).toEqual([]);
    now += seconds(5);
    expect(await health()).toEqual(["lease-ending"]);
  });
});
