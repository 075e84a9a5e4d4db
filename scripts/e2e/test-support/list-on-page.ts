import { readFileSync } from "node:fs";
import type { Locator } from "playwright-core";
import type { PersonAtBrowser } from "./person.js";

/** A list of the console, by the title that its search is read out with. */
export class ListOnPage {
  readonly #person: PersonAtBrowser;
  readonly #frame: Locator;
  readonly #filters: Locator;

  constructor(person: PersonAtBrowser, title: string) {
    this.#person = person;
    this.#filters = person.page.getByRole("search", { name: title, exact: true });
    this.#frame = person.page.locator(".list", { has: this.#filters });
  }

  waitFor(): Promise<void> {
    return this.#filters.waitFor();
  }

  /** The rows that are shown, each as the text of one of its columns; of cards, all of their text. */
  async shown(column?: string): Promise<readonly string[]> {
    await this.#person.settled();
    const rows = this.#frame.locator("tbody tr, .list-cards > li");
    if (column === undefined) return rows.allInnerTexts();
    const headings = await this.#frame.locator("thead th").allInnerTexts();
    const place = headings.findIndex((heading) => heading.trim() === column);
    if (place < 0) throw new Error(`no column ${column} among ${headings.join(", ")}`);
    return rows.locator(`> :nth-child(${place + 1})`).allInnerTexts();
  }

  /** Presses the heading of a column; of cards, chooses the order by it. */
  async sortBy(column: string): Promise<void> {
    const order = this.#frame.getByLabel("Order", { exact: true });
    if ((await order.count()) === 0) {
      await this.#frame.locator("thead").getByRole("button", { name: column, exact: true }).click();
    } else {
      const label = `${column} ${(await order.locator("option:checked").innerText()) === `${column} ↑` ? "↓" : "↑"}`;
      await order.selectOption({ label });
    }
    await this.#person.settled();
  }

  /** Types into the search, or chooses in the filter of this name. */
  async filter(name: string, value: string): Promise<void> {
    if (name === "search") await this.#filters.getByRole("searchbox").fill(value);
    else await this.#filters.getByLabel(name, { exact: true }).selectOption({ label: value });
  }

  /** The lines of the file that it exports, its headings first. */
  async exported(): Promise<readonly string[]> {
    const saved = this.#person.page.waitForEvent("download");
    await this.#frame.getByRole("button", { name: "Export CSV", exact: true }).click();
    return readFileSync(await (await saved).path(), "utf8")
      .split("\r\n")
      .slice(0, -1);
  }
}
