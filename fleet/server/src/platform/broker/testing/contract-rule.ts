import { topics } from "@wardkey/protocol/fleet";
import { expect, it } from "vitest";
import { type BrokerRig, SITE } from "./broker-rig.js";
import { freshId } from "./contract-delivery.js";
import { TestCa } from "./test-ca.js";

/** Who may come in, and who may say and hear what. */
export function ruleContract(rigOf: () => BrokerRig): void {
  it("lets no message through that a device may not publish", async () => {
    const rig = rigOf();
    const [id, other, partner] = [freshId(), freshId(), freshId()];
    await rig.pair(id, partner, "results");
    await rig.pair(other, partner, "orders");
    const victim = await rig.device(other);
    const receiver = await rig.device(partner);
    await victim.subscribe([`wardkey/v1/${SITE}/device/${other}/down/#`, `wardkey/v1/${SITE}/all/#`]);
    await receiver.subscribe([
      topics.m2m(SITE, { from: id, to: partner, channel: "results" }),
      topics.m2m(SITE, { from: other, to: partner, channel: "orders" }),
    ]);
    const forbidden = [
      topics.status(SITE, other),
      topics.event(SITE, other),
      topics.desired(SITE, other),
      topics.desired(SITE, id),
      topics.command(SITE, other, "r-1"),
      topics.all(SITE, "policy"),
      topics.m2m(SITE, { from: other, to: partner, channel: "orders" }),
      topics.m2m(SITE, { from: id, to: partner, channel: "orders" }),
      topics.m2m(SITE, { from: id, to: other, channel: "results" }),
      topics.event("st-john", id),
      `wardkey/v1/${SITE}/device/${id}/up/other`,
      `wardkey/v1/${SITE}/device/${id}/up/res/a/b`,
      `wardkey/v1/${SITE}/device/${id}/up/event/`,
      `/wardkey/v1/${SITE}/device/${id}/up/event`,
      `wardkey/v2/${SITE}/device/${id}/up/event`,
      "$SYS/broker/uptime",
      "$CONTROL/dynamic-security/v1",
    ];
    for (const topic of forbidden) {
      for (const retain of [false, true]) {
        const device = await rig.device(id);
        await device.publish(topic, "crossed", { retain });
        await device.drop();
      }
    }
    const device = await rig.device(id);
    await device.publish(topics.event(SITE, id), "own");
    await device.publish(topics.m2m(SITE, { from: id, to: partner, channel: "results" }), "allowed");
    await rig.broker.publish({ topic: topics.command(SITE, other, "r-2"), payload: "marker", retain: false });
    await rig.until(() => rig.ups.length >= 1, "the device's own message");
    expect(rig.ups.map(({ payload }) => payload)).toEqual(["own"]);
    expect((await receiver.messages(1)).map(({ payload }) => payload)).toEqual(["allowed"]);
    expect((await victim.messages(1)).map(({ payload }) => payload)).toEqual(["marker"]);
  });

  it("grants no subscription beyond the device's own", async () => {
    const rig = rigOf();
    const [id, other] = [freshId(), freshId()];
    await rig.identity(other);
    await rig.pair(other, id, "orders");
    const device = await rig.device(id);
    const own = [
      `wardkey/v1/${SITE}/device/${id}/down/#`,
      topics.desired(SITE, id),
      topics.commands(SITE, id),
      topics.all(SITE, "policy"),
      `wardkey/v1/${SITE}/all/#`,
      topics.m2m(SITE, { from: other, to: id, channel: "orders" }),
    ];
    for (const filter of own) expect([filter, await device.subscribe([filter])]).toEqual([filter, [1]]);
    const forbidden = [
      "#",
      "+/#",
      "wardkey/#",
      `wardkey/v1/${SITE}/#`,
      `wardkey/v1/+/device/${id}/down/#`,
      `wardkey/v1/${SITE}/device/+/down/#`,
      `wardkey/v1/${SITE}/device/+/up/event`,
      `wardkey/v1/${SITE}/device/${other}/down/desired`,
      topics.event(SITE, id),
      `wardkey/v1/${SITE}/m2m/#`,
      `wardkey/v1/${SITE}/m2m/+/${id}/+`,
      topics.m2m(SITE, { from: other, to: id, channel: "results" }),
      topics.m2m(SITE, { from: id, to: other, channel: "orders" }),
      "wardkey/v1/st-john/all/#",
      "$SYS/#",
      "$CONTROL/#",
    ];
    for (const filter of forbidden) {
      const trying = await rig.device(id);
      const granted = await trying.subscribe([filter]);
      expect([filter, granted === "closed" ? [128] : granted]).toEqual([filter, [128]]);
    }
  });

  it("takes a pair of the matrix back from live subscriptions too", async () => {
    const rig = rigOf();
    const [from, to] = [freshId(), freshId()];
    await rig.pair(from, to, "results");
    const topic = topics.m2m(SITE, { from, to, channel: "results" });
    const receiver = await rig.device(to, { clean: false });
    await receiver.subscribe([topic, topics.commands(SITE, to)]);
    const sender = await rig.device(from);
    expect(await sender.publish(topic, "before")).toBe("acknowledged");
    await receiver.messages(1);

    rig.gate.disallow(from, to, "results");
    await rig.broker.grantChanged(from);
    await rig.broker.grantChanged(to);
    await (sender.isClosed ? await rig.device(from) : sender).publish(topic, "after");
    const again = receiver.isClosed ? await rig.device(to, { clean: false }) : receiver;
    if (again !== receiver) await again.subscribe([topics.commands(SITE, to)]);
    await rig.broker.publish({ topic: topics.command(SITE, to, "r-1"), payload: "marker", retain: false });
    await rig.until(() => again.received.some(({ payload }) => payload === "marker"), "the marker");
    const all = again === receiver ? receiver.received : [...receiver.received, ...again.received];
    expect(all.map(({ payload }) => payload)).toEqual(["before", "marker"]);
  });

  it("cuts the live session of a denied device within five seconds, and a resumed TLS session gives it nothing", async () => {
    const rig = rigOf();
    const id = freshId();
    const device = await rig.device(id);
    await device.subscribe([topics.commands(SITE, id)]);
    await device.ping();
    const { session } = device;
    const denied = performance.now();
    rig.gate.denied.add(id);
    await rig.broker.cut(id);
    await device.closed;
    expect(performance.now() - denied).toBeLessThan(5_000);

    const back = await rig.tls(id, session === undefined ? {} : { session });
    const answer = (await back?.connect()) ?? "closed";
    if (answer !== "closed" && answer.returnCode === 0) {
      // An outside broker that still knows the certificate may let it in: it may then nothing.
      const granted = await back?.subscribe([topics.commands(SITE, id)]);
      expect(granted === "closed" ? [128] : granted).toEqual([128]);
      await back?.publish(topics.event(SITE, id), "from a denied device");
    }
    const witness = freshId();
    await (await rig.device(witness)).publish(topics.event(SITE, witness), "witness");
    await rig.until(() => rig.ups.length >= 1, "the witness");
    expect(rig.ups.map(({ payload }) => payload)).toEqual(["witness"]);
  });

  it("lets in who the gate admits again", async () => {
    const rig = rigOf();
    const id = freshId();
    await rig.device(id);
    rig.gate.denied.add(id);
    await rig.broker.cut(id);
    rig.gate.denied.delete(id);
    await rig.broker.grantChanged(id);
    const device = await rig.device(id);
    expect(await device.publish(topics.event(SITE, id), "back")).toBe("acknowledged");
    await rig.until(() => rig.ups.length >= 1, "its message");
    expect(rig.ups.map(({ payload }) => payload)).toEqual(["back"]);
  });

  it("lets in nobody without a certificate of the site", async () => {
    const rig = rigOf();
    const id = freshId();
    await rig.identity(id);
    const stranger = await (await TestCa.make("Stranger")).device(id);
    for (const identity of [stranger, undefined]) {
      const { DeviceClient } = await import("./device-client.js");
      const at = { port: rig.port, ca: rig.ca.cert, id };
      const client = await DeviceClient.open(identity === undefined ? at : { ...at, identity });
      const answer = (await client?.connect()) ?? "closed";
      expect(answer === "closed" ? 5 : answer.returnCode).toBe(5);
      await client?.drop();
    }
  });

  it("lets no device speak as another one by its client id", async () => {
    const rig = rigOf();
    const [id, other] = [freshId(), freshId()];
    const victim = await rig.device(other, { clean: false });
    await victim.subscribe([topics.commands(SITE, other)]);
    const client = await rig.tls(id);
    const answer = (await client?.connect({ clientId: other, clean: false })) ?? "closed";
    if (rig.traits.foreignClientId === "refused") expect(answer).toEqual({ returnCode: 2, sessionPresent: false });
    if (answer !== "closed" && answer.returnCode === 0) {
      await client?.publish(topics.event(SITE, other), "forged");
      expect(await client?.subscribe([topics.commands(SITE, other)])).not.toEqual([1]);
    }
    if (rig.traits.foreignClientId === "disturbs") await victim.closed;
    await rig.broker.publish({ topic: topics.command(SITE, other, "r-1"), payload: "private", retain: false });
    const reader = victim.isClosed ? await rig.device(other, { clean: false }) : victim;
    expect((await reader.messages(1)).map(({ payload }) => payload)).toEqual(["private"]);
    expect(client?.received ?? []).toEqual([]);
    expect(rig.ups).toEqual([]);
  });
}
