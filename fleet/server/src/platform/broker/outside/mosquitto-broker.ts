import { seconds, WardkeyError } from "@wardkey/protocol";
import type { TopicGrant } from "@wardkey/protocol/fleet";
import { z } from "zod";
import type { FleetBroker } from "../port.js";
import {
  askCommand,
  CONTROL,
  CONTROL_ANSWERS,
  giveCommands,
  hasRights,
  roleOf,
  takeCommands,
} from "./dynamic-security.js";
import type { FleetLink } from "./fleet-link.js";
import { type OutsideParts, openOutsideBroker, type Rights } from "./outside-broker.js";

const ANSWER_WITHIN = seconds(10);
const Role = z.object({
  rolename: z.string(),
  acls: z.array(z.object({ acltype: z.string(), topic: z.string() })).default([]),
});
type Role = z.infer<typeof Role>;
const Answer = z.object({
  responses: z.array(
    z.object({
      error: z.string().optional(),
      correlationData: z.string().optional(),
      data: z.object({ role: Role.optional() }).optional(),
    }),
  ),
});
/** What giving and taking again what is so already is answered with. */
const ALREADY = /already exists|not found/i;

/** Mosquitto 2.0 with its dynamic-security plugin; see `mosquittoConfiguration`. */
export function createMosquittoBroker(parts: OutsideParts): Promise<FleetBroker> {
  const rights = new DynamicSecurity();
  return openOutsideBroker("mosquitto", parts, {
    rights,
    onMessage: ({ payload }) => rights.answered(payload),
    onConnect: async (link) => {
      rights.link = link;
      await link.subscribe([CONTROL_ANSWERS]);
    },
  });
}

interface Waiting {
  left: number;
  failed: string | undefined;
  readonly roles: Map<string, Role>;
  resolve(roles: ReadonlyMap<string, Role>): void;
  reject(error: Error): void;
}

class DynamicSecurity implements Rights {
  link: FleetLink | undefined;
  readonly #waiting = new Map<string, Waiting>();
  #sent = 0;

  async give(grants: readonly TopicGrant[]): Promise<void> {
    const roles = await this.#ask(grants.map(askCommand));
    // What is as it should be stays untouched: Mosquitto ends the sessions of whoever's rights are written.
    const changed = grants.filter((grant) => !hasRights(grant, roles.get(roleOf(grant.device))));
    await this.#ask(changed.flatMap(giveCommands));
  }

  async take(device: string): Promise<void> {
    await this.#ask(takeCommands(device));
  }

  async close(): Promise<void> {
    for (const { reject } of this.#waiting.values()) reject(new WardkeyError("broker-stopped", "the fleet stops"));
    this.#waiting.clear();
  }

  answered(payload: Uint8Array): void {
    for (const { error, correlationData, data } of readAnswer(payload)) {
      const waiting = this.#waiting.get(correlationData ?? "");
      if (waiting === undefined || correlationData === undefined) continue;
      if (error !== undefined && !ALREADY.test(error)) waiting.failed = error;
      if (data?.role !== undefined) waiting.roles.set(data.role.rolename, data.role);
      waiting.left -= 1;
      if (waiting.left > 0) continue;
      this.#waiting.delete(correlationData);
      if (waiting.failed === undefined) waiting.resolve(waiting.roles);
      else waiting.reject(new WardkeyError("broker-refuses-fleet", waiting.failed));
    }
  }

  async #ask(commands: readonly object[]): Promise<ReadonlyMap<string, Role>> {
    if (commands.length === 0) return new Map();
    if (this.link === undefined) throw new WardkeyError("broker-unreachable", "the outside broker was never there");
    const correlationData = `${++this.#sent}`;
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<ReadonlyMap<string, Role>>((resolve, reject) => {
      const roles = new Map<string, Role>();
      this.#waiting.set(correlationData, { left: commands.length, failed: undefined, roles, resolve, reject });
      const late = new WardkeyError("broker-unreachable", "dynamic security gave no answer");
      timer = setTimeout(() => reject(late), ANSWER_WITHIN);
    });
    // The send may fail first; then nobody waits for the answer.
    answered.catch(() => undefined);
    try {
      const body = JSON.stringify({ commands: commands.map((command) => ({ ...command, correlationData })) });
      await this.link.publish(CONTROL, body, { retain: false });
      return await answered;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(correlationData);
    }
  }
}

function readAnswer(payload: Uint8Array): z.infer<typeof Answer>["responses"] {
  try {
    return Answer.parse(JSON.parse(Buffer.from(payload).toString())).responses;
  } catch {
    // Not the plugin's answer: whoever waits is told so when its time is over.
    return [];
  }
}
