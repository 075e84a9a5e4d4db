import { days, minutes, seconds } from "@wardkey/protocol";
import { checkFleetBody } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CommandOutcome } from "./app/commands.js";
import { wipeApproval } from "./app/wipe.js";
import { envelope, uuid } from "./testing/reports.js";
import { SimulatedFleet } from "./testing/simulated-fleet.js";

let fleet: SimulatedFleet;
beforeEach(async () => {
  fleet = await SimulatedFleet.make();
  await fleet.open();
  for (const id of ["bed-7", "bed-8"]) {
    await fleet.add(id);
    await fleet.up(id, "status", envelope("birth", { session: 1 }));
  }
});
afterEach(() => fleet.remove());

const answer = (request: string, status: number, { code = null as string | null, device = "bed-7" } = {}) =>
  fleet.up(device, "res", envelope("response", { status, code }), request);

/** Sends and waits until it is on its way; answers its request id. */
async function begin(
  command: "lock" | "identify" | "wipe" = "lock",
): Promise<{ request: string; outcome: Promise<CommandOutcome> }> {
  const outcome = fleet.devices.commands.send({ device: "bed-7", command, by: "it-anna" });
  await fleet.time.settle();
  return { request: fleet.broker.said("command", "bed-7").at(-1)?.jti ?? "", outcome };
}

describe("a command", () => {
  it("is said once under its request id, with a growing epoch, and ends with the device's answer", async () => {
    const { request, outcome } = await begin();
    expect(fleet.broker.published.at(-1)?.topic).toBe(`wardkey/v1/st-mary/device/bed-7/down/req/${request}`);
    expect(await answer(request, 200)).toEqual({ outcome: "taken" });
    expect(await outcome).toEqual({ outcome: "answered", request, status: 200, code: null });
    const second = await begin("identify");
    expect(await answer(second.request, 500, { code: "no-display" })).toEqual({ outcome: "taken" });
    expect(await second.outcome).toMatchObject({ status: 500, code: "no-display" });
    expect(fleet.broker.said("command", "bed-7").map(({ epoch, body }) => [epoch, body.command])).toEqual([
      [1, "lock"],
      [2, "identify"],
    ]);
    const kinds = fleet.records.filter(({ kind }) => /command|answer/.test(kind));
    expect(kinds.map(({ kind, body }) => [kind, checkFleetBody(kind, body).ok])).toEqual([
      ["device.commanded", true],
      ["device.answered", true],
      ["device.commanded", true],
      ["device.answered", true],
    ]);
  });

  it("times out when nobody answers, and an answer after that is still kept", async () => {
    const { request, outcome } = await begin();
    await fleet.time.move(seconds(30));
    expect(await outcome).toEqual({ outcome: "timed-out", request });
    await answer(request, 200);
    expect(await fleet.devices.commands.recent("bed-7")).toMatchObject([
      { request, command: "lock", by: "it-anna", status: 200 },
    ]);
  });

  it("waits on after a device said that it begins", async () => {
    const { request, outcome } = await begin();
    expect(await answer(request, 202)).toEqual({ outcome: "taken" });
    expect(await answer(request, 200)).toEqual({ outcome: "taken" });
    expect(await outcome).toMatchObject({ outcome: "answered", status: 200 });
  });

  it("takes no second answer, and none of another device or to a request that nobody made", async () => {
    const { request, outcome } = await begin();
    const unexpected = { outcome: "refused", code: "response-unexpected" };
    expect(await answer(request, 200, { device: "bed-8" })).toEqual(unexpected);
    expect(await answer(uuid(999), 200)).toEqual(unexpected);
    expect(await answer(request, 200)).toEqual({ outcome: "taken" });
    expect(await answer(request, 500)).toEqual({ outcome: "stale" });
    expect(await outcome).toMatchObject({ status: 200 });
  });

  it("is refused for a device that is unknown, offline or denied", async () => {
    const send = (device: string) => fleet.devices.commands.send({ device, command: "lock", by: "it-anna" });
    await fleet.up("bed-8", "status", envelope("death", { session: 1 }));
    expect(await send("bed-99")).toEqual({ outcome: "refused", code: "device-unknown" });
    expect(await send("bed-8")).toEqual({ outcome: "refused", code: "device-offline" });
    await fleet.devices.denials.deny({ device: "bed-8", by: "it-anna", reason: "stolen" });
    expect(await send("bed-8")).toEqual({ outcome: "refused", code: "device-denied" });
    expect(fleet.broker.said("command", "bed-8")).toEqual([]);
  });
});

describe("a wipe", () => {
  const wipe = () => wipeApproval(fleet.devices.commands);
  const context = { id: uuid(500), proposer: { id: "it-anna" } };

  it("needs two people and says in words what it does", () => {
    expect([wipe().weight({ device: "bed-7" }), wipe().role]).toEqual([2, "security-officer"]);
    expect(wipe().summary({ device: "bed-7" })).toContain("the device bed-7");
    expect(wipe().schema.safeParse({ device: "BED 7" }).success).toBe(false);
  });

  it("waits a week for a device that is off, and is given once although it is executed twice", async () => {
    await fleet.up("bed-7", "status", envelope("death", { session: 1 }));
    const first = wipe().execute({ device: "bed-7" }, context);
    await fleet.time.move(minutes(1));
    expect(await first).toEqual({ outcome: "waiting", request: context.id, code: null });
    await fleet.restart();
    expect(await wipe().execute({ device: "bed-7" }, context)).toMatchObject({ outcome: "waiting" });
    expect(fleet.broker.said("command", "bed-7").map(({ jti, body }) => [jti, body.command])).toEqual([
      [context.id, "wipe"],
    ]);
    await fleet.time.move(days(6));
    await answer(context.id, 200);
    expect(await wipe().execute({ device: "bed-7" }, context)).toEqual({
      outcome: "wiped",
      request: context.id,
      code: null,
    });
  });
});
