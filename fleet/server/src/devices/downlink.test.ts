import { days, hours, milliseconds, minutes, seconds } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SimulatedFleet } from "./testing/simulated-fleet.js";

let fleet: SimulatedFleet;
beforeEach(async () => {
  fleet = await SimulatedFleet.make();
  await fleet.open();
});
afterEach(() => fleet.remove());

const risk = (epoch: number, level: "normal" | "raised" | "high" = "raised") => ({
  ...{ to: "bed-7", kind: "risk" as const, body: { level, reasons: [], until: null }, epoch, retain: true },
  expiresIn: days(30),
});
const nudge = (template: string) => ({
  ...{
    to: "bed-7",
    kind: "nudge" as const,
    body: { template, digest: "A".repeat(43), parameters: {} },
    epoch: 1,
    retain: false,
  },
  expiresIn: minutes(1),
});
const RISK = "wardkey/v1/st-mary/device/bed-7/down/risk";

/** Sends while the broker does not answer: passes the time that the caller waits. */
async function sendAnyway<T>(sent: Promise<T>): Promise<T> {
  await fleet.time.move(seconds(3));
  return sent;
}

describe("the downlink", () => {
  it("signs what it is given and puts it where that kind belongs", async () => {
    expect(await fleet.devices.downlink.send(risk(1))).toMatchObject({ outcome: "sent" });
    expect(fleet.broker.published).toMatchObject([
      {
        topic: RISK,
        retain: true,
        epoch: 1,
        kind: "risk",
        aud: "bed-7",
        body: { level: "raised", reasons: [], until: null },
      },
    ]);
  });

  it("never goes back to an older state", async () => {
    await fleet.devices.downlink.send(risk(5, "high"));
    expect(await fleet.devices.downlink.send(risk(4))).toEqual({ outcome: "refused", code: "downlink-older" });
    expect(fleet.broker.said("risk", "bed-7").map(({ epoch }) => epoch)).toEqual([5]);
  });

  it("refuses what no broker would carry, and keeps nothing of it", async () => {
    const stable = "x".repeat(60_000);
    const candidate = { policy: "y".repeat(60_000), percent: 10, salt: "s" };
    const head = {
      to: "all",
      kind: "policy" as const,
      body: { stable, candidate },
      epoch: 1,
      retain: true,
      expiresIn: days(1),
    };
    expect(await fleet.devices.downlink.send(head)).toMatchObject({ outcome: "sent" });
    const serials = Array.from({ length: 10_000 }, () => "f".repeat(40));
    const body = { denyEpoch: 1, devices: [], holders: [], serials };
    const list = { to: "all", kind: "deny-list" as const, body, epoch: 1, retain: true, expiresIn: days(1) };
    expect(await fleet.devices.downlink.send(list)).toEqual({ outcome: "refused", code: "downlink-too-large" });
    fleet.broker.published.splice(0);
    await fleet.devices.downlink.restate();
    await fleet.settled();
    expect(fleet.broker.published.map(({ kind }) => kind)).toEqual(["policy"]);
  });

  it("keeps trying while the broker refuses, and then says only the newest state", async () => {
    fleet.broker.mood = "refuses";
    expect(await sendAnyway(fleet.devices.downlink.send(risk(1)))).toMatchObject({ outcome: "queued" });
    expect(await sendAnyway(fleet.devices.downlink.send(risk(2, "high")))).toMatchObject({ outcome: "queued" });
    await fleet.time.move(minutes(2));
    fleet.broker.mood = "well";
    await fleet.time.move(seconds(20));
    expect(new Set(fleet.broker.said("risk", "bed-7").map(({ epoch }) => epoch))).toEqual(new Set([2]));
  });

  it("is not stopped by a broker that takes messages and never answers", async () => {
    fleet.broker.mood = "silent";
    expect(await sendAnyway(fleet.devices.downlink.send(risk(1)))).toMatchObject({ outcome: "queued" });
    await fleet.time.move(seconds(10));
    fleet.broker.mood = "well";
    await fleet.time.move(seconds(30));
    expect(new Set(fleet.broker.said("risk", "bed-7").map(({ epoch }) => epoch))).toEqual(new Set([1]));
  });

  it("drops what expired while it waited", async () => {
    fleet.broker.mood = "refuses";
    await sendAnyway(fleet.devices.downlink.send(nudge("wash-hands")));
    await fleet.time.move(minutes(2));
    fleet.broker.mood = "well";
    await fleet.time.move(minutes(1));
    expect([fleet.broker.published, fleet.logged.includes("downlink-expired")]).toEqual([[], true]);
  });

  it("states everything anew for a broker that was wiped, also after a restart", async () => {
    await fleet.devices.downlink.send(risk(3));
    fleet.broker.retained.clear();
    const devices = await fleet.restart();
    await devices.downlink.restate();
    await fleet.settled();
    expect([...fleet.broker.retained.keys()]).toEqual([RISK]);
    expect(fleet.broker.said("risk", "bed-7").map(({ epoch }) => epoch)).toEqual([3, 3]);
    await devices.downlink.clear("bed-7", "risk");
    await fleet.settled();
    expect(fleet.broker.retained.size).toBe(0);
    await devices.downlink.send(risk(1));
    expect([...fleet.broker.retained.keys()]).toEqual([RISK]);
  });

  it("states everything anew by itself for a broker that was away for long and may have been wiped", async () => {
    await fleet.devices.downlink.send(risk(3));
    fleet.broker.mood = "refuses";
    await sendAnyway(fleet.devices.downlink.send(nudge("wash-hands")));
    await fleet.time.move(seconds(20));
    fleet.broker.retained.clear();
    fleet.broker.mood = "well";
    await fleet.time.move(seconds(30));
    expect([[...fleet.broker.retained.keys()], fleet.broker.said("nudge", "bed-7").length]).toEqual([[RISK], 1]);
  });

  it("signs a state anew before half its life is over", async () => {
    fleet.devices.downlink.start();
    await fleet.devices.downlink.send(risk(3));
    await fleet.time.move(days(14));
    expect(fleet.broker.said("risk", "bed-7")).toHaveLength(1);
    await fleet.time.move(milliseconds(days(1) + hours(7)));
    expect(fleet.broker.said("risk", "bed-7")).toHaveLength(2);
  });

  it("leaves no timer behind when it is stopped in the middle of a renewal", async () => {
    const { downlink } = fleet.devices;
    downlink.start();
    await downlink.send(risk(3));
    await fleet.time.move(days(14));
    const { waiting } = fleet.time;
    const sweeping = fleet.time.move(milliseconds(days(1) + hours(7)));
    while (fleet.time.waiting >= waiting) await new Promise((resolve) => setTimeout(resolve, 0));
    await Promise.all([downlink.stop(), sweeping]);
    expect(fleet.time.waiting).toBe(0);
  });

  it("acknowledges at once, then once a second at most, and never less than the newest", async () => {
    const ack = (seq: number) => ({ seq, head: "", refusal: null }) as const;
    for (const seq of [1, 2, 3, 5, 4]) fleet.devices.downlink.acknowledge("bed-7", ack(seq));
    await fleet.time.move(milliseconds(999));
    expect(fleet.broker.said("ack", "bed-7").map(({ epoch }) => epoch)).toEqual([1]);
    await fleet.time.move(milliseconds(1));
    expect(fleet.broker.said("ack", "bed-7").map(({ epoch }) => epoch)).toEqual([1, 5]);
    fleet.devices.downlink.acknowledge("bed-7", { seq: 3, head: "", refusal: { code: "journal-gap", seq: 9 } });
    await fleet.time.move(seconds(1));
    expect(fleet.broker.said("ack", "bed-7").at(-1)?.body.refusal).toEqual({ code: "journal-gap", seq: 9 });
  });
});
