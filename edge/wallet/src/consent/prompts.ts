import { after, type Clock, type Duration, type Instant } from "@wardkey/protocol";

export interface Prompt {
  readonly id: string;
  readonly kind: "notification" | "biometric";
  readonly kiosk: string;
  readonly until: Instant;
}

export type Answer = "granted" | "denied" | "no-answer";

export interface PromptDependencies {
  clock: Clock;
  /** How long the owner has to answer. */
  patience: Duration;
  makeId(): string;
  onChange(): void;
}

/** At most one question before the owner at a time. A question nobody answers is answered no. */
export class Prompts {
  readonly #deps: PromptDependencies;
  #waiting: { prompt: Prompt; settle(answer: Answer): void } | null = null;

  constructor(deps: PromptDependencies) {
    this.#deps = deps;
  }

  current(): Prompt | null {
    return this.#waiting?.prompt ?? null;
  }

  /** Asks the owner; the signal withdraws the question (`no-answer`), as when the reader went away. */
  ask(question: { kind: Prompt["kind"]; kiosk: string }, signal: AbortSignal): Promise<Answer> {
    if (this.#waiting !== null || signal.aborted) return Promise.resolve("no-answer");
    const { clock, patience, makeId, onChange } = this.#deps;
    const prompt: Prompt = { ...question, id: makeId(), until: after(clock.now(), patience) };
    return new Promise((resolve) => {
      const settle = (answer: Answer): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", withdraw);
        this.#waiting = null;
        resolve(answer);
        onChange();
      };
      const withdraw = (): void => settle("no-answer");
      const timer = setTimeout(withdraw, patience);
      signal.addEventListener("abort", withdraw, { once: true });
      this.#waiting = { prompt, settle };
      onChange();
    });
  }

  /** The owner's answer. `false` when that question is not the one that waits. */
  answer(id: string, granted: boolean): boolean {
    if (this.#waiting?.prompt.id !== id) return false;
    this.#waiting.settle(granted ? "granted" : "denied");
    return true;
  }
}
