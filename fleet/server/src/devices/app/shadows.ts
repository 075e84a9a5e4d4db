import { codeOf, type Duration, seconds } from "@wardkey/protocol";
import type { UpMessage } from "../../platform/broker/port.js";
import { type Heard, hear, type Shadow } from "../domain/shadow.js";
import type { Log, Timers } from "./fleet-ports.js";
import { GroupedWrites } from "./grouped-writes.js";
import type { Refusals } from "./refusals.js";
import type { Registry } from "./registry.js";
import type { ShadowStore } from "./shadow-port.js";
import { parseUp } from "./up-messages.js";

/** Longer than a new line needs to take the place of an old one. */
const WILL_DOUBT: Duration = seconds(5);

export type Taken = { readonly outcome: "taken" | "stale" } | { readonly outcome: "refused"; readonly code: string };

export interface Shadows {
  /**
   * Takes a status, a report or an answer. A refused one is counted and audited, and is done with: resolving tells the
   * broker that the device need not send it again. Throws only while the database cannot keep it.
   */
  onUp(message: UpMessage): Promise<Taken>;
  one(device: string): Promise<Shadow>;
  many(devices?: readonly string[]): Promise<Map<string, Shadow>>;
  /** Ends what waits; resolves when everything heard is kept. */
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
  /** Whether the broker has a live session of it. */
  isConnected(device: string): boolean;
  timers: Timers;
  log: Log;
  now(): number;
}): Shadows {
  const { store, registry, refusals, takeResponse, isConnected, timers, log, now } = parts;
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
  /**
   * The will of a line that broke may come after the device is back on a new one, in the same session: who is connected
   * a while after its will is online.
   */
  const lookAgain = (device: string, session: number): void => {
    const cancel = timers.after(WILL_DOUBT, () => {
      doubts.delete(device);
      if (!isConnected(device)) return;
      writes
        .add({ device, heard: { kind: "birth", session, at: now() } })
        .catch((error: unknown) => log({ code: "shadow-waits", device, cause: codeOf(error) }));
    });
    doubts.get(device)?.();
    doubts.set(device, cancel);
  };
  const doubts = new Map<string, () => void>();
  const take = async (message: UpMessage): Promise<Taken> => {
    const { device, leaf, payload, request } = message;
    if (leaf === "event") return { outcome: "refused", code: "message-misrouted" };
    const record = registry.one(device);
    if (record === null) return { outcome: "refused", code: "device-unknown" };
    const denied = record.state === "denied" || record.state === "retired";
    const parsed = parseUp(leaf, payload);
    // The last will of a line that a denial cut is how the console learns that the device is off.
    const isDeath = parsed.ok && "heard" in parsed && parsed.heard.kind === "death";
    if (denied && !isDeath) return { outcome: "refused", code: "device-denied" };
    if (!parsed.ok) return { outcome: "refused", code: parsed.code };
    // What it says proves that it holds a certificate that the gate let in.
    if (record.state === "awaiting") await registry.act(device, "enrol");
    if ("heard" in parsed) {
      const { heard } = parsed;
      const taken = await writes.add({ device, heard });
      if (heard.kind === "death" && taken.outcome === "taken") lookAgain(device, heard.session);
      return taken;
    }
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
    async idle() {
      for (const cancel of doubts.values()) cancel();
      doubts.clear();
      await writes.idle();
    },
  };
}

function answerOf(hearing: ReturnType<typeof hear>): Taken {
  return hearing.outcome === "refused" ? { outcome: "refused", code: hearing.code } : { outcome: hearing.outcome };
}
