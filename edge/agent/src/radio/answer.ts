import type { EventEmitter } from "node:events";

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: "timeout" | "ended" };

export interface Question<T> {
  readonly emitter: EventEmitter;
  readonly event: string;
  /** Sends the request whose answer arrives as the event. */
  ask(): void;
  /** Reads the event's parameters. */
  read(...parameters: unknown[]): T;
  readonly timeoutMs: number;
  /** Aborted when the link has ended. */
  readonly ended: AbortSignal;
}

/**
 * Asks once and waits for the answer, the end of the link or the deadline, whichever is first. noble's own promises have
 * no deadline and leave their listener behind when no answer comes.
 */
export function answerTo<T>(question: Question<T>): Promise<Answer<T>> {
  return new Promise((resolve) => {
    if (question.ended.aborted) {
      resolve({ ok: false, why: "ended" });
      return;
    }
    const settle = (answer: Answer<T>): void => {
      clearTimeout(timer);
      question.emitter.removeListener(question.event, onAnswer);
      question.ended.removeEventListener("abort", onEnd);
      resolve(answer);
    };
    const onAnswer = (...parameters: unknown[]): void => settle({ ok: true, value: question.read(...parameters) });
    const onEnd = (): void => settle({ ok: false, why: "ended" });
    // After a moment in which the machine did something else, the answer may lie there unread while the time is up.
    const timer = setTimeout(() => setImmediate(() => settle({ ok: false, why: "timeout" })), question.timeoutMs);
    question.emitter.on(question.event, onAnswer);
    question.ended.addEventListener("abort", onEnd);
    try {
      question.ask();
    } catch {
      // noble throws when the link went in this very turn.
      settle({ ok: false, why: "ended" });
    }
  });
}
