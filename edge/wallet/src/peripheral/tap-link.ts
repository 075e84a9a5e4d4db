import { assertNever, type Clock, codeOf, type Duration, milliseconds, seconds } from "@wardkey/protocol";
import type { Reader } from "@wardkey/protocol/credential";
import {
  Assembler,
  fragment,
  type HeartbeatSealer,
  type Moment,
  PATIENCE,
  type PhoneEffect,
  type PhoneEvent,
  type PhoneState,
  type PhoneTapInput,
  phoneTap,
  type Step,
  startPhoneTap,
} from "@wardkey/protocol/tap";
import type { LinkListener, RadioLink } from "./port.js";
import type { ConsentAsked, Enrolled, Learned, TapEnd, TapOwner } from "./tap-owner.js";

/** A handshake, but for the time its owner takes to answer, ends within this. */
export const HANDSHAKE_WITHIN = seconds(10);
/** An enrolment waits for two people who compare digits and for a face that is measured. */
export const ENROLMENT_WITHIN = seconds(150);
const HEARTBEAT_EVERY = seconds(1);
const TICK_EVERY = milliseconds(250);
/** More than any handshake has: a peer that sends messages faster than they are read is cut. */
const MAX_WAITING_EVENTS = 16;

export interface TapLinkInput {
  link: RadioLink;
  tap: PhoneTapInput;
  owner: TapOwner;
  clock: Clock;
  /** How long the owner may take to answer, on top of the handshake's own time. */
  patience: Duration;
  /** Hears the code of everything that ends a link or goes wrong on it. */
  report(code: string): void;
}

/** Runs the phone's side of one tap over one link, from M1 to the last heartbeat. */
export class TapLink implements LinkListener {
  readonly #input: TapLinkInput;
  readonly #assembler = new Assembler();
  readonly #gone = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #events: PhoneEvent[] = [];
  #deadline: number;
  #state: PhoneState | null = null;
  #working = false;
  /** This side has given up: nothing more is said, whatever the machine still wanted to. */
  #cut = false;
  #reader: Reader | null = null;
  #receipt: TapEnd["receipt"] = null;
  #news: Learned | null = null;
  #enrolled: Enrolled | null = null;
  #released = false;
  #code: string | null = null;
  #finished = false;
  #heartbeat: HeartbeatSealer | null = null;

  constructor(input: TapLinkInput) {
    this.#input = input;
    const within = input.tap.purpose === "enrol" ? ENROLMENT_WITHIN : HANDSHAKE_WITHIN;
    this.#deadline = input.clock.monotonic() + within;
  }

  /** The handshake has not ended yet. */
  get shaking(): boolean {
    return !this.#finished;
  }

  start(): void {
    this.#input.link.listen(this);
    this.#timers.add(setInterval(() => this.#tick(), TICK_EVERY));
    void this.#drain(startPhoneTap(this.#input.tap, this.#moment()));
  }

  close(code: string): void {
    this.#abort(code);
  }

  /** Tells the reader that its owner has come in at another kiosk, and ends the link. */
  leaveForAnother(): void {
    if (this.#heartbeat !== null && !this.#gone.signal.aborted) this.#send(this.#heartbeat.seal({ elsewhere: true }));
    this.#abort("elsewhere");
  }

  frame(frame: Uint8Array): void {
    if (this.#gone.signal.aborted) return;
    const pushed = this.#assembler.push(frame, this.#input.clock.monotonic());
    if (pushed.kind === "message") this.#deliver({ type: "received", message: pushed.message });
    if (pushed.kind === "refused") this.#abort(pushed.code);
  }

  closed(): void {
    if (this.#gone.signal.aborted) return;
    this.#gone.abort();
    for (const timer of this.#timers) clearInterval(timer);
    this.#heartbeat?.close();
    this.#deliver({ type: "closed" });
    this.#input.owner.closed();
  }

  #moment(): Moment {
    const { clock } = this.#input;
    return { now: clock.now(), monotonic: clock.monotonic() };
  }

  #tick(): void {
    const monotonic = this.#input.clock.monotonic();
    const assembling = this.#assembler.expire(monotonic);
    if (assembling.kind === "refused") this.#abort(assembling.code);
    else if (!this.#finished && monotonic > this.#deadline) this.#abort("handshake-too-slow");
    else if (!this.#working) this.#deliver({ type: "tick" });
  }

  /** The first error ends the link; its code is the one that is remembered. */
  #abort(code: string): void {
    if (this.#gone.signal.aborted) return;
    this.#cut = true;
    this.#code ??= code;
    this.#input.report(code);
    this.#input.link.close();
  }

  #deliver(event: PhoneEvent): void {
    if (this.#events.length >= MAX_WAITING_EVENTS && event.type !== "closed") this.#abort("too-many-messages");
    else this.#events.push(event);
    if (!this.#working) void this.#drain(null);
  }

  /** One step at a time, and its effects in their order: what must be durable is, before what follows it is sent. */
  async #drain(first: Step<PhoneState, PhoneEffect> | null): Promise<void> {
    this.#working = true;
    try {
      await this.#takeAll(first);
    } catch (error) {
      this.#abort(codeOf(error));
    } finally {
      this.#working = false;
    }
  }

  async #takeAll(first: Step<PhoneState, PhoneEffect> | null): Promise<void> {
    if (first !== null) await this.#take(first);
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
      if (this.#state !== null) await this.#take(phoneTap(this.#state, event, this.#moment()));
      if (event.type === "closed")
        await this.#finish({ outcome: "broken-off", code: "link-closed", reader: this.#reader });
    }
  }

  async #take({ state, effects }: Step<PhoneState, PhoneEffect>): Promise<void> {
    this.#state = state;
    for (const effect of effects) {
      try {
        await this.#perform(effect);
      } catch (error) {
        // What follows would tell the reader of something that was not kept.
        this.#abort(codeOf(error));
        return;
      }
    }
  }

  async #perform(effect: PhoneEffect): Promise<void> {
    const { owner, link } = this.#input;
    switch (effect.type) {
      case "send":
        if (!this.#cut) this.#send(effect.message);
        return;
      case "sign":
        return this.#deliverLater(owner.sign(effect.bytes).then((signature) => ({ type: "signed", signature })));
      case "ask-consent":
        this.#reader = effect.reader;
        // Who is asked for a proof types a PIN at the kiosk before the handshake ends.
        this.#deadline += this.#input.patience + (effect.purpose === "prove" ? PATIENCE.person : 0);
        return this.#deliverLater(
          this.#askConsent({ reader: effect.reader, request: effect.purpose, least: effect.leastConsent }),
        );
      case "released":
        await owner.released(effect.kiosk, effect.at);
        this.#released = effect.template;
        return;
      case "show-code":
        return owner.showCode(effect.code);
      case "learned":
        // A kiosk that had no list to bring does not take back the one that came before.
        this.#news = { ...effect, deniedKiosks: effect.deniedKiosks ?? this.#news?.deniedKiosks ?? null };
        return;
      case "store-receipt":
        this.#receipt = { bytes: effect.receipt, facts: effect.facts };
        return;
      case "enrolled":
        this.#enrolled = effect;
        return;
      case "established":
        this.#heartbeat = effect.heartbeat;
        this.#timers.add(setInterval(() => this.#beat(), HEARTBEAT_EVERY));
        return owner.established(this.#reader);
      case "finished":
        return this.#finish(effect);
      case "close":
        return link.close();
      default:
        return assertNever(effect);
    }
  }

  async #askConsent(asked: ConsentAsked): Promise<PhoneEvent> {
    const answer = await this.#input.owner.consent(asked, this.#gone.signal);
    if (answer.granted) return { type: "consent", ...answer };
    this.#code ??= answer.code;
    return { type: "consent", granted: false };
  }

  /** What takes its time is waited for elsewhere, so that a reader that leaves meanwhile is noticed. */
  #deliverLater(event: Promise<PhoneEvent>): void {
    void event.then(
      (arrived) => this.#deliver(arrived),
      (error: unknown) => this.#abort(codeOf(error)),
    );
  }

  async #finish(end: Pick<TapEnd, "outcome" | "code" | "reader">): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    const { owner, tap } = this.#input;
    // What this side cut off for a fault of the other was refused, whatever the machine made of the lost link.
    const cutOff = this.#code !== null && end.outcome === "broken-off";
    const finished: TapEnd = {
      purpose: tap.purpose,
      outcome: cutOff ? "refused" : end.outcome,
      code: this.#code ?? end.code,
      reader: end.reader ?? this.#reader,
      released: this.#released,
      receipt: this.#receipt,
      news: this.#news,
      enrolled: end.outcome === "enrolled" ? this.#enrolled : null,
    };
    await owner.finished(finished).catch((error: unknown) => this.#input.report(codeOf(error)));
  }

  #beat(): void {
    if (this.#heartbeat === null || this.#gone.signal.aborted) return;
    this.#send(this.#heartbeat.seal(this.#input.owner.motion()));
  }

  #send(message: Uint8Array): void {
    const { link } = this.#input;
    for (const frame of fragment(message, link.payloadBytes)) link.send(frame);
  }
}
