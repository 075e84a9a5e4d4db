import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { COLOUR_RULES } from "./test-support/axe.js";
import type { ConsoleSite } from "./test-support/console-site.js";
import { answerEmergencies, emergency } from "./test-support/emergency.js";
import type { Look, PersonAtBrowser } from "./test-support/person.js";
import { startSiteInUse } from "./test-support/site-in-use.js";

const WIDE = 1440;
const NARROW = 390;
/** What the navigation does not lead to by itself. */
const UNDER = [
  "#/devices/bed-0",
  "#/people/bruno-neri",
  "#/policy/version-2",
  "#/risk/imports",
  "#/risk/bed-0",
] as const;

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let site: ConsoleSite;
let draft: string;

beforeAll(async () => {
  ({ site, draft } = await startSiteInUse());
});
afterAll(() => site?.remove());
afterEach(() => site.leave());

async function enter(look: Look): Promise<PersonAtBrowser> {
  const person = await site.enter({ role: "administrator", ...look });
  const { waits } = emergency();
  await answerEmergencies(person.page, () => waits);
  return person;
}

/** Everything that the navigation leads to, what lies under it, and what is nowhere. */
async function everyPage({ page }: PersonAtBrowser): Promise<`#/${string}`[]> {
  const led = page.locator(".places a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  const places = (await led).filter((href): href is `#/${string}` => href?.startsWith("#/") === true);
  return [...places, ...UNDER, `#/policy/${draft}`, "#/nowhere"];
}

/** What is wrong with each page, by its address; nothing of it is left out at the first one. */
async function findings(person: PersonAtBrowser, look: (address: string) => Promise<string[]>): Promise<object> {
  const found: Record<string, string[]> = {};
  for (const address of await everyPage(person)) {
    await person.visit(address);
    const wrong = await look(address);
    if (wrong.length > 0) found[address] = wrong;
  }
  return found;
}

async function wrongWith(person: PersonAtBrowser, rules: readonly string[] | null = null): Promise<string[]> {
  const wrong = await person.violations(rules);
  return (await person.fits()) ? wrong : [...wrong, "it stands out at the side"];
}

describe("every page of the console", () => {
  it("has no accessibility finding in en, light and dark, narrow and wide", async () => {
    const person = await enter({ width: WIDE });
    expect((await everyPage(person)).length).toBeGreaterThan(20);
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
