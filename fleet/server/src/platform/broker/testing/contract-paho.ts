import { topics } from "@wardkey/protocol/fleet";
import { expect, it } from "vitest";
import { type BrokerRig, SITE } from "./broker-rig.js";
import { freshId } from "./contract-delivery.js";

/**
 * The cases of Eclipse Paho's interoperability suite for MQTT 3.1.1 (`client_test.py` of paho.mqtt.testing), in the same
 * order, under the fleet's stricter rule:
 *
 * | Paho | here |
 * | --- | --- |
 * | testBasic | with QoS 0 and 1; a QoS 2 publish is refused (aedes) or delivered once as QoS 1 |
 * | test_retained_messages | kept, cleared; the wildcard half where the broker has it |
 * | test_zero_length_clientid | refused by aedes: an id is the certificate's name; never another identity elsewhere |
 * | test_offline_message_queueing | below; over a restart in the delivery contract |
 * | test_will_message | in the delivery contract; its topic can be the device's own alone |
 * | test_overlapping_subscriptions | at least one copy, at the highest QoS |
 * | test_keepalive | below |
 * | test_redelivery_on_reconnect | below |
 * | test_subscribe_failure | 0x80, or the connection closed |
 * | test_dollar_topics | a filter that could match them is refused |
 * | test_unsubscribe | below |
 */
export function pahoContract(rigOf: () => BrokerRig): void {
  it("Paho basic: connects, subscribes, publishes with every QoS it may, disconnects and comes again", async () => {
    const rig = rigOf();
    const [from, to] = [freshId(), freshId()];
    await rig.pair(from, to, "results");
    const topic = topics.m2m(SITE, { from, to, channel: "results" });
    const [sender, receiver] = [await rig.device(from), await rig.device(to)];
    expect((await receiver.subscribe([topic], 1)) as number[]).toEqual([1]);
    await sender.publish(topic, "qos 0", { qos: 0 });
    await sender.publish(topic, "qos 1", { qos: 1 });
    expect((await receiver.messages(2)).map(({ payload, qos }) => [payload, qos])).toEqual([
      ["qos 0", 0],
      ["qos 1", 1],
    ]);
    await sender.disconnect();
    const again = await rig.device(from);
    expect(await again.ping()).toBe("pong");
    const answer = await again.publish(topic, "qos 2", { qos: 2 });
    if (answer === "acknowledged") await receiver.messages(3);
    expect(receiver.received.filter(({ payload }) => payload === "qos 2").length).toBeLessThanOrEqual(1);
  });

  it("Paho retained messages: by wildcard where the broker has it", async () => {
    const rig = rigOf();
    const id = freshId();
    await rig.identity(id);
    await rig.broker.publish({ topic: topics.desired(SITE, id), payload: "desired", retain: true });
    await rig.broker.publish({ topic: topics.risk(SITE, id), payload: "risk", retain: true });
    const device = await rig.device(id);
    await device.subscribe(
      rig.traits.retainedOnWildcards
        ? [`wardkey/v1/${SITE}/device/${id}/down/+`]
        : [topics.desired(SITE, id), topics.risk(SITE, id)],
    );
    const received = (await device.messages(2)).map(({ payload, retain }) => `${payload} ${retain}`);
    expect(received.toSorted()).toEqual(["desired true", "risk true"]);
  });

  it("Paho zero-length client id: never makes another identity", async () => {
    const rig = rigOf();
    const id = freshId();
    const client = await rig.tls(id);
    const answer = (await client?.connectUnnamed(true)) ?? "closed";
    if (rig.traits.foreignClientId === "refused") expect(answer).toEqual({ returnCode: 2, sessionPresent: false });
    const unclean = await rig.tls(id);
    const second = (await unclean?.connectUnnamed(false)) ?? "closed";
    // [MQTT-3.1.3-8]; Mosquitto has put the certificate's name in its place by then.
    if (rig.traits.foreignClientId !== "replaced" && second !== "closed") expect(second.returnCode).toBe(2);
    await rig.until(() => rig.broker.connected().every((device) => device.length > 0), "no nameless device");
  });

  it("Paho offline message queueing: what came meanwhile is there at the next connect, once", async () => {
    const rig = rigOf();
    const [from, to] = [freshId(), freshId()];
    await rig.pair(from, to, "results");
    const topic = topics.m2m(SITE, { from, to, channel: "results" });
    const away = await rig.device(to, { clean: false });
    await away.subscribe([topic]);
    await away.disconnect();
    const sender = await rig.device(from);
    for (const payload of ["1", "2", "3"]) expect(await sender.publish(topic, payload)).toBe("acknowledged");
    const back = await rig.device(to, { clean: false });
    expect((await back.messages(3)).map(({ payload }) => payload)).toEqual(["1", "2", "3"]);
    await back.ping();
    await back.disconnect();
    const third = await rig.device(to, { clean: false });
    await sender.publish(topic, "4");
    expect((await third.messages(1)).map(({ payload }) => payload)).toEqual(["4"]);
  });

  it("Paho overlapping subscriptions: at least one copy, with the highest QoS", async () => {
    const rig = rigOf();
    const id = freshId();
    const device = await rig.device(id);
    await device.subscribe([`wardkey/v1/${SITE}/device/${id}/down/#`], 1);
    await device.subscribe([topics.commands(SITE, id)], 0);
    await rig.broker.publish({ topic: topics.command(SITE, id, "r-1"), payload: "lock", retain: false });
    await rig.broker.publish({ topic: topics.desired(SITE, id), payload: "marker", retain: false });
    await rig.until(() => device.received.some(({ payload }) => payload === "marker"), "the marker");
    const copies = device.received.filter(({ payload }) => payload === "lock");
    expect(copies.length).toBeGreaterThanOrEqual(1);
    expect(copies.length).toBeLessThanOrEqual(2);
  });

  it("Paho keepalive: a silent device is ended after one and a half times its keepalive, and its will is published", async () => {
    const rig = rigOf();
    const id = freshId();
    const silent = await rig.device(id, { keepalive: 1, will: { topic: topics.status(SITE, id), payload: "death" } });
    await silent.closed;
    await rig.until(() => rig.ups.length >= 1, "the last will");
    expect(rig.ups).toEqual([{ device: id, leaf: "status", request: null, payload: "death" }]);
  });

  it("Paho redelivery on reconnect: what was not acknowledged comes again", async () => {
    const rig = rigOf();
    const id = freshId();
    const device = await rig.device(id, { clean: false });
    await device.subscribe([topics.commands(SITE, id)]);
    device.acknowledges = false;
    await rig.broker.publish({ topic: topics.command(SITE, id, "r-1"), payload: "lock", retain: false });
    await device.messages(1);
    await device.drop();
    const back = await rig.device(id, { clean: false });
    expect((await back.messages(1)).map(({ payload }) => payload)).toEqual(["lock"]);
    await back.ping();
    await back.disconnect();
    const third = await rig.device(id, { clean: false });
    await rig.broker.publish({ topic: topics.command(SITE, id, "r-2"), payload: "identify", retain: false });
    expect((await third.messages(1)).map(({ payload }) => payload)).toEqual(["identify"]);
  });

  it("Paho subscribe failure and $topics: told per filter, the allowed ones hold", async () => {
    const rig = rigOf();
    const id = freshId();
    const device = await rig.device(id);
    const granted = await device.subscribe([topics.commands(SITE, id), "$SYS/#", "+/+"]);
    // RabbitMQ closes the connection instead.
    if (granted === "closed") return;
    expect(granted).toEqual([1, 128, 128]);
    await rig.broker.publish({ topic: topics.command(SITE, id, "r-1"), payload: "lock", retain: false });
    expect((await device.messages(1)).map(({ topic }) => topic)).toEqual([topics.command(SITE, id, "r-1")]);
  });

  it("Paho unsubscribe: nothing comes afterwards", async () => {
    const rig = rigOf();
    const id = freshId();
    const device = await rig.device(id);
    await device.subscribe([topics.commands(SITE, id), topics.desired(SITE, id)]);
    expect(await device.unsubscribe([topics.commands(SITE, id)])).toBe("done");
    await rig.broker.publish({ topic: topics.command(SITE, id, "r-1"), payload: "lock", retain: false });
    await rig.broker.publish({ topic: topics.desired(SITE, id), payload: "marker", retain: false });
    expect((await device.messages(1)).map(({ payload }) => payload)).toEqual(["marker"]);
  });

  it("Paho protocol versions: MQTT 3.1.1 alone", async () => {
    const rig = rigOf();
    if (!rig.traits.refusesVersions) return;
    for (const version of [3, 5] as const) {
      const client = await rig.tls(freshId());
      const answer = (await client?.connect({ version })) ?? "closed";
      expect(answer === "closed" ? 1 : answer.returnCode).toBe(1);
    }
  });
}
