import { afterEach, beforeEach, expect, it } from "vitest";
import { envelope, healthyReport } from "../devices/testing/reports.js";
import { SimulatedFleet } from "../devices/testing/simulated-fleet.js";
import { createWardMap } from "./ward-map.js";

let fleet: SimulatedFleet;
beforeEach(async () => {
  fleet = await SimulatedFleet.make();
  await fleet.open();
});
afterEach(() => fleet.remove());

it("gathers devices by ward: what is there, who is heard, what is wrong", async () => {
  for (const id of ["bed-7", "bed-8"]) await fleet.add(id);
  await fleet.add("lab-1", "medical-device");
  await fleet.up("bed-7", "status", envelope("birth", { session: 1 }));
  await fleet.up("bed-7", "reported", envelope("reported", healthyReport({ state: "unlocked" })));
  await fleet.up("bed-8", "status", envelope("birth", { session: 1 }));
  await fleet.up("bed-8", "reported", envelope("reported", healthyReport({ camera: "down" })));
  const map = createWardMap({ listing: fleet.devices.listing, now: () => fleet.time.now() });
  expect(await map.read()).toEqual([
    { ward: "Ward 3B", devices: 3, expected: 2, kiosks: 2, online: 2, unlocked: 1, critical: 1, warning: 0 },
  ]);
  await fleet.add("bed-9");
  expect((await map.read())[0]?.devices).toBe(3);
});
