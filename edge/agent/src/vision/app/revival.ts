const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Begins again what has failed, after waits that grow until it has proved itself. */
export class Revival {
  readonly #attempt: () => Promise<void>;
  #waitMs = FIRST_WAIT_MS;
  #timer: NodeJS.Timeout | undefined;
  #underWay = false;

  /** `attempt` rejects when it failed once more. */
  constructor(attempt: () => Promise<void>) {
    this.#attempt = attempt;
  }

  get underWay(): boolean {
    return this.#underWay;
  }

  begin(): void {
    if (this.#underWay) return;
    this.#underWay = true;
    this.#wait();
  }

  /** It does what it is for: the next failure is soon tried again. */
  proved(): void {
    this.#waitMs = FIRST_WAIT_MS;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#underWay = false;
    this.#waitMs = FIRST_WAIT_MS;
  }

  #wait(): void {
    this.#timer = setTimeout(() => this.#try(), this.#waitMs);
    this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2);
  }

  #try(): void {
    this.#attempt().then(
      () => {
        this.#underWay = false;
      },
      () => {
        if (this.#underWay) this.#wait();
      },
    );
  }
}
