import type { Clock } from "@wardkey/protocol";
import type { Advert, CentralRadio } from "../../radio/index.js";
import { NearPhones } from "../domain/near-phones.js";
import type { TrackChange } from "../domain/phone-track.js";
import { type ServedChange, ServedPhone } from "../domain/served-phone.js";
import { DEFAULT_TUNING, liveTuning, type PresenceTuning } from "../domain/tuning.js";
import type {
  HolderDirectory,
  HolderRef,
  LinkEvent,
  PresenceEvent,
  PresenceSource,
  ServedLink,
  Sighting,
} from "./ports.js";

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

interface Served {
  readonly holder: HolderRef;
  readonly phone: ServedPhone;
}

class Presence implements PresenceSource {
  readonly #radio: CentralRadio;
  readonly #directory: HolderDirectory;
  readonly #clock: Clock;
  readonly #tuning: PresenceTuning;
  readonly #phones: NearPhones<Sighting>;
  readonly #listeners = new Set<(event: PresenceEvent) => void>();
  #stops: (() => void)[] = [];
  #served: Served | undefined;

  constructor(input: PresenceInput) {
    this.#radio = input.radio;
    this.#directory = input.directory;
    this.#clock = input.clock;
    this.#tuning = input.tuning === undefined ? DEFAULT_TUNING : liveTuning(input.tuning);
    this.#phones = new NearPhones(this.#tuning);
  }

  async start(): Promise<void> {
    if (this.#stops.length > 0) return;
    const timer = setInterval(() => this.#tick(), TICK_MS);
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
    const near = this.#phones.near(this.#clock.monotonic());
    return near.filter((id) => id !== this.#served?.holder.id).map((id) => ({ id }));
  }

  serve(link: ServedLink): () => void {
    const served: Served = {
      holder: link.holder,
      phone: new ServedPhone(this.#tuning, this.#clock.monotonic()),
    };
    this.#served = served;
    const off = link.on((event) => {
      if (this.#served === served) this.#tellServed(served.holder, this.#onLink(served.phone, event));
    });
    return () => {
      off();
      if (this.#served === served) this.#served = undefined;
    };
  }

  sighting(holder: HolderRef): Sighting | undefined {
    return this.#phones.address(holder.id, this.#clock.monotonic());
  }

  failed(sighting: Sighting): void {
    this.#phones.failed(sighting.holder.id, sighting.address, this.#clock.monotonic());
  }

  #onAdvert(advert: Advert): void {
    const known = this.#directory.lookUp(advert.identifier);
    if (known === undefined) return;
    const { holder, window } = known;
    const { address, addressType, rssi } = advert;
    const where: Sighting = { holder, window, address, addressType, identifier: Uint8Array.from(advert.identifier) };
    const at = this.#clock.monotonic();
    this.#tellTrack(holder, this.#phones.heard(holder.id, { where, address, strength: rssi, at }));
  }

  #onLink(phone: ServedPhone, event: LinkEvent): ServedChange | undefined {
    const at = this.#clock.monotonic();
    switch (event.type) {
      case "heartbeat":
        return phone.heartbeat(at);
      case "rssi":
        return phone.rssi(event.dbm, at);
      case "lost":
        return phone.lost();
    }
  }

  #tick(): void {
    const at = this.#clock.monotonic();
    for (const { holder, change } of this.#phones.tick(at)) this.#tellTrack({ id: holder }, change);
    const served = this.#served;
    if (served !== undefined) this.#tellServed(served.holder, served.phone.tick(at));
  }

  /** Advertisements in the name of the served holder say nothing: anybody can replay them. */
  #tellTrack(holder: HolderRef, change: TrackChange | undefined): void {
    if (change === undefined || holder.id === this.#served?.holder.id) return;
    this.#emit({ ...change, holder });
  }

  #tellServed(holder: HolderRef, change: ServedChange | undefined): void {
    if (change !== undefined) this.#emit({ ...change, holder });
  }

  #emit(event: PresenceEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
