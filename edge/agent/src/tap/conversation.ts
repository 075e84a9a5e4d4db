import { assertNever, type Clock, codeOf } from "@wardkey/protocol";
import {
  Assembler,
  fragment,
  type HeartbeatOpener,
  type KioskEffect,
  type KioskEvent,
  type KioskState,
  type KioskTapInput,
  kioskTap,
  type Moment,
  payloadOf,
  type Step,
  startKioskTap,
} from "@wardkey/protocol/tap";
import type { LinkEvent } from "../presence/index.js";
import type { PhoneLink } from "../radio/index.js";
import type { Stopwatch } from "./stopwatch.js";

const HELLO_MS = 2_000;
// A person may have to find the phone and say yes: the phone gives them 20 s.
const RELEASE_MS = 28_000;
const TICK_MS = 100;

/** What the machine asks of whoever runs the tap. */
export type Asked = Extract<KioskEffect, { type: "verify-face" | "holder-proven" | "show-code" | "holder-key-proven" }>;

export interface ConversationInput {
  readonly link: PhoneLink;
  readonly tap: KioskTapInput;
  readonly clock: Clock;
  readonly stopwatch: Stopwatch;
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>;
  readonly onAsked: (asked: Asked) => void;
  /** Once, when the handshake has ended in any way; `null` when it came to its end in order. */
  readonly onEnded: (code: string | null) => void;
  readonly onLink: (event: LinkEvent) => void;
}

/**
 * One handshake over one link: frames in and out, the kiosk's state machine between them, a deadline at each wait. When
 * it ends without a session it closes the link; with one, it opens heartbeats until the link is lost.
 */
export class Conversation {
  readonly #input: ConversationInput;
  readonly #assembler = new Assembler();
  readonly #offs: (() => void)[] = [];
  #state: KioskState;
  #work: Promise<void> = Promise.resolve();
  #heartbeats: HeartbeatOpener | undefined;
  #deadline: { readonly code: string; readonly at: number } | undefined;
  #transcript: Uint8Array | undefined;
  #ended = false;
  #lost = false;

  /** Throws `reader-certificate` when the kiosk's own certificate names no reader. */
  constructor(input: ConversationInput) {
    this.#input = input;
    this.#state = startKioskTap(input.tap, this.#moment()).state;
  }

  get transcript(): Uint8Array | undefined {
    return this.#transcript;
  }

  /** Subscribes, which is what the phone waits for. */
  async begin(): Promise<void> {
    const { link, stopwatch } = this.#input;
    this.#offs.push(link.onFrame((frame) => this.#onFrame(frame)));
    this.#offs.push(link.onLost((code) => this.#onLost(code)));
    // A link that went before anybody listened says so at once: nobody would ever stop the clock.
    if (this.#lost) return;
    const timer = setInterval(() => this.#tick(), TICK_MS);
    this.#offs.push(() => clearInterval(timer));
    stopwatch.restart();
    this.#expect("m1-timeout", HELLO_MS);
    const subscribed = await link.subscribe();
    if (!subscribed.ok) await this.end(subscribed.code);
  }

  /** Hands the machine an event, and waits until everything that follows from it has been done. */
  async tell(event: KioskEvent): Promise<void> {
    try {
      this.#step(event);
    } catch (error) {
      await this.end(codeOf(error));
    }
    await this.settled();
  }

  /** Until nothing is left to send or sign. */
  async settled(): Promise<void> {
    let work: Promise<void>;
    do {
      work = this.#work;
      await work;
    } while (work !== this.#work);
  }

  /** Ends it here and closes the link; harmless when it has ended. */
  async end(code: string): Promise<void> {
    this.#finish(code);
    this.#leave(code);
    await this.#input.link.close();
  }

  #moment(): Moment {
    return { now: this.#input.clock.now(), monotonic: this.#input.clock.monotonic() };
  }

  #expect(code: string, withinMs: number): void {
    this.#deadline = { code, at: this.#input.clock.monotonic() + withinMs };
  }

  #tick(): void {
    const now = this.#input.clock.monotonic();
    const assembled = this.#assembler.expire(now);
    if (assembled.kind === "refused") void this.end(assembled.code);
    else if (this.#deadline !== undefined && now > this.#deadline.at) void this.end(this.#deadline.code);
    else this.#step({ type: "tick" });
  }

  #onFrame(frame: Uint8Array): void {
    const assembled = this.#assembler.push(frame, this.#input.clock.monotonic());
    switch (assembled.kind) {
      case "more":
        return;
      case "refused":
        void this.end(assembled.code);
        return;
      case "message":
        this.#onMessage(assembled.message);
        return;
      default:
        assertNever(assembled);
    }
  }

  #onMessage(message: Uint8Array): void {
    if (this.#heartbeats !== undefined) {
      const opened = this.#heartbeats.open(message);
      if (!opened.ok) void this.end(opened.code);
      else if (opened.elsewhere === true) this.#input.onLink({ type: "elsewhere" });
      else {
        const { moved, steps } = opened;
        this.#input.onLink({ type: "heartbeat", moved, ...(steps === undefined ? {} : { steps }) });
      }
      return;
    }
    const { phase } = this.#state;
    if (phase === "awaiting-hello") this.#input.stopwatch.lap("m1");
    if (phase === "awaiting-release") this.#input.stopwatch.lap("m3");
    this.#step({ type: "received", message });
    if (phase === "awaiting-release") this.#input.stopwatch.lap("verify");
  }

  #step(event: KioskEvent): void {
    const step: Step<KioskState, KioskEffect> = kioskTap(this.#state, event, this.#moment());
    this.#state = step.state;
    if (step.effects.length === 0) return;
    this.#deadline = undefined;
    this.#work = this.#work
      .then(async () => {
        for (const effect of step.effects) await this.#perform(effect);
      })
      .catch((error: unknown) => this.end(codeOf(error)));
  }

  async #perform(effect: KioskEffect): Promise<void> {
    switch (effect.type) {
      case "send":
        return this.#send(effect.message);
      case "sign":
        return this.#sign(effect.bytes);
      case "verify-face":
      case "holder-proven":
      case "show-code":
      case "holder-key-proven":
        this.#deadline = undefined;
        this.#input.onAsked(effect);
        return;
      case "established":
        this.#heartbeats = effect.heartbeat;
        this.#transcript = effect.transcript;
        if (this.#lost) effect.heartbeat.close();
        return;
      case "finished":
        return this.#finish(effect.code);
      case "close":
        this.#leave("closed");
        return this.#input.link.close();
      default:
        return assertNever(effect);
    }
  }

  async #send(message: Uint8Array): Promise<void> {
    const { link, stopwatch } = this.#input;
    for (const frame of fragment(message, payloadOf(link.attMtu))) {
      const written = await link.write(frame);
      if (!written.ok) return this.end(written.code);
    }
    if (this.#state.phase !== "awaiting-release") return;
    stopwatch.lap("m2");
    this.#expect("m3-timeout", RELEASE_MS);
  }

  async #sign(bytes: Uint8Array): Promise<void> {
    try {
      this.#step({ type: "signed", signature: await this.#input.sign(bytes) });
    } catch {
      await this.end("reader-key-unavailable");
    }
  }

  #onLost(code: string): void {
    this.#step({ type: "closed" });
    this.#finish(code);
    this.#leave(code);
  }

  #finish(code: string | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#input.onEnded(code);
  }

  #leave(code: string): void {
    if (this.#lost) return;
    this.#lost = true;
    for (const off of this.#offs) off();
    this.#heartbeats?.close();
    this.#step({ type: "closed" });
    this.#input.onLink({ type: "lost", code });
  }
}
