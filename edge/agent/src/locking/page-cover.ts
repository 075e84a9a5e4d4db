import { Listeners } from "./listeners.js";
import type { Cover } from "./shared/overlay-target.js";

/** Whether any page of this kiosk is connected, and so covers what is behind it. */
export class PageCover implements Cover {
  readonly #listeners = new Listeners<void>();
  #pages = 0;

  get covered(): boolean {
    return this.#pages > 0;
  }

  on(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  pages(count: number): void {
    const was = this.covered;
    this.#pages = count;
    if (was !== this.covered) this.#listeners.tell();
  }
}
