import type { PhoneSession, TapSession } from "../../tap/index.js";
import type { AttemptId, HolderRef } from "../domain/model.js";

/** What one attempt holds of the world: its wait for the phone or for an answer, the link, the service of presence. */
export class Attempt {
  readonly id: AttemptId;
  /** UUID under which the journal and the site know it. */
  readonly session: string;
  readonly begunAt: number;
  /** How long the comparison of faces took. */
  matchMs = 0;
  /** Presence heard this phone through its link alone. */
  served = false;
  readonly #abort = new AbortController();
  #holder: HolderRef | null;
  #link: PhoneSession | TapSession | null = null;
  #undo: (() => void)[] = [];
  #deciding: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(input: { id: AttemptId; holder: HolderRef | null; session: string; begunAt: number }) {
    this.id = input.id;
    this.#holder = input.holder;
    this.session = input.session;
    this.begunAt = input.begunAt;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** `null`: no phone takes part. */
  get holder(): HolderRef | null {
    return this.#holder;
  }

  get link(): PhoneSession | null {
    return this.#link;
  }

  /** With the template that the phone released. */
  get tap(): TapSession | null {
    return this.#link !== null && "template" in this.#link ? this.#link : null;
  }

  get ended(): boolean {
    return this.#ended;
  }

  hold(link: PhoneSession | TapSession): void {
    this.#holder = link.holder;
    this.#link = link;
  }

  /** `undo` runs when the attempt ends. */
  until(undo: () => void): void {
    this.#undo.push(undo);
  }

  decide(outcome: "unlocked" | "not-matched" | "refused"): void {
    if (this.#link !== null) this.#deciding = this.#link.decide(outcome);
  }

  /** Lets everything go; the phone still gets the word that is on its way. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#abort.abort();
    for (const undo of this.#undo.splice(0).reverse()) undo();
    const link = this.#link;
    this.#link = null;
    await this.#deciding.catch(() => {});
    await link?.close();
  }
}
