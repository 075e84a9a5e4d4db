import type { Observation } from "@wardkey/virtual-radio/walks";
import { Recent } from "./recent.js";
import type { KioskRule, RuleEvent } from "./rule.js";

/** The owner of a workstation and the phone that its rule listens for: these rules know one phone. */
export interface Owner {
  readonly person: string;
  readonly phone: string;
}

export type PeerName = "bleUnlock" | "dynamicLock" | "fixedThreshold";

export const PEERS: Readonly<Record<PeerName, (owner: Owner) => KioskRule>> = {
  bleUnlock: (owner) => new BleUnlock(owner),
  dynamicLock: (owner) => new DynamicLock(owner),
  fixedThreshold: (owner) => new FixedThreshold(owner),
};

abstract class PeerRule implements KioskRule {
  readonly #owner: Owner;
  #open = false;

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  get open(): string | null {
    return this.#open ? this.#owner.person : null;
  }

  observe(observation: Observation): readonly RuleEvent[] {
    const events: RuleEvent[] = [...this.tick(observation.at)];
    if (observation.type === "input") this.touched(observation.at);
    if ((observation.type === "link" || observation.type === "advert") && observation.phone === this.#owner.phone) {
      events.push(...this.heard(observation.type, observation.rssi, observation.at));
    }
    return events;
  }

  signIn(_person: string, at: number): readonly RuleEvent[] {
    if (this.#open) return [];
    this.opened(at);
    return this.set(true, at, "signed-in");
  }

  protected abstract tick(at: number): readonly RuleEvent[];
  protected abstract heard(how: "link" | "advert", rssi: number, at: number): readonly RuleEvent[];
  protected abstract opened(at: number): void;
  protected touched(_at: number): void {}

  protected set(open: boolean, at: number, why: string): readonly RuleEvent[] {
    if (this.#open === open) return [];
    this.#open = open;
    return [{ at, type: open ? "unlocked" : "locked", person: this.#owner.person, why }];
  }
}

/**
 * BLEUnlock as it comes (github.com/ts1/BLEUnlock, read, not copied): strength each two seconds over a link, the mean of
 * five readings below -80 dBm for five seconds locks, no signal for sixty seconds locks, one reading of -60 dBm unlocks.
 * Who signs in by hand counts as present again.
 */
class BleUnlock extends PeerRule {
  #readings: number[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #below: number | null = null;
  #signalAt = 0;

  protected override tick(at: number): readonly RuleEvent[] {
    if (this.#below !== null && at >= this.#below + 5_000) {
      this.#below = null;
      return this.set(false, at, "away");
    }
    return at >= this.#signalAt + 60_000 ? this.set(false, at, "lost") : [];
  }

  protected override heard(how: "link" | "advert", rssi: number, at: number): readonly RuleEvent[] {
    if (how !== "link" || at < this.#readAt + 2_000) return [];
    this.#readAt = at;
    this.#signalAt = at;
    const events = rssi >= -60 ? this.set(true, at, "close") : [];
    if (events.length > 0) this.#readings = [];
    this.#readings = [...this.#readings.slice(-4), rssi];
    const mean = this.#readings.reduce((sum, each) => sum + each, 0) / this.#readings.length;
    if (Math.trunc(mean) >= -80) this.#below = null;
    else if (this.open !== null) this.#below ??= at;
    return events;
  }

  protected override opened(at: number): void {
    this.#readings = [];
    this.#below = null;
    this.#signalAt = at;
  }
}

// Core 5.3 Vol 4 E 7.5.4: the golden receive power range begins between -56 dBm and 6 dB above the sensitivity.
const GOLDEN_FROM_DBM = -60;

/**
 * Windows' Dynamic Lock as documented: the strength is asked several times a minute (here each ten seconds), counts as away
 * when it is more than 10 dB below the golden range (`rssiMin="-10"`) or there is no answer, and locks an idle machine
 * after about thirty seconds. It never unlocks. Where its golden range begins differs by adapter: here at -60 dBm.
 */
class DynamicLock extends PeerRule {
  readonly #recent = new Recent(2_000);
  #askedAt = 0;
  #away = 0;
  #touchedAt = 0;

  protected override tick(at: number): readonly RuleEvent[] {
    if (at < this.#askedAt + 10_000) return [];
    this.#askedAt = at;
    const mean = this.#recent.mean(at);
    this.#away = mean === null || mean - GOLDEN_FROM_DBM < -10 ? this.#away + 1 : 0;
    const idle = at - this.#touchedAt >= 10_000;
    return this.#away >= 3 && idle ? this.set(false, at, "away") : [];
  }

  protected override heard(how: "link" | "advert", rssi: number, at: number): readonly RuleEvent[] {
    if (how === "link") this.#recent.add(at, rssi);
    return [];
  }

  protected override touched(at: number): void {
    this.#touchedAt = at;
  }

  protected override opened(at: number): void {
    this.#away = 0;
    this.#touchedAt = at;
  }
}

const UNLOCK_METRES = 1.5;
const LOCK_METRES = 3;
const POCKET_DB = 8;
const strengthAt = (metres: number): number => -59 - 22 * Math.log10(metres);

/**
 * One threshold and a time-out, set once for all phones: locks when the mean of three seconds is below that of a phone in a
 * pocket at three metres for five seconds, or when nothing is heard; opens when it is that of a phone in the hand at 1.5 m.
 */
class FixedThreshold extends PeerRule {
  readonly #recent = new Recent(3_000);
  #below: number | null = null;

  protected override tick(at: number): readonly RuleEvent[] {
    const mean = this.#recent.mean(at);
    if (this.open === null) {
      this.#below = null;
      return mean !== null && mean >= strengthAt(UNLOCK_METRES) ? this.set(true, at, "near") : [];
    }
    if (mean !== null && mean >= strengthAt(LOCK_METRES) - POCKET_DB) this.#below = null;
    else this.#below ??= at;
    if (this.#below === null || at < this.#below + 5_000) return [];
    this.#below = null;
    return this.set(false, at, "far");
  }

  protected override heard(_how: "link" | "advert", rssi: number, at: number): readonly RuleEvent[] {
    this.#recent.add(at, rssi);
    return [];
  }

  protected override opened(): void {
    this.#recent.clear();
    this.#below = null;
  }
}
