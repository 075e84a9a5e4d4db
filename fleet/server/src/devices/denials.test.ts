import { minutes, seconds } from "@wardkey/protocol";
import { checkFleetBody } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { envelope } from "./testing/reports.js";
import { SimulatedFleet } from "./testing/simulated-fleet.js";

let fleet: SimulatedFleet;
beforeEach(async () => {
  fleet = await SimulatedFleet.make();
  await fleet.open();
  await fleet.add("bed-7");
  await fleet.add("bed-8");
  await fleet.up("bed-7", "status", envelope("birth", { session: 4 }));
});
afterEach(() => fleet.remove());

const stolen = { device: "bed-7", by: "it-anna", reason: "stolen" };
const denyLists = () => fleet.broker.said("deny-list", "all").map(({ epoch, body }) => [epoch, body.devices]);
const statuses = (device: string) => fleet.broker.said("desired", device).map(({ body }) => body.status);

/** Acts while the broker does not answer: passes the time that the act waits for it. */
async function anyway<T>(act: Promise<T>): Promise<T> {
  await fleet.time.move(seconds(8));
  return act;
}

describe("a denial", () => {
  it("is in the deny-list, at every device, in its desired state, in its sessions and in the audit before it is answered", async () => {
    expect(await fleet.devices.denials.deny(stolen)).toEqual({ ok: true, denyEpoch: 1, pending: [] });
    expect(fleet.identities.list.devices).toEqual(["bed-7"]);
    expect(denyLists()).toEqual([[1, ["bed-7"]]]);
    expect(statuses("bed-7")).toEqual(["denied"]);
    expect(fleet.broker.cuts).toEqual(["bed-7"]);
    expect(fleet.records.at(-1)).toEqual({ kind: "device.denied", body: stolen });
    expect(fleet.devices.registry.one("bed-7")).toMatchObject({ state: "denied", reason: "stolen" });
    expect(fleet.devices.desk.connection("bed-7")).toEqual({ ok: false, code: "device-denied" });
    await fleet.settled();
    expect(fleet.broker.said("desired", "bed-8").at(-1)?.body.denyEpoch).toBe(1);
  });

  for (const mood of ["refuses", "silent"] as const) {
    it(`is in force although the broker ${mood === "silent" ? "is silent" : "refuses"}, and reaches everybody when it is back`, async () => {
      fleet.broker.mood = mood;
      const denied = await anyway(fleet.devices.denials.deny(stolen));
      expect(denied).toMatchObject({ ok: true, denyEpoch: 1 });
      expect(denied.ok && denied.pending).toContain("cut bed-7");
      expect(fleet.identities.list.devices).toEqual(["bed-7"]);
      fleet.broker.mood = "well";
      await fleet.time.move(minutes(1));
      expect([denyLists()[0], fleet.broker.cuts.includes("bed-7")]).toEqual([[1, ["bed-7"]], true]);
      expect(new Set(statuses("bed-7"))).toEqual(new Set(["denied"]));
    });
  }

  it("is made in the end although the authority's database is locked, and cuts the live sessions meanwhile", async () => {
    fleet.identities.failing = true;
    const denied = await fleet.devices.denials.deny(stolen);
    expect(denied.ok && denied.pending).toEqual(["deny bed-7"]);
    expect([fleet.broker.cuts, fleet.devices.registry.one("bed-7")?.state]).toEqual([["bed-7"], "denied"]);
    fleet.identities.failing = false;
    await fleet.time.move(seconds(10));
    expect(fleet.identities.list.devices).toEqual(["bed-7"]);
  });

  it("is taken up after a crash that came right after it was asked for", async () => {
    await fleet.devices.registry.act("bed-7", "deny", "stolen");
    const devices = await fleet.restart();
    await devices.lead();
    expect([fleet.identities.list.devices, fleet.broker.cuts, denyLists()]).toEqual([
      ["bed-7"],
      ["bed-7"],
      [[1, ["bed-7"]]],
    ]);
  });

  it("does not wait for an audit that cannot be written, and is written there when it can", async () => {
    fleet.auditFails = true;
    expect(await fleet.devices.denials.deny(stolen)).toMatchObject({ ok: true, denyEpoch: 1, pending: [] });
    fleet.auditFails = false;
    await fleet.time.move(seconds(2));
    expect(fleet.records.at(-1)?.kind).toBe("device.denied");
  });

  it("of somebody else is told to everybody too", async () => {
    fleet.identities.list = { denyEpoch: 9, devices: [], holders: ["anna-rossi"], serials: ["0a1b"] };
    await fleet.devices.denials.onDenied({ kind: "holder", devices: [] });
    await fleet.settled();
    expect(fleet.broker.said("deny-list", "all").map(({ body }) => body)).toEqual([
      { denyEpoch: 9, devices: [], holders: ["anna-rossi"], serials: ["0a1b"] },
    ]);
    expect(fleet.broker.said("desired", "bed-8").at(-1)?.body.denyEpoch).toBe(9);
  });

  it("travels although the list outgrew a message: serials give way, and the log says so", async () => {
    const serials = Array.from({ length: 9_000 }, (_, index) => index.toString(16).padStart(40, "f"));
    fleet.identities.list = { denyEpoch: 9, devices: ["bed-9"], holders: ["anna-rossi"], serials };
    await fleet.devices.denials.onDenied({ kind: "serial", devices: [] });
    const [said] = fleet.broker.said("deny-list", "all");
    expect([said?.body.devices, said?.body.holders, said?.body.serials.length]).toEqual([
      ["bed-9"],
      ["anna-rossi"],
      2_250,
    ]);
    expect(fleet.logged).toContain("deny-list-trimmed");
  });

  it("travels although more people and devices are denied than a message holds: the newest are in it", async () => {
    const many = (what: string) => Array.from({ length: 10_000 }, (_, index) => `${what}-${index}`.padEnd(63, "x"));
    fleet.identities.list = { denyEpoch: 9, devices: many("bed"), holders: many("anna"), serials: ["0a1b"] };
    await fleet.devices.denials.onDenied({ kind: "holder", devices: [] });
    const [said] = fleet.broker.said("deny-list", "all");
    expect([said?.epoch, said?.body.devices.length, said?.body.devices[0]]).toEqual([
      9,
      1_250,
      "bed-0".padEnd(63, "x"),
    ]);
    expect(fleet.logged).toContain("deny-list-trimmed");
  });

  it("of a device that nobody knows is refused, and a retired one stays retired", async () => {
    expect(await fleet.devices.denials.deny({ ...stolen, device: "bed-99" })).toEqual({
      ok: false,
      code: "device-unknown",
    });
    expect(await fleet.devices.denials.retire({ device: "bed-8", by: "it-anna" })).toMatchObject({ ok: true });
    expect(await fleet.devices.denials.replace({ device: "bed-8", by: "it-anna" })).toEqual({
      ok: false,
      code: "device-retired",
    });
    expect(fleet.identities.list.devices).toEqual(["bed-8"]);
  });
});

describe("a quarantine", () => {
  it("or a denial that comes while a lease is being signed keeps the lease back", async () => {
    const { denials, desk } = fleet.devices;
    const status = fleet.identities.status.bind(fleet.identities);
    fleet.identities.status = async (device) => {
      await denials.deny(stolen);
      return status(device);
    };
    expect(await desk.lease("bed-7")).toEqual({ ok: false, code: "device-denied" });
  });

  it("or a denial is not undone by a ticket that was being made meanwhile", async () => {
    const { denials } = fleet.devices;
    const issueTicket = fleet.identities.issueTicket.bind(fleet.identities);
    fleet.identities.issueTicket = async (asked) => {
      await denials.deny({ ...stolen, device: "bed-8" });
      // A ticket that replaces takes the name off the deny-list.
      fleet.identities.list = { ...fleet.identities.list, devices: [] };
      return issueTicket(asked);
    };
    expect(await fleet.devices.ticket("bed-8", "it-anna")).toEqual({ ok: false, code: "device-denied" });
    expect(fleet.identities.list.devices).toEqual(["bed-8"]);
  });

  it("locks the device, silences it among machines, gives it no lease, and ends with its release", async () => {
    const { denials, desk } = fleet.devices;
    expect(await denials.quarantine({ ...stolen, reason: "misbehaves" })).toEqual({
      ok: true,
      denyEpoch: 0,
      pending: [],
    });
    expect([statuses("bed-7"), fleet.broker.grants, fleet.broker.cuts]).toEqual([["quarantined"], ["bed-7"], []]);
    expect(await desk.lease("bed-7")).toEqual({ ok: false, code: "device-quarantined" });
    expect(desk.connection("bed-7").ok).toBe(true);
    expect(await denials.release({ device: "bed-7", by: "it-anna" })).toMatchObject({ ok: true });
    expect([statuses("bed-7"), fleet.devices.registry.one("bed-7")]).toMatchObject([
      ["quarantined", "active"],
      { state: "enrolled", reason: null },
    ]);
    expect((await desk.lease("bed-7")).ok).toBe(true);
    expect(await denials.release({ device: "bed-7", by: "it-anna" })).toEqual({
      ok: false,
      code: "device-not-quarantined",
    });
    expect(fleet.records.map(({ kind, body }) => [kind, checkFleetBody(kind, body).ok])).toEqual([
      ["device.added", true],
      ["device.added", true],
      ["device.quarantined", true],
      ["device.released", true],
    ]);
  });
});

describe("a replacement", () => {
  it("denies what the device had at once, and gives its id a ticket and a fresh count of starts", async () => {
    const replaced = await fleet.devices.denials.replace({ device: "bed-7", by: "it-anna" });
    expect(replaced).toMatchObject({ ok: true, ticket: { device: "bed-7", profile: "kiosk" } });
    expect([fleet.identities.list.devices, fleet.broker.cuts, fleet.identities.tickets]).toEqual([
      ["bed-7"],
      ["bed-7"],
      [{ device: "bed-7", replace: true }],
    ]);
    fleet.identities.list = { ...fleet.identities.list, denyEpoch: 2, devices: [] };
    await fleet.devices.denials.onDenied({ kind: "device-readmitted", devices: ["bed-7"] });
    expect(fleet.broker.grants).toEqual(["bed-7"]);
    expect(await fleet.up("bed-7", "status", envelope("birth", { session: 1 }))).toEqual({ outcome: "taken" });
    expect(fleet.devices.registry.one("bed-7")).toMatchObject({ id: "bed-7", state: "enrolled" });
    expect(new Set(statuses("bed-7"))).toEqual(new Set(["denied", "active"]));
  });

  it("gives no ticket while the old identity could not be denied", async () => {
    fleet.identities.failing = true;
    expect(await fleet.devices.denials.replace({ device: "bed-7", by: "it-anna" })).toEqual({
      ok: false,
      code: "ticket-refused",
    });
    expect([fleet.identities.tickets, fleet.devices.registry.one("bed-7")?.state]).toEqual([[], "denied"]);
  });
});
