import { createHash } from "node:crypto";
import { type Clock, milliseconds } from "@wardkey/protocol";
import type { Downward, NudgeBody } from "@wardkey/protocol/fleet";
import { checkNudge, LESSON_OFFER, NUDGE_SHOWN_MS, type NudgeTemplate } from "@wardkey/protocol/nudge";
import type { NudgeView } from "@wardkey/protocol/screen";
import { isLesson, type LessonId } from "@wardkey/protocol/training";
import type { Journal } from "../journal/index.js";
import type { Session } from "../session/index.js";
import type { Timers } from "../time.js";
import { isOvertaken, type MomentFacts, momentOf, type Waiting, type WithheldBecause } from "./domain/moment.js";

/** A session is at most as long as a shift. */
const WAITS_AT_MOST_MS = 12 * 3_600_000;

export interface NudgeDeskParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly journal: Pick<Journal, "note">;
  readonly session: () => Session;
  /** Whether the policy wants quiet at this wall time. */
  readonly quiet: (at: number) => boolean;
  /** A lesson waits for whoever is in. */
  readonly offered: (lesson: LessonId) => void;
  readonly changed: () => void;
}

interface Held extends Waiting {
  readonly id: string;
  readonly template: NudgeTemplate;
  readonly parameters: NudgeBody["parameters"];
}

interface Shown {
  readonly held: Held;
  readonly at: number;
  readonly until: number;
  readonly cancel: () => void;
}

const digestOf = (text: string): string => createHash("sha256").update(text, "utf8").digest("base64url");

/**
 * Takes the fleet's nudges, shows one at the moment that suits whoever is in, and tells the journal what became of each.
 * What it cannot show at that moment is never shown later to somebody else.
 */
export class NudgeDesk {
  readonly #parts: NudgeDeskParts;
  #held: Held | null = null;
  #shown: Shown | null = null;
  #lastShownAt: number | null = null;
  /** Since when the session that is open is open. */
  #open: { readonly attempt: number; readonly since: number } | null = null;

  constructor(parts: NudgeDeskParts) {
    this.#parts = parts;
  }

  get view(): NudgeView | null {
    if (this.#shown === null) return null;
    const { held, until } = this.#shown;
    const { clock } = this.#parts;
    const left = Math.max(0, until - clock.monotonic());
    return {
      id: held.id,
      template: held.template.id,
      parameters: held.parameters,
      until: Math.round((clock.now() + left) / 100) * 100,
    };
  }

  /** A signed nudge, as it came. */
  take({ jti, body, exp, iat }: Pick<Downward<"nudge">, "jti" | "body" | "exp" | "iat">): void {
    const { clock, offered } = this.#parts;
    this.look();
    const checked = checkNudge(body, digestOf);
    if (!checked.ok) {
      this.#withheld({ id: jti, template: body.template }, checked.code);
      return;
    }
    const { template } = checked;
    const lesson = body.parameters["lesson"];
    if (template.id === LESSON_OFFER && typeof lesson === "string") {
      if (isLesson(lesson)) offered(lesson);
      return;
    }
    if (this.#held !== null) this.#withheld(this.#held, "superseded");
    const mode = this.#parts.session().mode;
    const attempt = mode.name === "unlocked" || mode.name === "leaving" ? mode.served.attempt : null;
    const life = Math.min(WAITS_AT_MOST_MS, Math.max(0, (exp - iat) * 1_000));
    const { parameters } = body;
    const { moment } = template;
    this.#held = { id: jti, template, parameters, moment, attempt, expiresAt: clock.monotonic() + life };
    this.look();
  }

  /** The session or the time may have changed. */
  look(): void {
    const facts = this.#facts();
    if (this.#shown !== null && isOvertaken(this.#shown.held, facts)) this.#end("overtaken");
    const held = this.#held;
    if (held === null) return;
    const verdict = momentOf(held, facts);
    if (verdict === "wait") return;
    this.#held = null;
    if (verdict === "show") this.#show(held, facts.monotonic);
    else this.#withheld(held, verdict.withhold);
  }

  /** False: it is not shown any more. */
  dismiss(id: string): boolean {
    if (this.#shown?.held.id !== id) return false;
    this.#end("dismissed");
    return true;
  }

  stop(): void {
    this.#shown?.cancel();
    this.#shown = null;
    this.#held = null;
  }

  #show(held: Held, monotonic: number): void {
    if (this.#shown !== null) this.#end("overtaken");
    const cancel = this.#parts.timers.after(milliseconds(NUDGE_SHOWN_MS), () => this.#end("time"));
    this.#shown = { held, at: monotonic, until: monotonic + NUDGE_SHOWN_MS, cancel };
    this.#lastShownAt = monotonic;
    this.#parts.changed();
  }

  #end(ended: "time" | "dismissed" | "overtaken"): void {
    const shown = this.#shown;
    if (shown === null) return;
    shown.cancel();
    this.#shown = null;
    const { held, at } = shown;
    const ms = Math.min(NUDGE_SHOWN_MS, Math.max(0, Math.round(this.#parts.clock.monotonic() - at)));
    const { moment, template } = held;
    this.#parts.journal.note("nudge.shown", { nudge: held.id, template: template.id, moment, ended, ms });
    this.#parts.changed();
  }

  #withheld(
    { id, template }: { readonly id: string; readonly template: string | NudgeTemplate },
    reason: WithheldBecause | "superseded" | "nudge-unknown" | "nudge-differs" | "nudge-parameters",
  ): void {
    const named = typeof template === "string" ? template : template.id;
    this.#parts.journal.note("nudge.withheld", { nudge: id, template: named, reason });
  }

  #facts(): MomentFacts {
    const { clock, session, quiet } = this.#parts;
    const { mode } = session();
    const monotonic = clock.monotonic();
    const served = mode.name === "unlocked" || mode.name === "leaving" ? mode.served : null;
    if (served === null) this.#open = null;
    else if (this.#open?.attempt !== served.attempt) this.#open = { attempt: served.attempt, since: monotonic };
    return {
      monotonic,
      open: mode.name === "unlocked" ? this.#open : null,
      leaving: mode.name === "leaving",
      atRest: mode.name === "locked",
      procedure: served !== null && served.procedureSince !== null,
      emergency: served?.emergency !== undefined,
      quiet: quiet(clock.now()),
      lastShownAt: this.#lastShownAt,
    };
  }
}
