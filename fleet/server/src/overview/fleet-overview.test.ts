import { FLEET_CLIENT, SiteOverview } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { envelope, healthyReport, NOON } from "../devices/testing/reports.js";
import { SimulatedFleet } from "../devices/testing/simulated-fleet.js";
import type { Person } from "../staff/index.js";
import { createFleetOverview } from "./fleet-overview.js";

let fleet: SimulatedFleet;
beforeEach(async () => {
  fleet = await SimulatedFleet.make();
  await fleet.open();
});
afterEach(() => fleet.remove());

const anna: Person = {
  ...{ staffId: "anna-rossi", givenName: "Anna", familyName: "Rossi", role: "nurse", wards: ["Ward 3B"] },
  ...{ employment: "staff", hrId: null, source: "kiosk", createdAt: 1, deniedAt: null, endsAt: null, leftAt: null },
  ...{ eraseAfter: null, erasedAt: null, suspendedAt: null, reason: null, phoneLostAt: null },
  credential: { epoch: 2, expiresAt: NOON + 1, kiosk: "bed-7", face: true, live: true, quality: 81 },
};
const line = (kiosk: string, seq: number) => ({ kiosk, seq, at: NOON, kind: "agent.started", body: {} });

function overviewOf(people: readonly Person[] = [anna]) {
  const asked = { people: 0 };
  const overview = createFleetOverview({
    siteName: "St Mary",
    machines: {
      pki: { trust: () => ({ site: "st-mary" }), denyEpoch: () => 3, health: async () => ({ rootExpiresAt: 9 }) },
      devices: fleet.devices,
    },
    records: {
      audit: {
        chains: async (devices) => new Map(devices.map((device) => [device, { seq: 12, valid: true }])),
        newest: async () => [line(FLEET_CLIENT, 4), line("bed-7", 12)],
      },
    },
    staff: {
      people: async () => {
        asked.people += 1;
        return people;
      },
      onChanged: () => () => undefined,
    },
    now: () => fleet.time.now(),
  });
  return { overview, asked };
}

describe("the site at a glance", () => {
  it("shows kiosks, people and the newest events", async () => {
    await fleet.add("bed-7");
    await fleet.add("lab-1", "medical-device");
    await fleet.up("bed-7", "status", envelope("birth", { session: 1 }));
    await fleet.up("bed-7", "reported", envelope("reported", healthyReport({ state: "unlocked" })));
    const { overview, asked } = overviewOf();
    const shown = SiteOverview.parse(await overview.read());
    expect(shown).toEqual({
      v: 1,
      now: NOON,
      site: { id: "st-mary", name: "St Mary", rootExpiresAt: 9, denyEpoch: 3 },
      kiosks: [
        {
          ...{ id: "bed-7", name: "Name of bed-7", ward: "Ward 3B", state: "unlocked", profile: "production" },
          ...{
            camera: "ok",
            lastSeenAt: NOON,
            readerExpiresAt: healthyReport().readerExpiresAt,
            statusExpiresAt: null,
          },
          ...{ journalSeq: 12, chainValid: true },
        },
      ],
      people: [
        {
          ...{ staffId: "anna-rossi", name: "Anna Rossi", role: "nurse", credential: "active", epoch: 2 },
          ...{ expiresAt: NOON + 1, enrolledAt: "Name of bed-7", quality: 81 },
        },
      ],
      journal: [line("bed-7", 12)],
    });
    expect(await overview.read()).toEqual(shown);
    expect(asked.people).toBe(1);
  });

  it("shows of many kiosks those that need somebody", async () => {
    for (let index = 0; index < 101; index += 1) await fleet.add(`k-${String(index).padStart(3, "0")}`);
    await fleet.up("k-100", "status", envelope("birth", { session: 1 }));
    await fleet.up("k-100", "reported", envelope("reported", healthyReport({ camera: "down" })));
    const { kiosks } = await overviewOf([]).overview.read();
    expect([kiosks.length, kiosks[0]?.id]).toEqual([100, "k-100"]);
  });
});
