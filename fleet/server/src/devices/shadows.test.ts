import { minutes, seconds } from "@wardkey/protocol";
import { checkFleetBody, MAX_UP_BYTES } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { envelope, healthyReport, NOON, wanted } from "./testing/reports.js";
import { SimulatedFleet } from "./testing/simulated-fleet.js";

let fleet: SimulatedFleet;
beforeEach(async () => {
  fleet = await SimulatedFleet.make();
  await fleet.open();
  await fleet.add("bed-7");
});
afterEach(() => fleet.remove());

const birth = (session: number) => envelope("birth", { session });

describe("what a device says", () => {
  it("enrols it, brings it online and is its reported half, also after a restart", async () => {
    expect(await fleet.up("bed-7", "status", birth(1))).toEqual({ outcome: "taken" });
    expect(await fleet.up("bed-7", "reported", envelope("reported", healthyReport()))).toEqual({ outcome: "taken" });
    const devices = await fleet.restart();
    expect(devices.registry.one("bed-7")).toMatchObject({ state: "enrolled", enrolledAt: NOON, revision: 2 });
    expect(await devices.shadows.one("bed-7")).toMatchObject({
      ...{ online: true, session: 1, seenAt: NOON, reported: healthyReport(), reportedAt: NOON },
    });
    expect(await fleet.up("bed-7", "status", envelope("death", { session: 1 }))).toEqual({ outcome: "taken" });
    expect((await devices.shadows.one("bed-7")).online).toBe(false);
  });

  it("is refused with a code when it is malformed, too large, misplaced, replayed or unasked for, and changes nothing", async () => {
    await fleet.up("bed-7", "status", birth(5));
    const before = await fleet.devices.shadows.one("bed-7");
    const text = (value: string): Uint8Array => Buffer.from(value);
    const good = { v: 1, id: "01a3a0c0-0000-7000-8000-000000000001", at: NOON, kind: "birth", body: { session: 6 } };
    const cases: [Parameters<SimulatedFleet["up"]>[1], Uint8Array, string][] = [
      ["status", text(""), "message-malformed"],
      ["status", text("null"), "message-malformed"],
      ["status", text("[".repeat(10_000)), "message-malformed"],
      ["status", text("{"), "message-malformed"],
      ["status", Uint8Array.of(0xff, 0xfe, 0x00), "message-malformed"],
      ["status", text(JSON.stringify({ ...good, v: 2 })), "message-malformed"],
      ["status", text(JSON.stringify({ ...good, extra: 1 })), "message-malformed"],
      ["status", text(JSON.stringify({ ...good, body: { session: -1 } })), "message-malformed"],
      ["status", text(JSON.stringify({ ...good, body: { session: 1e300 } })), "message-malformed"],
      ["status", text(JSON.stringify(good).replace('"v"', '"__proto__":{},"v"')), "message-malformed"],
      ["status", envelope("reported", healthyReport()), "message-malformed"],
      ["reported", birth(6), "message-malformed"],
      ["reported", envelope("reported", { ...healthyReport(), face: "AAAA" }), "message-malformed"],
      ["reported", envelope("reported", { ...healthyReport(), state: "open" }), "message-malformed"],
      ["reported", new Uint8Array(MAX_UP_BYTES + 1), "message-too-large"],
      ["res", envelope("response", { status: 200, code: null }), "response-unexpected"],
      ["status", envelope("death", { session: 6 }), "session-unknown"],
    ];
    for (const [leaf, payload, code] of cases) {
      expect([code, await fleet.up("bed-7", leaf, payload, leaf === "res" ? "unasked" : null)]).toEqual([
        code,
        { outcome: "refused", code },
      ]);
    }
    expect(await fleet.devices.shadows.one("bed-7")).toEqual(before);
    expect(await fleet.up("bed-7", "status", birth(4))).toEqual({ outcome: "refused", code: "session-regressed" });
    const entry = await fleet.devices.listing.one("bed-7");
    expect(entry?.health.map(({ code }) => code)).toContain("session-regressed");
  });

  it("is not believed to be gone when the will of its broken line comes after it is back", async () => {
    await fleet.up("bed-7", "status", birth(1));
    await fleet.up("bed-7", "status", envelope("death", { session: 1 }));
    fleet.broker.lines.add("bed-7");
    await fleet.time.move(seconds(5));
    expect((await fleet.devices.shadows.one("bed-7")).online).toBe(true);
    fleet.broker.lines.clear();
    await fleet.up("bed-7", "status", envelope("death", { session: 1 }));
    await fleet.time.move(seconds(5));
    expect((await fleet.devices.shadows.one("bed-7")).online).toBe(false);
  });

  it("is refused when nobody knows the device, or it was denied", async () => {
    expect(await fleet.up("bed-8", "status", birth(1))).toEqual({ outcome: "refused", code: "device-unknown" });
    await fleet.devices.denials.deny({ device: "bed-7", by: "it-anna", reason: "stolen" });
    expect(await fleet.up("bed-7", "status", birth(1))).toEqual({ outcome: "refused", code: "device-denied" });
  });

  it("fills no audit when it is refused a thousand times", async () => {
    for (let time = 0; time < 1_000; time += 1) await fleet.up("bed-7", "status", Buffer.from("{"));
    await fleet.time.move(minutes(1));
    const refused = fleet.records.filter(({ kind }) => kind === "device.message-refused");
    const facts = { device: "bed-7", by: "fleet", leaf: "status", code: "message-malformed" };
    expect(refused.map(({ body }) => body)).toEqual([
      { ...facts, count: 1 },
      { ...facts, count: 999 },
    ]);
    expect(refused.map(({ kind, body }) => checkFleetBody(kind, body))).toEqual([{ ok: true }, { ok: true }]);
  });

  it("is kept in order when much comes at once", async () => {
    const ids = Array.from({ length: 300 }, (_, index) => `kiosk-${index}`);
    for (const id of ids) await fleet.add(id);
    await Promise.all(ids.flatMap((id) => [1, 2, 3].map((session) => fleet.up(id, "status", birth(session)))));
    const shadows = await fleet.devices.shadows.many(ids);
    expect([shadows.size, new Set([...shadows.values()].map(({ session }) => session))]).toEqual([300, new Set([3])]);
  });
});

describe("what a device is asked to be", () => {
  it("is said retained, with an epoch that grows with each change and not without one", async () => {
    fleet.devices.desired.refresh("bed-7");
    await fleet.settled();
    fleet.devices.desired.refresh("all");
    await fleet.settled();
    fleet.policy = { version: 5, digest: "q".repeat(43) };
    fleet.devices.desired.refresh("all");
    await fleet.settled();
    const said = fleet.broker.said("desired", "bed-7");
    expect(said.map(({ epoch, body }) => [epoch, body.policy?.version, body.status])).toEqual([
      [1, 4, "active"],
      [2, 5, "active"],
    ]);
    expect(said[0]?.body).toEqual({ ...wanted({ denyEpoch: 0 }), ...pick(said[0]?.body) });
    expect([...fleet.broker.retained.keys()]).toEqual(["wardkey/v1/st-mary/device/bed-7/down/desired"]);
  });

  it("changes its lease when name, ward or table change, and asks the kiosk for new certificates", async () => {
    await fleet.up("bed-7", "status", birth(1));
    fleet.devices.desired.refresh("bed-7");
    await fleet.settled();
    await fleet.devices.describe("bed-7", { ward: "Ward 4" }, "it-anna");
    await fleet.settled();
    fleet.tableBytes = "table 2";
    fleet.devices.desired.refresh("all");
    await fleet.settled();
    const said = fleet.broker.said("desired", "bed-7").map(({ body }) => body);
    expect(new Set(said.map(({ leaseDigest }) => leaseDigest)).size).toBe(3);
    expect(said.map(({ tableDigest }) => tableDigest === said[0]?.tableDigest)).toEqual([true, true, false]);
    expect(fleet.broker.said("command", "bed-7").map(({ body }) => body)).toEqual([{ command: "renew-certificates" }]);
  });

  it("goes to a device once more after a crash came between keeping and saying", async () => {
    fleet.broker.mood = "refuses";
    fleet.devices.desired.refresh("bed-7");
    await fleet.time.move(minutes(1));
    fleet.broker.mood = "well";
    const devices = await fleet.restart();
    await devices.lead();
    await fleet.settled();
    expect(fleet.broker.said("desired", "bed-7").map(({ epoch }) => epoch)).toEqual([1]);
  });

  it("carries no table for what is no kiosk", async () => {
    await fleet.add("lab-1", "medical-device");
    fleet.devices.desired.refresh("lab-1");
    await fleet.settled();
    expect(fleet.broker.said("desired", "lab-1").map(({ body }) => body.tableDigest)).toEqual([null]);
  });
});

const pick = (body: { tableDigest: string | null; leaseDigest: string | null } | undefined) => ({
  tableDigest: body?.tableDigest ?? null,
  leaseDigest: body?.leaseDigest ?? null,
});
