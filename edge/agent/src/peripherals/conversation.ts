import { bytesOf, type Frames, type Step } from "@wardkey/firmware-profiles";
import { type Clock, type Duration, seconds, WardkeyError } from "@wardkey/protocol";
import { Rate } from "../rate.js";
import type { Timers } from "../time.js";
import type { HidConnection } from "./hid-bus.js";
import { within } from "./within.js";

const ANSWER_WITHIN: Duration = seconds(1);
/** A person holds no badge faster, and no reader tells of one more often. */
const REPORTS_A_SECOND = 50;
const REPORTS_AT_ONCE = 100;
/** As many too many end the conversation: no reader does that. */
const TOO_MANY = 2_000;

export interface ConversationPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  /** It is over: `device-gone`, `device-floods`, `device-late`, `device-failed`. Told once. */
  readonly ended: (code: string) => void;
}

/** A talk with one open device, step by step as its profile says: each answer has a deadline, what floods is dropped. */
export class Conversation {
  readonly #ports: ConversationPorts;
  readonly #connection: HidConnection;
  readonly #rate: Rate;
  #dropped = 0;
  #over = false;
  #awaited: ((bytes: Uint8Array) => void) | null = null;
  #listener: ((bytes: Uint8Array) => void) | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(connection: HidConnection, ports: ConversationPorts) {
    this.#connection = connection;
    this.#ports = ports;
    const monotonic = ports.clock.monotonic();
    this.#rate = new Rate({ perSecond: REPORTS_A_SECOND, burst: REPORTS_AT_ONCE, monotonic });
    connection.onInput((bytes) => this.#heard(bytes));
    connection.onGone(() => this.end("device-gone"));
  }

  get over(): boolean {
    return this.#over;
  }

  /** Input reports that no step waits for. */
  listen(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  /** Runs the steps after those that are under way. Rejects, and ends the conversation, when one fails or is late. */
  run(steps: readonly Step[]): Promise<Frames> {
    const turn = this.#turn.then(() => this.#run(steps));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** What is closed may hang; nobody waits for it. */
  end(code: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#listener = null;
    this.#connection.close().catch(() => undefined);
    this.#ports.ended(code);
  }

  async #run(steps: readonly Step[]): Promise<Frames> {
    const frames: Record<string, Uint8Array> = {};
    let answer: Promise<Uint8Array> | null = null;
    for (const [index, step] of steps.entries()) {
      if (this.#over) throw new WardkeyError("device-gone", "the device is no longer there");
      try {
        if ("take" in step) {
          frames[step.take] = await this.#take(step, answer);
          answer = null;
        } else {
          // The answer to an output report may come before its sending resolves.
          const next = steps[index + 1];
          if (next !== undefined && "take" in next && next.from === "input") answer = this.#nextInput();
          await within(this.#ports.timers, ANSWER_WITHIN, this.#connection.send(step.send, bytesOf(step.bytes)));
        }
      } catch (error) {
        const late = error instanceof WardkeyError && error.code === "device-late";
        this.end(late ? "device-late" : "device-failed");
        throw error;
      }
    }
    return frames;
  }

  async #take(step: Extract<Step, { take: string }>, coming: Promise<Uint8Array> | null): Promise<Uint8Array> {
    const { from, report, length } = step;
    const answer = from === "feature" ? this.#connection.feature(report, length) : (coming ?? this.#nextInput());
    return (await within(this.#ports.timers, ANSWER_WITHIN, answer)).subarray(0, length);
  }

  #nextInput(): Promise<Uint8Array> {
    return new Promise((resolve) => {
      this.#awaited = resolve;
    });
  }

  #heard(bytes: Uint8Array): void {
    if (this.#over) return;
    if (!this.#rate.take(this.#ports.clock.monotonic())) {
      this.#dropped += 1;
      if (this.#dropped > TOO_MANY) this.end("device-floods");
      return;
    }
    const awaited = this.#awaited;
    this.#awaited = null;
    if (awaited !== null) awaited(bytes);
    else this.#listener?.(bytes);
  }
}
