import { type Clock, milliseconds } from "@wardkey/protocol";
import { enrolmentIdentifier, identifierWindow, rotatingIdentifier } from "@wardkey/protocol/credential";
import type { PhoneRadio } from "./port.js";

/** What the phone shows of itself; `null` is nothing at all. */
export type Showing =
  | { readonly kind: "holder"; readonly eidKey: Uint8Array; readonly site: string }
  | { readonly kind: "enrolment"; readonly token: Uint8Array }
  | null;

export interface Advertised {
  readonly identifier: Uint8Array;
  /** Window of the rotation; 0 during an enrolment. */
  readonly window: number;
  readonly purpose: "unlock" | "enrol";
}

/** Looked at often rather than timed to the boundary, so that a clock that is set or a machine that slept is noticed. */
const LOOK_EVERY = milliseconds(500);

export interface AdvertiserDependencies {
  radio: PhoneRadio;
  clock: Clock;
  showing(): Showing;
  report(code: string): void;
  onChange(): void;
}

/** Keeps the right identifier in the air: it turns with the 15-minute window, and goes when there is nothing to show. */
export class Advertiser {
  readonly #deps: AdvertiserDependencies;
  #timer: NodeJS.Timeout | null = null;
  #inAir: Advertised | null = null;
  #before: Advertised | null = null;
  #turning: Promise<void> = Promise.resolve();
  #failing = false;

  constructor(deps: AdvertiserDependencies) {
    this.#deps = deps;
  }

  /** What is in the air now. */
  get inAir(): Advertised | null {
    return this.#inAir;
  }

  /** What an identifier stood for: a central may still come for the one that was in the air a moment ago. */
  find(identifier: Uint8Array): Advertised | null {
    return [this.#inAir, this.#before].find((one) => sameIdentifier(one, identifier)) ?? null;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.look(), LOOK_EVERY);
    this.look();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#turning;
  }

  /** The radio came or went: nothing is in the air. */
  radioChanged(): void {
    this.#before = this.#inAir;
    this.#inAir = null;
    this.look();
    this.#deps.onChange();
  }

  /** Brings the air in line with what is to be shown now. */
  look(): void {
    this.#turning = this.#turning.then(() => this.#turn());
  }

  async #turn(): Promise<void> {
    const { radio, report, onChange } = this.#deps;
    const wanted = this.#wanted();
    if (wanted === null ? this.#inAir === null : sameIdentifier(this.#inAir, wanted.identifier)) return;
    try {
      if (wanted === null) await radio.silence();
      else await radio.advertise(wanted.identifier);
      this.#before = this.#inAir;
      this.#inAir = wanted;
      this.#failing = false;
      onChange();
    } catch {
      // Tried again at each look, for the radio may come back; said once.
      if (!this.#failing) report("advertising-failed");
      this.#failing = true;
    }
  }

  #wanted(): Advertised | null {
    const showing = this.#deps.showing();
    if (showing === null) return null;
    if (showing.kind === "enrolment") {
      return { identifier: enrolmentIdentifier(showing.token), window: 0, purpose: "enrol" };
    }
    const window = identifierWindow(this.#deps.clock.now());
    return { identifier: rotatingIdentifier({ ...showing, window }), window, purpose: "unlock" };
  }
}

function sameIdentifier(one: Advertised | null, identifier: Uint8Array): boolean {
  return one !== null && Buffer.compare(one.identifier, identifier) === 0;
}
