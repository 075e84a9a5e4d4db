import type { Clock } from "@wardkey/protocol";
import { type EnrolmentOffer, parseOffer } from "@wardkey/protocol/credential";
import type { PhoneView } from "@wardkey/protocol/phone";
import type { HolderKey, HolderKeys, SecretKey } from "./vault/index.js";

/** An enrolment under way: the kiosk's offer, and the key that this phone made for it. */
export interface PendingEnrolment {
  readonly offer: EnrolmentOffer;
  readonly key: HolderKey;
  readonly handle: SecretKey;
}

export type EnrolRefusal = "offer-malformed" | "offer-expired" | "root-not-trusted" | "enrolment-under-way";

export interface EnrollingDependencies {
  clock: Clock;
  holderKeys: HolderKeys;
  /** The one root that may be brought, by its SHA-256; `null` takes the root that the kiosk's code names. */
  pinnedRootDigest: Uint8Array | null;
  onChange(): void;
}

/** One enrolment at a time, from the kiosk's code to the credential, or to the reason why there is none. */
export class Enrolling {
  readonly #deps: EnrollingDependencies;
  #view: PhoneView["enrolment"] = null;
  #pending: PendingEnrolment | null = null;
  #expiry: NodeJS.Timeout | null = null;

  constructor(deps: EnrollingDependencies) {
    this.#deps = deps;
  }

  view(): PhoneView["enrolment"] {
    return this.#view;
  }

  /** What to advertise for, while the kiosk's offer stands and no code was compared yet. */
  pending(): PendingEnrolment | null {
    return this.#pending;
  }

  /** Takes the text of a kiosk's code; `null` when the phone now waits for that kiosk. */
  async begin(text: string): Promise<EnrolRefusal | null> {
    if (this.#view?.step === "compare-code") return "enrolment-under-way";
    const parsed = parseOffer(text);
    if (!parsed.ok) return "offer-malformed";
    const { offer } = parsed;
    const left = offer.expiresAt - this.#deps.clock.now();
    if (left <= 0) return "offer-expired";
    const { pinnedRootDigest } = this.#deps;
    if (pinnedRootDigest !== null && Buffer.compare(pinnedRootDigest, offer.rootDigest) !== 0)
      return "root-not-trusted";
    const { key, handle } = await this.#deps.holderKeys.create();
    this.#drop();
    this.#pending = { offer, key, handle };
    this.#expiry = setTimeout(() => this.#expire(), Math.min(left, MAX_TIMER));
    this.#show({ step: "waiting", until: offer.expiresAt });
    return null;
  }

  /** Both screens show these digits now: the offer's own time no longer counts, the handshake's does. */
  compare(code: string): void {
    this.#stopExpiry();
    this.#show({ step: "compare-code", code });
  }

  done(): void {
    // The vault has a copy of the handle.
    this.#drop();
    this.#show({ step: "done" });
  }

  fail(code: string): void {
    this.#drop();
    this.#show({ step: "failed", code: code.slice(0, 64) });
  }

  /** Ends an enrolment, or puts away the word on how the last one ended. */
  cancel(): void {
    this.#drop();
    this.#show(null);
  }

  #expire(): void {
    if (this.#pending === null) return;
    const left = this.#pending.offer.expiresAt - this.#deps.clock.now();
    if (left > 0) this.#expiry = setTimeout(() => this.#expire(), Math.min(left, MAX_TIMER));
    else this.fail("offer-expired");
  }

  #stopExpiry(): void {
    if (this.#expiry !== null) clearTimeout(this.#expiry);
    this.#expiry = null;
  }

  #drop(): void {
    this.#stopExpiry();
    this.#pending?.handle.erase();
    this.#pending = null;
  }

  #show(view: PhoneView["enrolment"]): void {
    this.#view = view;
    this.#deps.onChange();
  }
}

/** Looked at again at least this often: a wall clock may be set meanwhile. */
const MAX_TIMER = 1_000;
