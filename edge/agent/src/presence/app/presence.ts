import type { Clock } from "@wardkey/protocol";
import type { Advert, CentralRadio } from "../../radio/index.js";
import type { LockAccount } from "../domain/account.js";
import type { FaceSight } from "../domain/face-watch.js";
import { type PresenceChange, PresenceEngine } from "../domain/presence-engine.js";
import { DEFAULT_TUNING, liveTuning, type PresenceTuning } from "../domain/tuning.js";
import type { HolderDirectory, HolderRef, PresenceEvent, PresenceSource, ServedLink, Sighting } from "./ports.js";

const TICK_MS = 200;

export interface PresenceInput {
  readonly radio: CentralRadio;
  readonly directory: HolderDirectory;
  readonly clock: Clock;
  /** Asked at each look, so it is cheap; the defaults without it. */
  readonly tuning?: () => Partial<PresenceTuning>;
}

/** Watches the air for phones that the site knows, and the link of the phone that is served. */
export function createPresence(input: PresenceInput): PresenceSource {
  return new Presence(input);
}

class Presence implements PresenceSource {
  readonly #radio: CentralRadio;
  readonly #directory: HolderDirectory;
  readonly #clock: Clock;
  readonly #engine: PresenceEngine<Sighting>;
  readonly #listeners = new Set<(event: PresenceEvent) => void>();
  #stops: (() => void)[] = [];
  #link: ServedLink | undefined;

  constructor(input: PresenceInput) {
    this.#radio = input.radio;
    this.#directory = input.directory;
    this.#clock = input.clock;
    this.#engine = new PresenceEngine(input.tuning === undefined ? DEFAULT_TUNING : liveTuning(input.tuning));
  }

  async start(): Promise<void> {
    if (this.#stops.length > 0) return;
    const timer = setInterval(() => this.#tell(this.#engine.tick(this.#clock.monotonic())), TICK_MS);
    this.#stops = [
      () => clearInterval(timer),
      this.#radio.onAdvert((advert) => this.#onAdvert(advert)),
      this.#radio.onState((state) => this.#emit({ type: "radio", state })),
    ];
    await this.#radio.start();
    if (this.#radio.state() === "down") this.#emit({ type: "radio", state: "down" });
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.reverse()) stop();
    this.#stops = [];
    await this.#radio.stop();
  }

  on(listener: (event: PresenceEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  near(): readonly HolderRef[] {
    return this.#engine.near(this.#clock.monotonic()).map((id) => this.#directory.refOf(id));
  }

  serve(link: ServedLink): () => void {
    this.#link = link;
    this.#engine.serve(link.holder.id, this.#clock.monotonic());
    const off = link.on((event) => {
      if (this.#link === link && event.type !== "elsewhere")
        this.#tell(this.#engine.link(event, this.#clock.monotonic()));
    });
    return () => {
      off();
      if (this.#link !== link) return;
      this.#link = undefined;
      this.#engine.unserve();
    };
  }

  face(sight: FaceSight): void {
    this.#tell(this.#engine.face(sight, this.#clock.monotonic()));
  }

  input(): void {
    this.#tell(this.#engine.input(this.#clock.monotonic()));
  }

  account(): LockAccount | null {
    return this.#engine.account(this.#clock.monotonic());
  }

  sighting(holder: HolderRef): Sighting | undefined {
    return this.#engine.address(holder.id, this.#clock.monotonic());
  }

  failed(sighting: Sighting): void {
    this.#engine.failed(sighting.holder.id, sighting.address, this.#clock.monotonic());
  }

  #onAdvert(advert: Advert): void {
    const known = this.#directory.lookUp(advert.identifier);
    if (known === undefined) return;
    const { holder, window } = known;
    const { address, addressType, rssi } = advert;
    const where: Sighting = { holder, window, address, addressType, identifier: Uint8Array.from(advert.identifier) };
    const at = this.#clock.monotonic();
    this.#tell(this.#engine.heard(holder.id, { where, address, strength: rssi, at }));
  }

  #tell(changes: readonly PresenceChange[]): void {
    for (const { holder, ...change } of changes) this.#emit({ ...change, holder: this.#directory.refOf(holder) });
  }

  #emit(event: PresenceEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
