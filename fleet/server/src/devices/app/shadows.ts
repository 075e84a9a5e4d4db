import type { UpMessage } from "../../platform/broker/port.js";
import { type Heard, hear, type Shadow } from "../domain/shadow.js";
import { GroupedWrites } from "./grouped-writes.js";
import type { Refusals } from "./refusals.js";
import type { Registry } from "./registry.js";
import type { ShadowStore } from "./shadow-port.js";
import { parseUp } from "./up-messages.js";

export type Taken = { readonly outcome: "taken" | "stale" } | { readonly outcome: "refused"; readonly code: string };

export interface Shadows {
  /**
   * Takes a status, a report or an answer. A refused one is counted and audited, and is done with: resolving tells the
   * broker that the device need not send it again. Throws only while the database cannot keep it.
   */
  onUp(message: UpMessage): Promise<Taken>;
  one(device: string): Promise<Shadow>;
  many(devices?: readonly string[]): Promise<Map<string, Shadow>>;
  idle(): Promise<void>;
}

/** Hands an answer to whoever asked; a code when nobody did. */
export type TakeResponse = (answer: {
  device: string;
  request: string;
  status: number;
  code: string | null;
}) => Promise<Taken>;

export function createShadows(parts: {
  store: ShadowStore;
  registry: Pick<Registry, "one" | "act">;
  refusals: Refusals;
  takeResponse: TakeResponse;
  now(): number;
}): Shadows {
  const { store, registry, refusals, takeResponse, now } = parts;
  const writes = new GroupedWrites<{ device: string; heard: Heard }, Taken>({
    async write(items) {
      const answers: Taken[] = [];
      await store.exchange(
        items.map(({ device }) => device),
        (shadows) => {
          // An attempt that could not be written is made again from the start.
          answers.splice(0);
          const next = new Map(shadows);
          for (const { device, heard } of items) {
            const shadow = next.get(device);
            if (shadow === undefined) {
              answers.push({ outcome: "refused", code: "device-unknown" });
              continue;
            }
            const hearing = hear(shadow, heard, now());
            next.set(device, hearing.shadow);
            answers.push(answerOf(hearing));
          }
          return [...next.values()].filter((shadow) => shadow !== shadows.get(shadow.device));
        },
      );
      return answers;
    },
  });
  const take = async (message: UpMessage): Promise<Taken> => {
    const { device, leaf, payload, request } = message;
    if (leaf === "event") return { outcome: "refused", code: "message-misrouted" };
    const record = registry.one(device);
    if (record === null) return { outcome: "refused", code: "device-unknown" };
    if (record.state === "denied" || record.state === "retired") return { outcome: "refused", code: "device-denied" };
    const parsed = parseUp(leaf, payload);
    if (!parsed.ok) return { outcome: "refused", code: parsed.code };
    // What it says proves that it holds a certificate that the gate let in.
    if (record.state === "awaiting") await registry.act(device, "enrol");
    if ("heard" in parsed) return writes.add({ device, heard: parsed.heard });
    if (request === null) return { outcome: "refused", code: "response-unexpected" };
    return takeResponse({ device, request, ...parsed.response });
  };
  return {
    async onUp(message) {
      const taken = await take(message);
      if (taken.outcome === "refused") {
        const facts = { leaf: message.leaf, code: taken.code };
        refusals.note(
          "device.message-refused",
          { device: message.device, by: "fleet", ...facts },
          { device: "many", by: "fleet", ...facts },
        );
      }
      return taken;
    },
    one: (device) => store.one(device),
    many: (devices) => store.many(devices),
    idle: () => writes.idle(),
  };
}

function answerOf(hearing: ReturnType<typeof hear>): Taken {
  return hearing.outcome === "refused" ? { outcome: "refused", code: hearing.code } : { outcome: hearing.outcome };
}
