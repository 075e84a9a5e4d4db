/** What can go wrong on its own. */
export type Errand =
  | "round"
  | "keeping"
  | "identity"
  | "connection"
  | "clock"
  | "lease"
  | "report"
  | "outbox"
  | "broker"
  | "downward"
  | "tree";

/** Says a trouble of an errand once, not at every attempt, and says it again only after it went well meanwhile. */
export class Troubles {
  readonly #log: (event: { code: string }) => void;
  readonly #said = new Map<Errand, string>();

  constructor(log: (event: { code: string }) => void) {
    this.#log = log;
  }

  /** `null`: it went well. */
  say(errand: Errand, code: string | null): void {
    if (code === null) this.#said.delete(errand);
    else if (this.#said.get(errand) !== code) {
      this.#said.set(errand, code);
      this.#log({ code });
    }
  }

  of(errand: Errand): (code: string | null) => void {
    return (code) => this.say(errand, code);
  }
}
