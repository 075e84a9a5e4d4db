import { createHash } from "node:crypto";
import type { LinkAddress } from "./fleet-link.js";
import { initialDefinitions, VHOST } from "./rabbit-rights.js";

export interface RabbitSettings {
  /** Holds the files below and the certificates named here. */
  readonly folder: string;
  readonly mqtt: LinkAddress;
  /** Of the management API, for the fleet servers alone. */
  readonly management: LinkAddress;
  readonly manager: { readonly name: string; readonly passwordHash: string };
}

const TWO_WEEKS = 14 * 86_400_000;

/**
 * Everything that RabbitMQ 3.10 needs besides certificates: `clients-ca.pem` (the site's roots and intermediates, and
 * who signed the fleet's link certificate), `server.pem` and `server.key`.
 */
export function rabbitConfiguration(settings: RabbitSettings): Readonly<Record<string, string>> {
  const { folder, mqtt, management } = settings;
  const lines = [
    "listeners.tcp = none",
    "mqtt.listeners.tcp = none",
    `mqtt.listeners.ssl.1 = ${mqtt.host}:${mqtt.port}`,
    `mqtt.vhost = ${VHOST}`,
    "mqtt.exchange = amq.topic",
    "mqtt.allow_anonymous = false",
    "mqtt.ssl_cert_login = true",
    "ssl_cert_login_from = common_name",
    `mqtt.subscription_ttl = ${TWO_WEEKS}`,
    "mqtt.prefetch = 100",
    `ssl_options.cacertfile = ${folder}/clients-ca.pem`,
    `ssl_options.certfile = ${folder}/server.pem`,
    `ssl_options.keyfile = ${folder}/server.key`,
    "ssl_options.versions.1 = tlsv1.3",
    "ssl_options.verify = verify_peer",
    "ssl_options.fail_if_no_peer_cert = true",
    "ssl_options.depth = 3",
    `management.tcp.ip = ${management.host}`,
    `management.tcp.port = ${management.port}`,
    `load_definitions = ${folder}/definitions.json`,
    "log.console = true",
    "log.console.level = warning",
    "log.file = false",
    "",
  ];
  return {
    "rabbitmq.conf": lines.join("\n"),
    "definitions.json": `${JSON.stringify(initialDefinitions(settings.manager), null, 2)}\n`,
    enabled_plugins: "[rabbitmq_mqtt,rabbitmq_management,rabbitmq_auth_mechanism_ssl].\n",
  };
}

/** `salt`: four random bytes. RabbitMQ's own form: base64(salt, SHA-256(salt, password)). */
export function rabbitPasswordHash(password: string, salt: Uint8Array): string {
  const hash = createHash("sha256").update(salt).update(password, "utf8").digest();
  return Buffer.concat([salt, hash]).toString("base64");
}
