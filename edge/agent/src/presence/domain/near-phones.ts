import { PhoneTrack, type TrackChange } from "./phone-track.js";
import type { PresenceTuning } from "./tuning.js";

const ADDRESSES_KEPT = 4;
// An address that failed is tried again after so long, or sooner when it is the only one.
const FAILED_FOR_MS = 5_000;
const HEARD_LATELY_MS = 1_000;

/** One radio address that spoke in a holder's name. */
export interface Heard<Where> {
  readonly where: Where;
  readonly address: string;
  readonly strength: number;
  readonly at: number;
}

interface Candidate<Where> {
  heard: Heard<Where>;
  failedAt: number;
}

interface Followed<Where> {
  readonly track: PhoneTrack;
  readonly addresses: Map<string, Candidate<Where>>;
}

/**
 * The phones around, one track for each holder, in bounded memory: when there are too many, the one not heard for longest
 * goes. Several addresses may speak in one holder's name, for advertisements can be replayed: the strongest goes first.
 */
export class NearPhones<Where> {
  readonly #tuning: PresenceTuning;
  readonly #followed = new Map<string, Followed<Where>>();

  constructor(tuning: PresenceTuning) {
    this.#tuning = tuning;
  }

  get size(): number {
    return this.#followed.size;
  }

  heard(holder: string, heard: Heard<Where>): TrackChange | undefined {
    const followed = this.#follow(holder);
    const change = followed.track.heard(heard.strength, heard.at);
    const known = followed.addresses.get(heard.address);
    if (known !== undefined) known.heard = heard;
    else {
      followed.addresses.set(heard.address, { heard, failedAt: Number.NEGATIVE_INFINITY });
      if (followed.addresses.size > ADDRESSES_KEPT) dropOldest(followed.addresses, ({ heard: { at } }) => at);
    }
    return change;
  }

  /** What silence changed since last time, and forgets who is long gone. */
  tick(at: number): readonly { readonly holder: string; readonly change: TrackChange }[] {
    const changes: { holder: string; change: TrackChange }[] = [];
    for (const [holder, { track, addresses }] of this.#followed) {
      const change = track.tick(at);
      if (change !== undefined) changes.push({ holder, change });
      for (const [address, { heard }] of addresses) {
        if (at - heard.at > this.#tuning.silence && at - track.heardAt <= this.#tuning.silence)
          addresses.delete(address);
      }
      if (track.silent(at)) this.#followed.delete(holder);
    }
    return changes;
  }

  /** Holders inside the near line, nearest first. */
  near(at: number): readonly string[] {
    return [...this.#followed]
      .filter(([, { track }]) => track.near)
      .map(([holder, { track }]) => ({ holder, distance: track.distance(at) }))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, this.#tuning.mostAsked)
      .map(({ holder }) => holder);
  }

  /**
   * The nearest phone that is not near yet, where somebody stands at the screen. `waits`: they have stood there for a while,
   * so no phone that is near seems to be theirs, and theirs is as weak as a body and a poor aerial make it.
   */
  beckon(at: number, waits: boolean): { readonly holder: string; readonly change: TrackChange } | undefined {
    const { mostAsked, waitingLine, beckonLine } = this.#tuning;
    let near = 0;
    let nearest: { readonly holder: string; readonly track: PhoneTrack; readonly distance: number } | undefined;
    for (const [holder, { track }] of this.#followed) {
      if (track.silent(at)) continue;
      if (track.near) {
        near += 1;
        continue;
      }
      const distance = track.distance(at);
      if (nearest === undefined || distance < nearest.distance) nearest = { holder, track, distance };
    }
    if (nearest === undefined || near >= (waits ? mostAsked : 1)) return undefined;
    const change = nearest.track.beckon(at, waits ? waitingLine : beckonLine);
    if (change === undefined) return undefined;
    return { holder: nearest.holder, change: waits && change.type === "near" ? { ...change, guessed: true } : change };
  }

  /** The address to try for a holder: one that has not just failed, that was heard a moment ago, and the strongest of those. */
  address(holder: string, at: number): Where | undefined {
    const rank = ({ heard, failedAt }: Candidate<Where>): number =>
      (at - failedAt > FAILED_FOR_MS ? 2 : 0) + (at - heard.at < HEARD_LATELY_MS ? 1 : 0);
    const candidates = [...(this.#followed.get(holder)?.addresses.values() ?? [])];
    candidates.sort((a, b) => rank(b) - rank(a) || b.heard.strength - a.heard.strength);
    return candidates[0]?.heard.where;
  }

  failed(holder: string, address: string, at: number): void {
    const candidate = this.#followed.get(holder)?.addresses.get(address);
    if (candidate !== undefined) candidate.failedAt = at;
  }

  #follow(holder: string): Followed<Where> {
    const known = this.#followed.get(holder);
    if (known !== undefined) return known;
    if (this.#followed.size >= this.#tuning.mostTracks) dropOldest(this.#followed, ({ track }) => track.heardAt);
    const followed: Followed<Where> = { track: new PhoneTrack(this.#tuning), addresses: new Map() };
    this.#followed.set(holder, followed);
    return followed;
  }
}

function dropOldest<Value>(from: Map<string, Value>, heardAt: (value: Value) => number): void {
  let oldest: { key: string; at: number } | undefined;
  for (const [key, value] of from) {
    const at = heardAt(value);
    if (oldest === undefined || at < oldest.at) oldest = { key, at };
  }
  if (oldest !== undefined) from.delete(oldest.key);
}
