import { asReportedRssi } from "../room/propagation.js";
import type { Chance } from "./chance.js";
import type { Air, Carriage, WalkKiosk } from "./model.js";
import type { Whereabouts } from "./whereabouts.js";

/** Share of the body's loss when she faces the kiosk, and when she has turned her back on it. */
const BODY_BETWEEN: Readonly<Record<Carriage, readonly [number, number]>> = {
  hand: [0.05, 0.9],
  "front-pocket": [0.3, 1],
  "back-pocket": [1, 0.3],
  desk: [0, 0],
  "under-patient": [1, 1],
};
const NEAREST_METRES = 0.2;
// Others walk through between phone and kiosk now and then.
const PASSERS_EACH_MS = 30_000;
const PASSER_MS = [500, 2_500] as const;
const PASSER_DB = [3, 8] as const;
// Where paths cancel, a packet comes much weaker.
const DEEP_FADE = 0.03;
const DEEP_FADE_DB = [5, 15] as const;

/**
 * Strength between one phone and one kiosk along a walk: log-distance path loss (Rappaport, Wireless Communications, 4.9),
 * shadowing correlated over metres and time (Gudmundson, Electronics Letters 27(23), 1991), the owner's body, passers-by,
 * and the fading of each packet. Asked in order of time.
 */
export class LinkStrength {
  readonly #air: Air;
  readonly #kiosk: WalkKiosk;
  readonly #where: Whereabouts;
  readonly #chance: Chance;
  #shadow: number;
  #at = 0;
  #x = 0;
  #y = 0;
  #passer = { from: 0, to: 0, db: 0 };

  constructor(input: { air: Air; kiosk: WalkKiosk; where: Whereabouts; chance: Chance }) {
    this.#air = input.air;
    this.#kiosk = input.kiosk;
    this.#where = input.where;
    this.#chance = input.chance;
    this.#shadow = input.chance.normal();
    ({ x: this.#x, y: this.#y } = this.#where.phonePlace(0));
    this.#nextPasser(0);
  }

  /** What one packet is heard with now, dBm as a controller reports it; `null`: it is too weak to be heard. */
  packet(at: number): number | null {
    const { fadingSigmaDb, sensitivityDbm } = this.#air;
    let strength = this.#mean(at) + fadingSigmaDb * this.#chance.normal();
    if (this.#chance.happens(DEEP_FADE)) strength -= this.#chance.between(...DEEP_FADE_DB);
    return strength < sensitivityDbm ? null : asReportedRssi(strength);
  }

  #mean(at: number): number {
    const { referenceDbm, exponent, shadowingSigmaDb, bodyLossDb } = this.#air;
    const { x, y } = this.#where.phonePlace(at);
    this.#wander(at, x, y);
    const { position, offsetDb } = this.#kiosk;
    const metres = Math.max(NEAREST_METRES, Math.hypot(x - position.x, y - position.y));
    const offset = offsetDb + this.#where.person.offsetDb;
    const open = referenceDbm + offset - 10 * exponent * Math.log10(metres);
    return open + shadowingSigmaDb * this.#shadow - bodyLossDb * this.#bodyShare(at) - this.#passing(at);
  }

  #wander(at: number, x: number, y: number): void {
    const moved = Math.hypot(x - this.#x, y - this.#y);
    const { shadowingMetres, shadowingMs } = this.#air;
    const kept = Math.exp(-moved / shadowingMetres - (at - this.#at) / shadowingMs);
    this.#shadow = kept * this.#shadow + Math.sqrt(Math.max(0, 1 - kept * kept)) * this.#chance.normal();
    this.#at = at;
    this.#x = x;
    this.#y = y;
  }

  /** By how her body stands to the line between phone and kiosk. */
  #bodyShare(at: number): number {
    const [facing, turned] = BODY_BETWEEN[this.#where.carried(at)?.how ?? "hand"];
    const { x, y } = this.#where.place(at);
    const { position } = this.#kiosk;
    const towards = Math.atan2(position.y - y, position.x - x);
    const heading = this.#where.turn(at)?.heading ?? towards;
    return facing + (turned - facing) * 0.5 * (1 - Math.cos(heading - towards));
  }

  #passing(at: number): number {
    if (at >= this.#passer.to) this.#nextPasser(at);
    return at >= this.#passer.from ? this.#passer.db : 0;
  }

  #nextPasser(at: number): void {
    const from = at + this.#chance.exponential(PASSERS_EACH_MS);
    this.#passer = { from, to: from + this.#chance.between(...PASSER_MS), db: this.#chance.between(...PASSER_DB) };
  }
}
