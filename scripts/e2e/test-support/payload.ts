import { expect } from "vitest";
import type { PersonAtBrowser } from "./person.js";

/** What a page that took it for more than text would run; `mark` tells one field from the next. At most 40 characters. */
export const payload = (mark: string): string => `<img src=x onerror=window.ran=1>${mark}`;

/** Elements that no page of the console has: whatever is one of them came of a text. */
const STRANGERS = "[onerror], [onload], [src=x], iframe, object, embed, #root script";

/** Nothing ran in what is before them, and no element came of a text. */
export async function expectTextAlone({ page }: PersonAtBrowser): Promise<void> {
  expect(await page.evaluate("'ran' in window")).toBe(false);
  expect(await page.locator(STRANGERS).count()).toBe(0);
}

/** Which of these texts are to be read on the page, in it or in one of its fields. */
export async function readOn({ page }: PersonAtBrowser, texts: readonly string[]): Promise<string[]> {
  const fields = await page
    .locator("input, textarea")
    .evaluateAll((all) => all.map((each) => Reflect.get(each, "value")));
  // With what is folded away, and lists' choices.
  const words = `${await page.locator("body").textContent()} ${await page.title()} ${fields.join(" ")}`;
  return texts.filter((text) => words.includes(text));
}
