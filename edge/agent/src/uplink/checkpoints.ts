import { after, type Duration, type Instant, minutes } from "@wardkey/protocol";
import type { Issuer } from "@wardkey/protocol/credential";
import type { Checkpoint, JournalEvent } from "@wardkey/protocol/fleet";
import { signStatement } from "@wardkey/protocol/fleet/signed";

const EVERY_ENTRIES = 100;
const EVERY: Duration = minutes(15);
/** A checkpoint is kept by the fleet as long as its log; this is how long it may take to arrive. */
const ARRIVES_WITHIN: Duration = minutes(60);

export interface CheckpointSettings {
  readonly site: () => string | null;
  readonly device: string;
  readonly signer: () => Issuer | null;
  readonly now: () => Instant;
  readonly monotonic: () => number;
  readonly newId: () => string;
  readonly publish: (payload: string) => Promise<void>;
}

/**
 * Signs what the fleet has acknowledged, every hundred entries and every quarter of an hour: afterwards neither side can
 * tell another history without the device's own signature speaking against it.
 */
export class Checkpoints {
  readonly #settings: CheckpointSettings;
  #latest: Checkpoint | null = null;
  #signed = { seq: 0, at: Number.NEGATIVE_INFINITY };

  constructor(settings: CheckpointSettings) {
    this.#settings = settings;
    this.#signed = { seq: 0, at: settings.monotonic() };
  }

  acknowledged({ seq, hash }: JournalEvent): void {
    this.#latest = { seq, head: hash };
  }

  /** Signs when it is time to; `closing` signs whatever is not signed yet. */
  async look({ closing }: { closing: boolean }): Promise<void> {
    const { monotonic, publish } = this.#settings;
    const latest = this.#latest;
    if (latest === null || latest.seq === this.#signed.seq) return;
    const due = latest.seq - this.#signed.seq >= EVERY_ENTRIES || monotonic() - this.#signed.at >= EVERY;
    if (!due && !closing) return;
    const message = await this.#message(latest);
    if (message === null) return;
    this.#signed = { seq: latest.seq, at: monotonic() };
    await publish(message);
  }

  async #message(body: Checkpoint): Promise<string | null> {
    const { site, device, signer, now, newId } = this.#settings;
    const issuer = signer();
    const at = now();
    const name = site();
    if (issuer === null || name === null) return null;
    const draft = { site: name, device, to: null, kind: "checkpoint", body, id: newId() };
    const statement = await signStatement({ ...draft, issuedAt: at, expiresAt: after(at, ARRIVES_WITHIN) }, issuer);
    return JSON.stringify({ v: 1, id: newId(), at: Math.floor(at), kind: "checkpoint", body: { statement } });
  }
}
