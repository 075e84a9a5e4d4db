import type { Instant } from "@wardkey/protocol";
import type { SiteTrust } from "@wardkey/protocol/credential";
import { ALL_KINDS, type DownKind, type Downward, MAX_DOWN_BYTES, topics } from "@wardkey/protocol/fleet";
import { TO_ALL, verifyDownward } from "@wardkey/protocol/fleet/signed";
import type { FleetMemory } from "./fleet-memory.js";

export type Handlers = { readonly [K in DownKind]: (message: Downward<K>, topic: string) => void };

export interface GateSettings {
  readonly site: string;
  readonly device: string;
  readonly trust: () => SiteTrust | null;
  readonly memory: FleetMemory;
  /** The fleet's time, as well as it is known. */
  readonly now: () => Instant;
  readonly handlers: Handlers;
  /** The memory changed and has to be on the disk before the message counts as received. */
  readonly keep: () => Promise<void>;
  readonly dropped: (code: string) => void;
}

/**
 * Everything that comes down, before anything believes it: the topic says which kind it may be, the signature who said
 * it, the memory whether it is new. What does not hold is dropped and counted; the broker's word is worth nothing here.
 */
export class DownwardGate {
  readonly #settings: GateSettings;
  readonly #kinds: ReadonlyMap<string, DownKind>;
  readonly #commands: string;
  readonly #drops = new Map<string, number>();

  constructor(settings: GateSettings) {
    this.#settings = settings;
    const { site, device } = settings;
    this.#kinds = new Map<string, DownKind>([
      [topics.desired(site, device), "desired"],
      [topics.acknowledgement(site, device), "ack"],
      [topics.risk(site, device), "risk"],
      [topics.nudge(site, device), "nudge"],
      [topics.all(site, "deny-list"), "deny-list"],
      [topics.all(site, "policy"), "policy"],
      [topics.all(site, "tree-head"), "tree-head"],
      [topics.all(site, "profiles"), "profiles"],
    ]);
    this.#commands = topics.commands(site, device).slice(0, -1);
  }

  /** How many messages were dropped so far, by code. */
  get drops(): ReadonlyMap<string, number> {
    return this.#drops;
  }

  /** The retained topics by name: a broker in front of a cluster gives retained messages to exact filters alone. */
  get filters(): readonly string[] {
    return [...this.#kinds.keys(), `${this.#commands}+`];
  }

  /** Resolves when what is to be remembered of it is on the disk. */
  async take(topic: string, payload: Uint8Array): Promise<void> {
    // An empty retained payload clears a topic: there is nothing to obey.
    if (payload.length === 0) return;
    const kind = topic.startsWith(this.#commands) ? "command" : this.#kinds.get(topic);
    if (kind === undefined) return this.#drop("downward-topic");
    if (payload.length > MAX_DOWN_BYTES) return this.#drop("downward-malformed");
    await this.#judge(kind, topic, Buffer.from(payload).toString("latin1"));
  }

  async #judge<K extends DownKind>(kind: K, topic: string, jws: string): Promise<void> {
    const { trust: trustNow, device, memory, now, handlers, keep } = this.#settings;
    const trust = trustNow();
    if (trust === null) return this.#drop("downward-untrusted");
    const checked = await verifyDownward(jws, { trust, device, kind, at: now() });
    if (!checked.ok) return this.#drop(checked.code);
    const { message } = checked;
    const toAll = (ALL_KINDS as readonly string[]).includes(kind);
    if (message.aud !== (toAll ? TO_ALL : device)) return this.#drop("downward-audience");
    const handler: Handlers[K] = handlers[kind];
    // After the fleet was restored from a backup its acknowledgements fall; the outbox judges them by their hashes.
    if (kind === "ack") return handler(message, topic);
    switch (memory.accept(message, now())) {
      case "old":
        return this.#drop("downward-regressed");
      case "known":
        return;
      case "new":
        break;
    }
    if (kind === "command") {
      // Remembered before it is obeyed: a command that was cut off is sent again by a person, never repeated by itself.
      await keep();
      handler(message, topic);
      return;
    }
    handler(message, topic);
    await keep();
  }

  #drop(code: string): void {
    this.#drops.set(code, (this.#drops.get(code) ?? 0) + 1);
    this.#settings.dropped(code);
  }
}
