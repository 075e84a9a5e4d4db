/** A controller that does not say within this that it scans does not answer at all. */
const ANSWER_MS = 3_000;
/** Silence after which scanning is begun anew; each time in vain doubles it. */
const FIRST_PATIENCE_MS = 5_000;
const LONGEST_PATIENCE_MS = 40_000;
/** So long without any advertisement: the adapter is opened anew. Nobody may be about at night, so the next wait is longer. */
const FIRST_SILENCE_MS = 120_000;
const NEXT_SILENCE_MS = 900_000;
/** Somebody else's program may end scans as often as it likes. */
const BETWEEN_SCANS_MS = 1_000;

export type ScanVerdict = "well" | "scan-again" | "silent" | "hung";

/**
 * Judges whether a scan still runs. Nothing in the air and a controller that forgot to scan look the same, so silence is
 * met in steps: the scan is begun anew, more and more rarely, and in the end the adapter is opened anew. A controller
 * that does not even answer hangs.
 */
export class ScanWatch {
  #heardAt: number;
  #scannedAt: number;
  #unanswered: boolean;
  #ended = false;
  #patience = FIRST_PATIENCE_MS;
  readonly #silenceMs: number;

  /** A scan was asked for just now. `afterSilence`: the adapter was opened because nothing had been heard before. */
  constructor(at: number, afterSilence: boolean) {
    this.#heardAt = at;
    this.#scannedAt = at;
    this.#unanswered = true;
    this.#silenceMs = afterSilence ? NEXT_SILENCE_MS : FIRST_SILENCE_MS;
  }

  heard(at: number): void {
    this.#heardAt = at;
    this.#patience = FIRST_PATIENCE_MS;
  }

  /** The controller said that it scans. */
  answered(): void {
    this.#unanswered = false;
  }

  /** Somebody else's program ended the scan. */
  ended(): void {
    this.#ended = true;
  }

  scanned(at: number): void {
    this.#scannedAt = at;
    this.#unanswered = true;
    this.#ended = false;
  }

  /** `links`: how many phones are linked; for their sake no adapter is opened anew because of silence alone. */
  verdict(at: number, links: number): ScanVerdict {
    const sinceScan = at - this.#scannedAt;
    if (this.#unanswered && sinceScan >= ANSWER_MS && this.#heardAt <= this.#scannedAt) return "hung";
    if (this.#ended && sinceScan >= BETWEEN_SCANS_MS) return "scan-again";
    const silence = at - this.#heardAt;
    if (silence >= this.#silenceMs && links === 0) return "silent";
    if (silence < this.#patience || sinceScan < this.#patience) return "well";
    this.#patience = Math.min(LONGEST_PATIENCE_MS, this.#patience * 2);
    return "scan-again";
  }
}
