/** Room for one: what was not fetched when something newer comes is handed to `discard`. */
export class Mailbox<Letter> {
  readonly #discard: (letter: Letter) => void;
  #letter: Letter | undefined;

  constructor(discard: (letter: Letter) => void) {
    this.#discard = discard;
  }

  put(letter: Letter): void {
    this.empty();
    this.#letter = letter;
  }

  take(): Letter | undefined {
    const letter = this.#letter;
    this.#letter = undefined;
    return letter;
  }

  empty(): void {
    const letter = this.take();
    if (letter !== undefined) this.#discard(letter);
  }
}
