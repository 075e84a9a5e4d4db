import { setTimeout as sleep } from "node:timers/promises";
import { type Clock, WardkeyError } from "@wardkey/protocol";
import type { BluetoothAdapter } from "./adapter.js";
import type { Advert, CentralRadio, Connected, RadioAddress } from "./central-radio.js";
import { type CentralEnd, NobleCentral, type RadioLogCode } from "./noble-central.js";
import { isNobleStack } from "./noble-stack.js";

// An adapter that is not there is looked for often: it costs one question to the kernel. One that does not come up is
// left alone for longer and longer.
const LOOK_AGAIN_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

export interface CentralRadioInput {
  readonly adapter: BluetoothAdapter;
  readonly clock: Clock;
  /** Told of what was wrong with packets, scans, links and adapters. Never names a phone. */
  readonly log?: (event: { readonly code: RadioLogCode | (string & {}) }) => void;
}

/**
 * The central over noble. An adapter that is missing, switched off, unplugged or hung is a state and no error: it is
 * opened again until it is there.
 */
export function createCentralRadio(input: CentralRadioInput): CentralRadio {
  return new NobleRadio(input);
}

class NobleRadio implements CentralRadio {
  readonly #adapter: BluetoothAdapter;
  readonly #clock: Clock;
  readonly #log: NonNullable<CentralRadioInput["log"]>;
  readonly #advertListeners = new Set<(advert: Advert) => void>();
  readonly #stateListeners = new Set<(state: "ok" | "down") => void>();
  #central: NobleCentral | undefined;
  #refused: string | undefined;
  #told: "ok" | "down" = "down";
  #running: { readonly stopping: AbortController; readonly loop: Promise<void> } | undefined;
  #connecting: Promise<unknown> = Promise.resolve();

  constructor(input: CentralRadioInput) {
    this.#adapter = input.adapter;
    this.#clock = input.clock;
    this.#log = input.log ?? (() => {});
  }

  async start(): Promise<void> {
    if (this.#running !== undefined) return;
    const stopping = new AbortController();
    await new Promise<void>((resolve, reject) => {
      const loop = this.#keepOpen(stopping.signal, resolve);
      loop.catch(reject);
      this.#running = { stopping, loop };
    });
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.stopping.abort();
    await running.loop.catch(() => {});
    this.#told = "down";
  }

  state(): "ok" | "down" {
    return this.#told;
  }

  onState(listener: (state: "ok" | "down") => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  onAdvert(listener: (advert: Advert) => void): () => void {
    this.#advertListeners.add(listener);
    return () => this.#advertListeners.delete(listener);
  }

  connect(to: RadioAddress, signal: AbortSignal): Promise<Connected> {
    // A controller makes one connection at a time; noble would queue without a deadline.
    const attempt = this.#connecting.then((): Connected | Promise<Connected> => {
      if (signal.aborted) return { ok: false, code: "aborted" };
      return this.#central?.connect(to, signal) ?? { ok: false, code: "radio-down" };
    });
    this.#connecting = attempt;
    return attempt;
  }

  /** `tried` once the first adapter has come up, or has not. */
  async #keepOpen(stopping: AbortSignal, tried: () => void): Promise<void> {
    let waitMs = LOOK_AGAIN_MS;
    let afterSilence = false;
    while (!stopping.aborted) {
      const served = await this.#serveOne({ stopping, afterSilence, tried });
      afterSilence = served === "silent";
      waitMs = served === "not-up" ? Math.min(LONGEST_WAIT_MS, waitMs * 2) : LOOK_AGAIN_MS;
      if (served === "silent" || served === "stuck") continue;
      this.#tell("down");
      tried();
      await sleep(waitMs, undefined, { signal: stopping }).catch(() => {});
    }
    tried();
  }

  /** Opens the adapter, and returns when it is of no use any more. */
  async #serveOne(input: {
    readonly stopping: AbortSignal;
    readonly afterSilence: boolean;
    readonly tried: () => void;
  }): Promise<"not-there" | "not-up" | "stopped" | CentralEnd["why"]> {
    const { stopping, afterSilence, tried } = input;
    const opened = await this.#adapter.open();
    if (!opened.ok) {
      this.#refusedWith(opened.code);
      return "not-there";
    }
    let ended: (end: CentralEnd | "stopped") => void = () => {};
    const end = new Promise<CentralEnd | "stopped">((resolve) => {
      ended = resolve;
    });
    const onStop = (): void => ended("stopped");
    stopping.addEventListener("abort", onStop);
    const { noble } = opened;
    if (!isNobleStack(noble)) throw new WardkeyError("radio-stack-unknown", "this is not noble 1.9");
    const central = new NobleCentral({
      noble,
      clock: this.#clock,
      afterSilence,
      log: this.#log,
      onAdvert: (advert) => this.#hear(advert),
      onEnd: ended,
    });
    try {
      const code = await central.powerUp();
      this.#refusedWith(code);
      if (code !== undefined) return "not-up";
      this.#central = central;
      this.#tell("ok");
      tried();
      const over = await end;
      if (over === "stopped") return over;
      if (over.why === "off") this.#refusedWith(over.code);
      return over.why;
    } finally {
      stopping.removeEventListener("abort", onStop);
      this.#central = undefined;
      // One that was switched off or unplugged cannot be told anything.
      const over = await Promise.race([end, "stopped" as const]);
      await central.close(over !== "stopped" && over.why !== "off");
      await opened.close();
    }
  }

  /** Tells once why there is no radio, and not at every look. */
  #refusedWith(code: string | undefined): void {
    if (code !== undefined && code !== this.#refused) this.#log({ code });
    this.#refused = code;
  }

  #hear(advert: Advert): void {
    for (const listener of this.#advertListeners) listener(advert);
  }

  #tell(state: "ok" | "down"): void {
    if (state === this.#told) return;
    this.#told = state;
    for (const listener of this.#stateListeners) listener(state);
  }
}
