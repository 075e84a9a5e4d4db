import { setTimeout as sleep } from "node:timers/promises";
import { type Clock, codeOf, WardkeyError } from "@wardkey/protocol";
import type { BluetoothAdapter, OpenedAdapter } from "./adapter.js";
import type { Advert, CentralRadio, Connected, RadioAddress } from "./central-radio.js";
import { noLongerThan } from "./no-longer-than.js";
import { type CentralEnd, NobleCentral, type RadioLogCode } from "./noble-central.js";
import { isNobleStack, type NobleStack } from "./noble-stack.js";

// An adapter that is not there is looked for often: it costs one question to the kernel. One that does not come up is
// left alone for longer and longer.
const LOOK_AGAIN_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
// Everything that is waited for has an end: what hangs is left behind, and let go of when it comes after all.
const OPEN_MS = 5_000;
/** Longer than the links need that are closed with it. */
const CLOSE_MS = 5_000;
const LET_GO_MS = 2_000;
/** Longer than all steps of a link with their own deadlines, and the wait for one that is just being closed. */
const CONNECT_MS = 30_000;

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

interface Serving {
  readonly stopping: AbortSignal;
  readonly afterSilence: boolean;
  readonly tried: () => void;
}
type Served = "not-there" | "not-up" | "stopped" | CentralEnd["why"];

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
    const attempt = this.#connecting.then(() => this.#connectNow(to, signal));
    this.#connecting = attempt;
    return attempt;
  }

  /** Never rejects, and ends: the next attempt waits for it. */
  async #connectNow(to: RadioAddress, signal: AbortSignal): Promise<Connected> {
    if (signal.aborted) return { ok: false, code: "aborted" };
    const central = this.#central;
    if (central === undefined) return { ok: false, code: "radio-down" };
    const late = (connected: Connected): void => {
      if (connected.ok) void connected.link.close();
    };
    try {
      const connected = await noLongerThan(central.connect(to, signal), { ms: CONNECT_MS, late });
      return connected?.value ?? { ok: false, code: "connect-timeout" };
    } catch (error) {
      this.#log({ code: codeOf(error) });
      return { ok: false, code: "connect-failed" };
    }
  }

  /** `tried` once the first adapter has come up, or has not. Rejects only before that: a radio that ran is looked for again. */
  async #keepOpen(stopping: AbortSignal, tried: () => void): Promise<void> {
    let waitMs = LOOK_AGAIN_MS;
    let afterSilence = false;
    let first = true;
    const past = (): void => {
      first = false;
      tried();
    };
    while (!stopping.aborted) {
      const served: Served = await this.#serveOne({ stopping, afterSilence, tried: past }).catch((error: unknown) => {
        if (first) throw error;
        this.#refusedWith(codeOf(error));
        return "not-up" as const;
      });
      afterSilence = served === "silent";
      waitMs = served === "not-up" ? Math.min(LONGEST_WAIT_MS, waitMs * 2) : LOOK_AGAIN_MS;
      if (served === "silent" || served === "stuck") continue;
      this.#tell("down");
      past();
      await sleep(waitMs, undefined, { signal: stopping }).catch(() => {});
    }
    past();
  }

  /** Opens the adapter, and returns when it is of no use any more. */
  async #serveOne(input: Serving): Promise<Served> {
    const { stopping } = input;
    const late = (adapter: OpenedAdapter): void => {
      if (adapter.ok) void this.#letGo(adapter.close());
    };
    const opening = await noLongerThan(this.#adapter.open(), { ms: OPEN_MS, ended: stopping, late });
    if (opening === null) {
      if (!stopping.aborted) this.#refusedWith("adapter-stuck");
      return "not-there";
    }
    const opened = opening.value;
    if (!opened.ok) {
      this.#refusedWith(opened.code);
      return "not-there";
    }
    try {
      const { noble } = opened;
      if (!isNobleStack(noble)) throw new WardkeyError("radio-stack-unknown", "this is not noble 1.9");
      return await this.#serve(noble, input);
    } finally {
      await this.#letGo(opened.close());
    }
  }

  async #serve(noble: NobleStack, { stopping, afterSilence, tried }: Serving): Promise<Served> {
    let ended: (end: CentralEnd | "stopped") => void = () => {};
    const end = new Promise<CentralEnd | "stopped">((resolve) => {
      ended = resolve;
    });
    const onStop = (): void => ended("stopped");
    stopping.addEventListener("abort", onStop);
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
      await this.#letGo(central.close(over !== "stopped" && over.why !== "off"), CLOSE_MS);
    }
  }

  /** What does not let itself be closed keeps nobody waiting, and the next one is opened all the same. */
  async #letGo(closing: Promise<void>, ms: number = LET_GO_MS): Promise<void> {
    try {
      if ((await noLongerThan(closing, { ms })) === null) this.#log({ code: "adapter-stuck" });
    } catch (error) {
      this.#log({ code: codeOf(error) });
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
