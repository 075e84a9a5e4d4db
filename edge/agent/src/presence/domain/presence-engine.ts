import type { LockAccount } from "./account.js";
import type { FaceSight } from "./face-watch.js";
import { type Heard, NearPhones } from "./near-phones.js";
import type { TrackChange } from "./phone-track.js";
import { type ServedChange, ServedPhone } from "./served-phone.js";
import { Sights } from "./sights.js";
import type { PresenceTuning } from "./tuning.js";

const BECKONS_AFTER_MS = 1_000;
const WAITS_AFTER_MS = 3_000;

/** What a link says of the phone behind it. */
export type LinkSign =
  /** `steps`: since the one before; absent: this phone counts none. */
  | { readonly type: "heartbeat"; readonly moved: boolean; readonly steps?: number }
  | { readonly type: "rssi"; readonly dbm: number }
  | { readonly type: "lost" };

/** What changed, and whose it is. */
export type PresenceChange = (TrackChange | ServedChange) & { readonly holder: string };

/**
 * Who is near and who stays, without radio, clock or timer: signs go in with their monotonic times, changes come out.
 * The running agent and the laboratory of walks are two worlds around this one engine.
 */
export class PresenceEngine<Where> {
  readonly #tuning: PresenceTuning;
  readonly #phones: NearPhones<Where>;
  #served: { readonly holder: string; readonly phone: ServedPhone } | undefined;
  readonly #sights = new Sights();
  /** Since when somebody has stood before the screen. */
  #standsSince: number | undefined;
  /** The last look before somebody was let in is the first one of their session. */
  #sight: { readonly sight: FaceSight; readonly at: number } | undefined;

  constructor(tuning: PresenceTuning) {
    this.#tuning = tuning;
    this.#phones = new NearPhones(tuning);
  }

  get served(): string | undefined {
    return this.#served?.holder;
  }

  /** An advertisement in a holder's name. In the name of the one who is served it says nothing: anybody can replay it. */
  heard(holder: string, heard: Heard<Where>): readonly PresenceChange[] {
    return this.#ofTrack(holder, this.#phones.heard(holder, heard));
  }

  /** From monotonic `at` on only this holder's link says whether they stay. */
  serve(holder: string, at: number): void {
    const phone = new ServedPhone(this.#tuning, at);
    this.#served = { holder, phone };
    if (this.#sight !== undefined) phone.face(this.#sight.sight, this.#sight.at);
  }

  unserve(): void {
    this.#served = undefined;
  }

  link(sign: LinkSign, at: number): readonly PresenceChange[] {
    return this.#ofServed((phone) => {
      switch (sign.type) {
        case "heartbeat":
          return phone.heartbeat(sign, at);
        case "rssi":
          return phone.rssi(sign.dbm, at);
        case "lost":
          return phone.lost(at);
      }
    });
  }

  face(sight: FaceSight, at: number): readonly PresenceChange[] {
    this.#sight = { sight, at };
    const { faces, ...how } = sight;
    if (faces === null) this.#sights.forget();
    else this.#sights.see({ ...how, faces, at });
    if (!this.#sights.settled(at)) this.#standsSince = undefined;
    else this.#standsSince ??= at;
    return this.#ofServed((phone) => phone.face(sight, at));
  }

  input(at: number): readonly PresenceChange[] {
    return this.#ofServed((phone) => phone.input(at));
  }

  tick(at: number): readonly PresenceChange[] {
    const near = this.#phones.tick(at).flatMap(({ holder, change }) => this.#ofTrack(holder, change));
    return [...near, ...this.#beckoned(at), ...this.#ofServed((phone) => phone.tick(at))];
  }

  /** Phones inside the near line, nearest first. */
  near(at: number): readonly string[] {
    return this.#phones.near(at).filter((holder) => holder !== this.served);
  }

  address(holder: string, at: number): Where | undefined {
    return this.#phones.address(holder, at);
  }

  failed(holder: string, address: string, at: number): void {
    this.#phones.failed(holder, address, at);
  }

  /** Why the person who is served was taken to have left, as it stands; `null`: no phone is served. */
  account(at: number): LockAccount | null {
    return this.#served?.phone.account(at) ?? null;
  }

  /** Who stands at the screen with a phone somewhere on them is asked, however weak it is: the face decides, not the radio. */
  #beckoned(at: number): readonly PresenceChange[] {
    const stood = this.#standsSince === undefined ? 0 : at - this.#standsSince;
    if (this.#served !== undefined || stood < BECKONS_AFTER_MS || !this.#sights.settled(at)) return [];
    const found = this.#phones.beckon(at, stood >= WAITS_AFTER_MS);
    return found === undefined ? [] : [{ ...found.change, holder: found.holder }];
  }

  #ofTrack(holder: string, change: TrackChange | undefined): readonly PresenceChange[] {
    return change === undefined || holder === this.served ? [] : [{ ...change, holder }];
  }

  #ofServed(tell: (phone: ServedPhone) => ServedChange | undefined): readonly PresenceChange[] {
    const served = this.#served;
    const change = served === undefined ? undefined : tell(served.phone);
    return served === undefined || change === undefined ? [] : [{ ...change, holder: served.holder }];
  }
}
