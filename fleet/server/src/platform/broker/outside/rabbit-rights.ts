import { FLEET_CLIENT, grantFilters, type TopicGrant } from "@wardkey/protocol/fleet";

export const VHOST = "wardkey";
const EXCHANGE = "amq.topic";

/** RabbitMQ's definitions, as its management API takes them and its nodes read them at their start. */
export interface Definitions {
  readonly users: readonly {
    readonly name: string;
    readonly password_hash: string;
    readonly hashing_algorithm: "rabbit_password_hashing_sha256";
    readonly tags: readonly string[];
  }[];
  readonly vhosts?: readonly { readonly name: string }[];
  readonly permissions: readonly {
    readonly user: string;
    readonly vhost: string;
    readonly configure: string;
    readonly write: string;
    readonly read: string;
  }[];
  readonly topic_permissions: readonly {
    readonly user: string;
    readonly vhost: string;
    readonly exchange: string;
    readonly write: string;
    readonly read: string;
  }[];
}

const user = (name: string, hash = "", tags: readonly string[] = []) =>
  // An empty hash is no password: such a user comes in by certificate alone.
  ({ name, password_hash: hash, hashing_algorithm: "rabbit_password_hashing_sha256", tags }) as const;

/**
 * An MQTT filter as a regular expression over what the plugin makes of it: levels divided by dots. A `#` allows every
 * filter below its prefix, a `+` one id.
 */
function expression(filter: string): string {
  return filter
    .split("/")
    .map((level) =>
      level === "#" ? ".+" : level === "+" ? "[a-z0-9-]{1,63}" : level.replace(/[^A-Za-z0-9-]/g, "\\$&"),
    )
    .join("\\.");
}
const anyOf = (filters: readonly string[]): string => `^(${filters.map(expression).join("|")})$`;

/** The same border as everywhere: `grantFilters`. */
export function deviceDefinitions(grants: readonly TopicGrant[]): Definitions {
  return {
    users: grants.map(({ device }) => user(device)),
    permissions: grants.map(({ device }) => {
      const queue = `mqtt-subscription-${device}qos[01]`;
      const use = `^(${queue}|amq\\.topic)$`;
      return { user: device, vhost: VHOST, configure: `^${queue}$`, write: use, read: use };
    }),
    topic_permissions: grants.map((grant) => {
      const { publish, subscribe } = grantFilters(grant);
      const rights = { write: anyOf(publish), read: anyOf(subscribe) };
      return { user: grant.device, vhost: VHOST, exchange: EXCHANGE, ...rights };
    }),
  };
}

/** What a node starts with: the fleet, who may everything in its vhost, and who manages rights over HTTP. */
export function initialDefinitions(manager: { name: string; passwordHash: string }): Definitions {
  const everything = { vhost: VHOST, configure: ".*", write: ".*", read: ".*" };
  return {
    users: [user(manager.name, manager.passwordHash, ["administrator"]), user(FLEET_CLIENT)],
    vhosts: [{ name: VHOST }],
    permissions: [
      { user: FLEET_CLIENT, ...everything },
      { user: manager.name, ...everything },
    ],
    topic_permissions: [],
  };
}
