import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { COLOUR_RULES } from "./test-support/axe.js";
import type { ConsoleSite } from "./test-support/console-site.js";
import { findingsAt, pagesFor } from "./test-support/pages-of-console.js";
import type { Look, PersonAtBrowser } from "./test-support/person.js";
import { startSiteInUse } from "./test-support/site-in-use.js";

const WIDE = 1440;
const NARROW = 390;
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let site: ConsoleSite;
let draft: string;

beforeAll(async () => {
  ({ site, draft } = await startSiteInUse());
});
afterAll(() => site?.remove());
afterEach(() => site.leave());

const enter = (look: Look): Promise<PersonAtBrowser> => site.enter({ role: "administrator", ...look });

/** What is wrong with each page, by its address. */
const findings = async (person: PersonAtBrowser, look: () => Promise<string[]>): Promise<object> =>
  findingsAt(person, await pagesFor(person, draft), look);

async function wrongWith(person: PersonAtBrowser, rules: readonly string[] | null = null): Promise<string[]> {
  const wrong = await person.violations(rules);
  return (await person.fits()) ? wrong : [...wrong, "it stands out at the side"];
}

describe("every page of the console", () => {
  it("has no accessibility finding in en, light and dark, narrow and wide", async () => {
    const person = await enter({ width: WIDE });
    expect((await pagesFor(person, draft)).length).toBeGreaterThan(20);
    const found = await findings(person, async () => {
      const wrong: string[] = [];
      for (const [width, colorScheme, rules] of [
        [WIDE, "light", null],
        [WIDE, "dark", COLOUR_RULES],
        [NARROW, "dark", null],
        [NARROW, "light", COLOUR_RULES],
      ] as const) {
        await person.page.setViewportSize({ width, height: 900 });
        await person.page.emulateMedia({ colorScheme });
        wrong.push(...(await wrongWith(person, rules)).map((each) => `${colorScheme}, ${width} px: ${each}`));
      }
      await person.page.setViewportSize({ width: WIDE, height: 900 });
      return wrong;
    });
    expect(found).toEqual({});
  });

  for (const [language, dark, width] of [
    ["it", false, WIDE],
    ["el", true, NARROW],
  ] as const) {
    it(`has no accessibility finding in ${language}, ${dark ? "dark" : "light"}, ${width} px`, async () => {
      const person = await enter({ language, dark, width });
      expect(await person.page.evaluate("document.documentElement.lang")).toBe(language);
      expect(await findings(person, () => wrongWith(person))).toEqual({});
    });
  }
});
