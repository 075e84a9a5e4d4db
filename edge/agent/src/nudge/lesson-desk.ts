import type { Clock } from "@wardkey/protocol";
import type { LessonView } from "@wardkey/protocol/screen";
import { gradeLesson, type LessonId, lessonOf } from "@wardkey/protocol/training";
import type { Journal } from "../journal/index.js";
import type { Session } from "../session/index.js";

export interface LessonDeskParts {
  readonly clock: Clock;
  readonly journal: Pick<Journal, "note">;
  readonly session: () => Session;
  readonly changed: () => void;
}

export type LessonAnswer = { readonly ok: true } | { readonly ok: false; readonly code: string };

interface AtHand {
  readonly lesson: LessonId;
  readonly attempt: number;
  readonly staffId: string;
  readonly step: LessonView["step"];
  readonly openedAt: number;
  readonly score?: LessonView["score"];
}

const NONE_WAITS: LessonAnswer = { ok: false, code: "no-lesson" };

/**
 * A lesson that waits for whoever is in: offered in a quiet line, opened by their own wish alone, gone with their session
 * and at once when a procedure begins.
 */
export class LessonDesk {
  readonly #parts: LessonDeskParts;
  #at: AtHand | null = null;

  constructor(parts: LessonDeskParts) {
    this.#parts = parts;
  }

  get view(): LessonView | null {
    const at = this.#at;
    if (at === null) return null;
    return { lesson: at.lesson, step: at.step, ...(at.score === undefined ? {} : { score: at.score }) };
  }

  offer(lesson: LessonId): void {
    const { mode } = this.#parts.session();
    if (mode.name !== "unlocked" || mode.served.procedureSince !== null || mode.served.emergency !== undefined) return;
    if (this.#at !== null && this.#at.step !== "done") return;
    const { attempt, staffId } = mode.served;
    this.#set({ lesson, attempt, staffId, step: "offered", openedAt: 0 });
  }

  open(): LessonAnswer {
    const at = this.#at;
    if (at?.step !== "offered") return NONE_WAITS;
    const { lesson, staffId } = at;
    this.#parts.journal.note("lesson.opened", { lesson, staffId });
    this.#set({ ...at, step: "open", openedAt: this.#parts.clock.monotonic() });
    return { ok: true };
  }

  /** Not now, or done with it: it is offered another day unless it was completed. */
  later(): LessonAnswer {
    const at = this.#at;
    if (at === null) return NONE_WAITS;
    const { lesson, staffId } = at;
    if (at.step !== "done") this.#parts.journal.note("lesson.put-off", { lesson, staffId });
    this.#set(null);
    return { ok: true };
  }

  answer(answers: readonly number[]): LessonAnswer {
    const at = this.#at;
    if (at?.step !== "open") return NONE_WAITS;
    const score = gradeLesson(lessonOf(at.lesson), answers);
    if (score === null) return { ok: false, code: "answers-malformed" };
    const { lesson, staffId } = at;
    const ms = Math.min(604_800_000, Math.max(0, Math.round(this.#parts.clock.monotonic() - at.openedAt)));
    this.#parts.journal.note("lesson.completed", { lesson, staffId, ...score, ms });
    this.#set({ ...at, step: "done", score });
    return { ok: true };
  }

  /** The session may have changed. */
  look(): void {
    const at = this.#at;
    if (at === null) return;
    const { mode } = this.#parts.session();
    const theirs = mode.name === "unlocked" || mode.name === "leaving" ? mode.served : null;
    if (theirs === null || theirs.attempt !== at.attempt || theirs.procedureSince !== null) this.#set(null);
  }

  #set(at: AtHand | null): void {
    this.#at = at;
    this.#parts.changed();
  }
}
