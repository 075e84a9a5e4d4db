import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Axe's rules that look at colours: all that another theme alone can break. */
export const COLOUR_RULES = ["color-contrast", "link-in-text-block"] as const;

/** Rules of WCAG 2.2 A and AA, and axe's good practices, that the page breaks; or of `rules` alone. */
export async function violations(page: Page, rules: readonly string[] | null = null): Promise<string[]> {
  // evaluate() runs outside the page's own policy; a script tag would be refused by it.
  await page.evaluate(axeSource);
  return page.evaluate(async (runOnly) => {
    const { axe } = globalThis as unknown as {
      axe: { run(how: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run(runOnly === null ? {} : { runOnly })).violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`,
    );
  }, rules);
}
