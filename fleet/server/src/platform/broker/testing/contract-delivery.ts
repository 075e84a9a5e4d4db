import { topics } from "@wardkey/protocol/fleet";
import { expect, it } from "vitest";
import { type BrokerRig, SITE } from "./broker-rig.js";

let made = 0;
/** Ids that no other test of the same broker uses. */
export const freshId = (): string => `bed-${++made}`;

/** What arrives, how often, in which order, and what survives. */
export function deliveryContract(rigOf: () => BrokerRig): void {
  it("hands what devices say under up/ to the fleet, QoS 0 and 1", async () => {
    const rig = rigOf();
    const id = freshId();
    const device = await rig.device(id);
    expect(await device.publish(topics.event(SITE, id), "e1")).toBe("acknowledged");
    await device.publish(topics.event(SITE, id), "e2", { qos: 0 });
    expect(await device.publish(topics.response(SITE, id, "r-1"), "done")).toBe("acknowledged");
    expect(await device.publish(topics.reported(SITE, id), "state", { retain: true })).toBe("acknowledged");
    await rig.until(() => rig.ups.length >= 4, "four messages");
    expect(rig.ups).toEqual([
      { device: id, leaf: "event", request: null, payload: "e1" },
      { device: id, leaf: "event", request: null, payload: "e2" },
      { device: id, leaf: "res", request: "r-1", payload: "done" },
      { device: id, leaf: "reported", request: null, payload: "state" },
    ]);
  });

  it("keeps the order of a device's messages", async () => {
    const rig = rigOf();
    const id = freshId();
    const device = await rig.device(id);
    const sent = Array.from({ length: 100 }, (_, at) => String(at));
    await Promise.all(sent.map((payload) => device.publish(topics.event(SITE, id), payload)));
    await rig.until(() => rig.ups.length >= sent.length, "a hundred messages");
    expect(rig.ups.map(({ payload }) => payload)).toEqual(sent);
  });

  it("sends again what the fleet failed to take", async () => {
    const rig = rigOf();
    const id = freshId();
    let failures = 1;
    rig.handle = async () => {
      if (failures-- > 0) throw new Error("disk full");
    };
    let device = await rig.device(id, { clean: false });
    const first = await device.publish(topics.event(SITE, id), "kept");
    if (first === "closed") {
      device = await rig.device(id, { clean: false });
      expect(await device.publish(topics.event(SITE, id), "kept")).toBe("acknowledged");
    }
    await rig.until(() => rig.ups.length >= 1, "the message again");
    expect(rig.ups[0]).toEqual({ device: id, leaf: "event", request: null, payload: "kept" });
    // MQTT has one acknowledgement and no refusal: aedes closes, an outside broker keeps it for the fleet.
    expect(first).toBe(rig.traits.acknowledgesAfterHandling ? "closed" : "acknowledged");
  });

  it("brings the fleet's messages to the device that is subscribed, and to no other", async () => {
    const rig = rigOf();
    const [id, other] = [freshId(), freshId()];
    const [device, bystander] = [await rig.device(id), await rig.device(other)];
    expect(await device.subscribe([topics.commands(SITE, id), topics.desired(SITE, id)])).toEqual([1, 1]);
    expect(await bystander.subscribe([topics.commands(SITE, other)])).toEqual([1]);
    await rig.broker.publish({ topic: topics.command(SITE, id, "r-1"), payload: "lock", retain: false });
    await rig.broker.publish({ topic: topics.desired(SITE, id), payload: "v2", retain: true });
    await rig.broker.publish({ topic: topics.command(SITE, other, "r-2"), payload: "own", retain: false });
    expect((await device.messages(2)).map(({ topic, payload }) => [topic, payload])).toEqual([
      [topics.command(SITE, id, "r-1"), "lock"],
      [topics.desired(SITE, id), "v2"],
    ]);
    expect((await bystander.messages(1)).map(({ payload }) => payload)).toEqual(["own"]);
  });

  it("loses none of many messages published at once, retained and not", async () => {
    const rig = rigOf();
    const id = freshId();
    const device = await rig.device(id);
    await device.subscribe([topics.commands(SITE, id), topics.desired(SITE, id)]);
    const sent = Array.from({ length: 40 }, (_, at) => String(at));
    await Promise.all(
      sent.map((payload, at) =>
        rig.broker.publish(
          at % 2 === 0
            ? { topic: topics.desired(SITE, id), payload, retain: true }
            : { topic: topics.command(SITE, id, payload), payload, retain: false },
        ),
      ),
    );
    const received = (await device.messages(sent.length)).map(({ payload }) => payload);
    expect(received).toEqual(sent);
  });

  it("keeps retained messages for who comes later, also over a restart, until they are cleared", async () => {
    const rig = rigOf();
    const id = freshId();
    await rig.identity(id);
    const topic = topics.desired(SITE, id);
    await rig.broker.publish({ topic, payload: "v1", retain: true });
    await rig.broker.publish({ topic, payload: "v2", retain: true });
    const first = await rig.device(id);
    await first.subscribe([topic]);
    expect(await first.messages(1)).toEqual([{ topic, payload: "v2", qos: 1, retain: true, dup: false }]);
    await rig.restart();
    const second = await rig.device(id);
    await second.subscribe([topic]);
    expect((await second.messages(1)).map(({ payload, retain }) => [payload, retain])).toEqual([["v2", true]]);
    await rig.broker.publish({ topic, payload: "", retain: true });
    const third = await rig.device(id);
    await third.subscribe([topic, topics.risk(SITE, id)]);
    await rig.broker.publish({ topic: topics.risk(SITE, id), payload: "marker", retain: false });
    expect((await third.messages(1)).map(({ payload }) => payload)).toEqual(["marker"]);
  });

  it("queues for a persistent session that is away, over a restart, and gives nothing to a clean one", async () => {
    const rig = rigOf();
    const [id, clean] = [freshId(), freshId()];
    const before = await rig.device(id, { clean: false });
    await before.subscribe([topics.commands(SITE, id)]);
    await before.disconnect();
    const passing = await rig.device(clean);
    await passing.subscribe([topics.commands(SITE, clean)]);
    await passing.disconnect();
    for (const request of ["r-1", "r-2", "r-3"])
      await rig.broker.publish({ topic: topics.command(SITE, id, request), payload: request, retain: false });
    await rig.broker.publish({ topic: topics.command(SITE, clean, "r-1"), payload: "missed", retain: false });
    await rig.restart();
    await rig.broker.publish({ topic: topics.command(SITE, id, "r-4"), payload: "r-4", retain: false });

    const client = await rig.tls(id);
    expect(await client?.connect({ clean: false })).toEqual({ returnCode: 0, sessionPresent: true });
    expect((await client?.messages(4))?.map(({ payload }) => payload)).toEqual(["r-1", "r-2", "r-3", "r-4"]);
    await rig.broker.publish({ topic: topics.command(SITE, id, "r-5"), payload: "r-5", retain: false });
    expect((await client?.messages(5))?.at(-1)?.payload).toBe("r-5");

    const again = await rig.device(clean, { clean: false });
    await again.subscribe([topics.commands(SITE, clean)]);
    await rig.broker.publish({ topic: topics.command(SITE, clean, "r-2"), payload: "seen", retain: false });
    expect((await again.messages(1)).map(({ payload }) => payload)).toEqual(["seen"]);
  });

  it("publishes the last will of a device that vanished, and not of one that took its leave", async () => {
    const rig = rigOf();
    const [gone, left] = [freshId(), freshId()];
    const will = (id: string): { topic: string; payload: string } => ({
      topic: topics.status(SITE, id),
      payload: "death",
    });
    const [vanishing, leaving] = [
      await rig.device(gone, { will: will(gone) }),
      await rig.device(left, { will: will(left) }),
    ];
    await leaving.disconnect();
    await vanishing.drop();
    await rig.until(() => rig.ups.length >= 1, "the last will");
    expect(rig.ups).toEqual([{ device: gone, leaf: "status", request: null, payload: "death" }]);
  });

  it("knows which devices are connected", async () => {
    const rig = rigOf();
    const id = freshId();
    const topic = topics.status(SITE, id);
    const status = (kind: "birth" | "death"): string =>
      JSON.stringify({ v: 1, id: "0190a6f0-0000-7000-8000-000000000000", at: 1, kind, body: { session: 1 } });
    const device = await rig.device(id, { will: { topic, payload: status("death") } });
    await device.publish(topic, status("birth"), { retain: true });
    await rig.until(() => rig.broker.connected().includes(id), "it is connected");
    await device.drop();
    await rig.until(() => !rig.broker.connected().includes(id), "it is not connected any more");
    expect(rig.connections.filter((change) => change.device === id)).toEqual([
      { device: id, connected: true },
      { device: id, connected: false },
    ]);
  });

  it("lets a second connection of the same device take over", async () => {
    const rig = rigOf();
    const id = freshId();
    const first = await rig.device(id);
    const second = await rig.device(id);
    await first.closed;
    await second.subscribe([topics.commands(SITE, id)]);
    await rig.broker.publish({ topic: topics.command(SITE, id, "r-1"), payload: "to the second", retain: false });
    expect((await second.messages(1)).map(({ payload }) => payload)).toEqual(["to the second"]);
  });

  it("takes a whole ward that comes back at once after a restart", async () => {
    const rig = rigOf();
    const ward = Array.from({ length: 30 }, freshId);
    for (const id of ward) {
      const device = await rig.device(id, { clean: false });
      await device.subscribe([topics.commands(SITE, id)]);
    }
    await rig.restart();
    const back = await Promise.all(ward.map((id) => rig.device(id, { clean: false })));
    await Promise.all(
      ward.map((id) => rig.broker.publish({ topic: topics.command(SITE, id, "r-1"), payload: id, retain: false })),
    );
    const received = await Promise.all(back.map((device) => device.messages(1)));
    expect(received.map(([first]) => first?.payload)).toEqual(ward);
  });
}
