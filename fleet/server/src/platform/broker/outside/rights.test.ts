import { mayPublish, maySubscribe, type TopicGrant, topics } from "@wardkey/protocol/fleet";
import { describe, expect, it } from "vitest";
import { giveCommands, initialDynamicSecurity, takeCommands } from "./dynamic-security.js";
import { mosquittoConfiguration } from "./mosquitto-configuration.js";
import { rabbitConfiguration, rabbitPasswordHash } from "./rabbit-configuration.js";
import { deviceDefinitions } from "./rabbit-rights.js";

const SITE = "st-mary";
const grant: TopicGrant = {
  site: SITE,
  device: "bed-7",
  sends: [{ to: "desk-1", channel: "results" }],
  receives: [{ from: "lab-2", channel: "orders" }],
};
const TOPICS = ["bed-7", "bed-8", "bed-77"].flatMap((id) => [
  topics.status(SITE, id),
  topics.event(SITE, id),
  topics.response(SITE, id, "r-1"),
  topics.desired(SITE, id),
  topics.command(SITE, id, "r-1"),
  topics.event("st-john", id),
  topics.all(SITE, "policy"),
  topics.all("st-john", "policy"),
  topics.m2m(SITE, { from: id, to: "desk-1", channel: "results" }),
  topics.m2m(SITE, { from: id, to: "desk-1", channel: "orders" }),
  topics.m2m(SITE, { from: "lab-2", to: id, channel: "orders" }),
]);
const FILTERS = [
  ...TOPICS,
  topics.commands(SITE, "bed-7"),
  topics.commands(SITE, "bed-8"),
  `wardkey/v1/${SITE}/device/bed-7/down/#`,
  `wardkey/v1/${SITE}/device/+/down/#`,
  `wardkey/v1/${SITE}/all/#`,
  `wardkey/v1/${SITE}/m2m/#`,
  `wardkey/v1/+/all/policy`,
  "#",
];
/** How RabbitMQ's plugin writes a topic or filter. */
const routingKey = (filter: string): string => filter.replaceAll("/", ".").replaceAll("+", "*");

describe("RabbitMQ's rights", () => {
  it("draw the border of the rule, topic by topic and filter by filter", () => {
    const [rights] = deviceDefinitions([grant]).topic_permissions;
    const [write, read] = [new RegExp(rights?.write ?? "^$"), new RegExp(rights?.read ?? "^$")];
    expect(TOPICS.map((topic) => [topic, write.test(routingKey(topic))])).toEqual(
      TOPICS.map((topic) => [topic, mayPublish(grant, topic)]),
    );
    expect(FILTERS.map((filter) => [filter, read.test(routingKey(filter))])).toEqual(
      FILTERS.map((filter) => [filter, maySubscribe(grant, filter)]),
    );
  });

  it("give a device its own queues and no password", () => {
    const { users, permissions } = deviceDefinitions([grant]);
    expect(users).toEqual([
      { name: "bed-7", password_hash: "", hashing_algorithm: "rabbit_password_hashing_sha256", tags: [] },
    ]);
    expect(permissions).toEqual([
      {
        user: "bed-7",
        vhost: "wardkey",
        configure: "^mqtt-subscription-bed-7qos[01]$",
        write: "^(mqtt-subscription-bed-7qos[01]|amq\\.topic)$",
        read: "^(mqtt-subscription-bed-7qos[01]|amq\\.topic)$",
      },
    ]);
  });

  it("hash the manager's password as RabbitMQ's documentation shows", () => {
    expect(rabbitPasswordHash("test12", Buffer.from("908dc60a", "hex"))).toBe(
      "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR",
    );
  });
});

describe("Mosquitto's rights", () => {
  it("name the filters of the rule alone, once for each way to use them", () => {
    const acls = giveCommands(grant).flatMap((command) => (Array.isArray(command["acls"]) ? command["acls"] : []));
    const own = [
      `wardkey/v1/${SITE}/device/bed-7/down/#`,
      `wardkey/v1/${SITE}/all/#`,
      topics.m2m(SITE, { from: "lab-2", to: "bed-7", channel: "orders" }),
    ];
    const said = [
      topics.status(SITE, "bed-7"),
      topics.reported(SITE, "bed-7"),
      topics.event(SITE, "bed-7"),
      topics.response(SITE, "bed-7", "+"),
      topics.m2m(SITE, { from: "bed-7", to: "desk-1", channel: "results" }),
    ];
    const each = (acltype: string, filters: readonly string[]) =>
      filters.map((topic) => ({ acltype, topic, allow: true, priority: 0 }));
    expect(acls).toEqual([
      ...each("publishClientSend", said),
      ...each("subscribePattern", own),
      ...each("unsubscribePattern", own),
      ...each("publishClientReceive", own),
    ]);
  });

  it("are gone with the client, its sessions first", () => {
    expect(takeCommands("bed-7").map(({ command }) => command)).toEqual([
      "disableClient",
      "deleteClient",
      "deleteRole",
    ]);
    expect(initialDynamicSecurity(SITE)).toMatchObject({
      defaultACLAccess: { publishClientSend: false, publishClientReceive: false, subscribe: false, unsubscribe: false },
      clients: [{ username: "wardkey-fleet" }],
    });
  });
});

describe("the configuration that an operator installs", () => {
  const at = (port: number) => ({ host: "127.0.0.1", port });

  it("lets nobody in without TLS 1.3 and a certificate", () => {
    const mosquitto = mosquittoConfiguration({ site: SITE, folder: "/etc/w", devices: at(1), fleet: at(2) });
    const listeners = mosquitto["mosquitto.conf"]?.split(/^listener /m).slice(1) ?? [];
    expect(
      listeners.map((text) => ["tls_version tlsv1.3", "require_certificate true"].every((line) => text.includes(line))),
    ).toEqual([true, true]);
    const manager = { name: "m", passwordHash: "h" };
    const rabbit = rabbitConfiguration({ folder: "/etc/w", mqtt: at(1), management: at(2), manager })["rabbitmq.conf"];
    for (const line of [
      "listeners.tcp = none",
      "mqtt.listeners.tcp = none",
      "mqtt.allow_anonymous = false",
      "ssl_options.versions.1 = tlsv1.3",
      "ssl_options.fail_if_no_peer_cert = true",
    ])
      expect(rabbit?.split("\n")).toContain(line);
  });
});
