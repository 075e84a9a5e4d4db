import { grantFilters, type TopicGrant } from "@wardkey/protocol/fleet";
import type { FleetBroker } from "../port.js";
import { type OutsideParts, openOutsideBroker, type Rights } from "./outside-broker.js";
import { RabbitManagement, type RabbitManagementAccess } from "./rabbit-management.js";
import { deviceDefinitions } from "./rabbit-rights.js";

/** RabbitMQ 3.10 with its MQTT plugin, also as a cluster; see `rabbitConfiguration`. */
export function createRabbitBroker(parts: OutsideParts & { management: RabbitManagementAccess }): Promise<FleetBroker> {
  return openOutsideBroker("rabbitmq", parts, { rights: new UserRights(new RabbitManagement(parts.management)) });
}

class UserRights implements Rights {
  readonly #management: RabbitManagement;
  readonly #given = new Map<string, ReadonlySet<string>>();

  constructor(management: RabbitManagement) {
    this.#management = management;
  }

  async give(grants: readonly TopicGrant[]): Promise<void> {
    const rights = grants.map((grant) => ({ device: grant.device, now: rightsOf(grant) }));
    const fewer = rights.filter(({ device, now }) => [...(this.#given.get(device) ?? [])].some((one) => !now.has(one)));
    // A connection remembers what it was allowed: where something was taken away, it has to come in anew.
    for (const { device } of fewer) await this.#management.deleteUser(device);
    await this.#management.importDefinitions(deviceDefinitions(grants));
    for (const { device, now } of rights) this.#given.set(device, now);
  }

  async take(device: string): Promise<void> {
    await this.#management.deleteUser(device);
    this.#given.delete(device);
  }

  async close(): Promise<void> {
    this.#given.clear();
  }
}

function rightsOf(grant: TopicGrant): ReadonlySet<string> {
  const { publish, subscribe } = grantFilters(grant);
  return new Set([
    ...publish.map((filter) => `publish ${filter}`),
    ...subscribe.map((filter) => `subscribe ${filter}`),
  ]);
}
