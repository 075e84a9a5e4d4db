import { Listeners } from "../listeners.js";
import type { RelayBoard } from "../ports.js";

/** A simulated board of relays that remembers every order, and loses what it holds with its power. */
export class SimulatedRelayBoard implements RelayBoard {
  attached = true;
  /** Fails every order while true. */
  broken = false;
  readonly channelsOn = new Set<number>();
  readonly orders: string[] = [];
  /** Most relays that were on at the same time. */
  together = 0;
  readonly #listeners = new Listeners<{ readonly type: "attached" | "detached" }>();

  async set(channel: number, on: boolean): Promise<{ ok: true } | { ok: false; code: string }> {
    if (!this.attached) return { ok: false, code: "relay-missing" };
    if (this.broken) return { ok: false, code: "relay-failed" };
    this.orders.push(`${channel} ${on ? "on" : "off"}`);
    if (on) this.channelsOn.add(channel);
    else this.channelsOn.delete(channel);
    this.together = Math.max(this.together, this.channelsOn.size);
    return { ok: true };
  }

  on(listener: (event: { readonly type: "attached" | "detached" }) => void): () => void {
    return this.#listeners.add(listener);
  }

  isOn(channel: number): boolean {
    return this.channelsOn.has(channel);
  }

  plug(attached: boolean): void {
    this.attached = attached;
    if (!attached) this.channelsOn.clear();
    this.#listeners.tell({ type: attached ? "attached" : "detached" });
  }
}
