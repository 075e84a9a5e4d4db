import { seconds, WardkeyError } from "@wardkey/protocol";
import type { TopicGrant } from "@wardkey/protocol/fleet";
import { z } from "zod";
import type { FleetBroker } from "../port.js";
import { CONTROL, CONTROL_ANSWERS, giveCommands, takeCommands } from "./dynamic-security.js";
import type { FleetLink } from "./fleet-link.js";
import { type OutsideParts, openOutsideBroker, type Rights } from "./outside-broker.js";

const ANSWER_WITHIN = seconds(10);
const Answer = z.object({
  responses: z.array(
    z.object({ command: z.string(), error: z.string().optional(), correlationData: z.string().optional() }),
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
  resolve(): void;
  reject(error: Error): void;
}

class DynamicSecurity implements Rights {
  link: FleetLink | undefined;
  readonly #waiting = new Map<string, Waiting>();
  #sent = 0;

  give(grants: readonly TopicGrant[]): Promise<void> {
    return this.#ask(grants.flatMap(giveCommands));
  }

  take(device: string): Promise<void> {
    return this.#ask(takeCommands(device));
  }

  async close(): Promise<void> {
    for (const { reject } of this.#waiting.values()) reject(new WardkeyError("broker-stopped", "the fleet stops"));
    this.#waiting.clear();
  }

  answered(payload: Uint8Array): void {
    const parsed = Answer.safeParse(JSON.parse(Buffer.from(payload).toString()));
    for (const { error, correlationData } of parsed.data?.responses ?? []) {
      const waiting = this.#waiting.get(correlationData ?? "");
      if (waiting === undefined || correlationData === undefined) continue;
      if (error !== undefined && !ALREADY.test(error)) waiting.failed = error;
      waiting.left -= 1;
      if (waiting.left > 0) continue;
      this.#waiting.delete(correlationData);
      if (waiting.failed === undefined) waiting.resolve();
      else waiting.reject(new WardkeyError("broker-refuses-fleet", waiting.failed));
    }
  }

  async #ask(commands: readonly object[]): Promise<void> {
    if (commands.length === 0) return;
    if (this.link === undefined) throw new WardkeyError("broker-unreachable", "the outside broker was never there");
    const correlationData = `${++this.#sent}`;
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<void>((resolve, reject) => {
      this.#waiting.set(correlationData, { left: commands.length, failed: undefined, resolve, reject });
      const late = new WardkeyError("broker-unreachable", "dynamic security gave no answer");
      timer = setTimeout(() => reject(late), ANSWER_WITHIN);
    });
    // The send may fail first; then nobody waits for the answer.
    answered.catch(() => undefined);
    try {
      const body = JSON.stringify({ commands: commands.map((command) => ({ ...command, correlationData })) });
      await this.link.publish(CONTROL, body, { retain: false });
      await answered;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(correlationData);
    }
  }
}
