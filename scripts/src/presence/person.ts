import type { Observation } from "@wardkey/virtual-radio/walks";
import { drawn } from "./drawn.js";
import type { KioskRule, RuleEvent } from "./rule.js";
import type { KioskTruth } from "./truth.js";

/** To a veil before her eyes. */
const VEIL_ANSWER_MS = [800, 1_500] as const;
/** To a screen that is locked although she sits before it, and between one touch and the next. */
const LOCK_ANSWER_MS = [1_000, 2_000] as const;
const AGAIN_MS = 2_000;
/** To sign in by hand, where the rule does not open by itself. */
const SIGN_IN_MS = 5_000;

/** What the people of a walk do at one kiosk about what a rule does to them: they touch it, or sign in again. */
export class Reactions {
  readonly #truth: KioskTruth;
  readonly #rule: KioskRule;
  readonly #people: ReadonlySet<string>;
  #touchAt: number | null = null;
  #signIn: { readonly at: number; readonly person: string } | null = null;
  #drawn = 0;

  constructor(truth: KioskTruth, rule: KioskRule, people: ReadonlySet<string>) {
    this.#truth = truth;
    this.#rule = rule;
    this.#people = people;
  }

  /** What they do up to `at`, and what the rule makes of it. */
  until(at: number): readonly RuleEvent[] {
    const events: RuleEvent[] = [];
    if (this.#touchAt !== null && this.#touchAt <= at) {
      const touch: Observation = { at: this.#touchAt, type: "input", kiosk: this.#truth.kiosk };
      this.#touchAt = null;
      events.push(...this.#rule.observe(touch));
    }
    const signingIn = this.#signIn;
    if (signingIn !== null && signingIn.at <= at) {
      this.#signIn = null;
      // Who has got up meanwhile does not.
      if (this.#seated(signingIn.at) === signingIn.person) {
        events.push(...(this.#rule.signIn?.(signingIn.person, signingIn.at) ?? []));
      }
    }
    return events;
  }

  /** Looks at the screen now and then, and notices what happened. */
  notice(events: readonly RuleEvent[], at: number): void {
    for (const event of events) {
      if (event.type === "veiled" && this.#truth.looks(event.person, event.at)) {
        this.#touchAt ??= event.at + this.#between(...VEIL_ANSWER_MS);
      }
    }
    const seated = this.#seated(at);
    if (seated === undefined || this.#rule.open !== null) return;
    if (this.#rule.signIn !== undefined) this.#signIn ??= { at: at + SIGN_IN_MS, person: seated };
    else if (this.#touchAt === null && this.#truth.looks(seated, at)) {
      const locked = events.some((event) => event.type === "locked");
      this.#touchAt = at + (locked ? this.#between(...LOCK_ANSWER_MS) : AGAIN_MS);
    }
  }

  /** Who sits before this kiosk and means to use it. */
  #seated(at: number): string | undefined {
    const use = this.#truth.uses.find(
      (each) => this.#people.has(each.person) && at >= each.seatedAt && at < each.risesAt,
    );
    return use !== undefined && this.#truth.before(use.person, at) ? use.person : undefined;
  }

  #between(from: number, to: number): number {
    this.#drawn += 1;
    return from + (to - from) * drawn(this.#truth.seed, this.#drawn);
  }
}
