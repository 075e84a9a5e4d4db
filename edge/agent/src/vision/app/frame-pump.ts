import type { Clock } from "@wardkey/protocol";
import type { Pace } from "../ports.js";
import type { AnalystPort, LookJob, LookResult } from "./analyst-port.js";
import { Mailbox } from "./mailbox.js";

const SLOW_MS = 500;
// At most twelve looks a second: a face does not change faster, and the processor has more to do.
const FAST_MS = 1_000 / 12;

export interface FramePumpInput {
  readonly analyst: AnalystPort;
  readonly clock: Clock;
  /** A frame's buffer that is not needed any more. */
  readonly giveBack: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly onResult: (result: LookResult) => void;
  /** The analyst refused a frame outright: it is broken, or stopped. */
  readonly onBroken: () => void;
}

type Frame = Omit<LookJob, "embed">;

/** Feeds the analyst the newest frame at the pace that is asked for; older frames are dropped, never queued. */
export class FramePump {
  readonly #input: FramePumpInput;
  readonly #mailbox: Mailbox<Frame>;
  #pace: Pace = "off";
  #urgent = 0;
  #looking = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #wake: NodeJS.Timeout | undefined;

  constructor(input: FramePumpInput) {
    this.#input = input;
    this.#mailbox = new Mailbox(({ frame }) => input.giveBack(frame.bytes));
  }

  get pace(): Pace {
    return this.#urgent > 0 ? "fast" : this.#pace;
  }

  setPace(pace: Pace): void {
    this.#pace = pace;
    this.#pump();
  }

  /** Fast while somebody waits for a face, whatever the pace. Returns what ends that. */
  hurry(): () => void {
    this.#urgent += 1;
    this.#pump();
    let ended = false;
    return () => {
      if (!ended) this.#urgent -= 1;
      ended = true;
    };
  }

  put(frame: Frame): void {
    if (this.pace === "off") {
      this.#input.giveBack(frame.frame.bytes);
      return;
    }
    this.#mailbox.put(frame);
    this.#pump();
  }

  stop(): void {
    this.#pace = "off";
    clearTimeout(this.#wake);
    this.#mailbox.empty();
  }

  #pump(): void {
    clearTimeout(this.#wake);
    const { pace } = this;
    if (pace === "off") {
      this.#mailbox.empty();
      return;
    }
    if (this.#looking) return;
    const wait = this.#lookedAt + (pace === "fast" ? FAST_MS : SLOW_MS) - this.#input.clock.monotonic();
    if (wait > 0) {
      this.#wake = setTimeout(() => this.#pump(), wait);
      return;
    }
    const frame = this.#mailbox.take();
    if (frame === undefined) return;
    this.#lookedAt = this.#input.clock.monotonic();
    this.#looking = true;
    this.#look({ ...frame, embed: pace === "fast" })
      .catch(() => this.#input.onBroken())
      .finally(() => {
        this.#looking = false;
        this.#pump();
      });
  }

  async #look(job: LookJob): Promise<void> {
    const looked = await this.#input.analyst.look(job);
    this.#input.giveBack(looked.bytes);
    if (looked.outcome === "seen") this.#input.onResult(looked.result);
  }
}
