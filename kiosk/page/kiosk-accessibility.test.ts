import { LANGUAGES } from "@wardkey/ui";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { benchOfThisFile } from "./testing/bench-of-this-file.js";
import { EVERY_SCREEN, goTo } from "./testing/every-screen.js";
import { axeFindings, sessionOf } from "./testing/kiosk-bench.js";
import { NOW } from "./testing/views.js";

const THEMES = ["light", "dark"] as const;
/** Each screen in each language and theme; within `npm test` each screen once, in turns. */
const WHOLE = process.env["WARDKEY_CAMPAIGN"] === "1";

const PATIENCE_MS = WHOLE ? 3_600_000 : 120_000;

const bench = benchOfThisFile();

/** What is too small to touch with gloves, wider than the screen, or cut off. */
const misfits = (page: Page) =>
  page.evaluate(() => {
    const words = document.querySelector(".kiosk-words");
    const targets = [...document.querySelectorAll("button, .wk-language, input, [role=radio]")]
      .map((target) => ({ target, box: (target.closest("label") ?? target).getBoundingClientRect() }))
      // What is for screen readers alone is a point.
      .filter(({ box }) => box.width > 1)
      .filter(({ box }) => box.width < 55.9 || box.height < 55.9)
      .map(({ target, box }) => `small: ${target.className} ${Math.round(box.width)}x${Math.round(box.height)}`);
    return [
      ...targets,
      ...(document.documentElement.scrollWidth > innerWidth ? ["wider than the screen"] : []),
      ...(words !== null && words.scrollWidth > words.clientWidth ? ["words wider than their side"] : []),
    ];
  });

describe("every screen", () => {
  it.each(LANGUAGES.map((language, turn) => [language, turn] as const))(
    "passes axe with WCAG 2.2 AA and a contrast of 7:1, in light and in dark, and is made for gloves, in %s",
    async (language, turn) => {
      const page = await bench.open({ language });
      const findings: Record<string, string[]> = {};
      let checked = 0;
      for (const [index, picture] of EVERY_SCREEN.entries()) {
        const themes = THEMES.filter((_theme, theme) => WHOLE || (turn === index % 3 && theme === (index >> 1) % 2));
        if (themes.length > 0) await goTo(picture, { page, language, show: (view) => bench.agent.show(view) });
        for (const colorScheme of themes) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          const found = [...(await axeFindings(page)), ...(await misfits(page))];
          if (found.length > 0) findings[`${picture.name}, ${language}, ${colorScheme}`] = found;
          checked++;
        }
      }
      expect(findings).toEqual({});
      expect(checked).toBe(WHOLE ? 2 * EVERY_SCREEN.length : EVERY_SCREEN.filter((_, at) => at % 3 === turn).length);
      expect(bench.complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it("would be found at fault for grey words, a nameless button and a small one", async () => {
    const page = await bench.open();
    await page.evaluate(() => {
      const words = document.createElement("p");
      words.textContent = "hardly to be read";
      words.style.color = "#5a6a6d";
      words.style.backgroundColor = "#ffffff";
      const button = document.createElement("button");
      button.className = "fault";
      document.querySelector(".kiosk-words")?.append(words, button);
    });
    const found = [...(await axeFindings(page)), ...(await misfits(page))].map((each) => each.split(":")[0]);
    expect(new Set(found)).toEqual(new Set(["button-name", "color-contrast-enhanced", "small"]));
  });
});

/**
 * A letter is read by nearly everybody when it subtends 10 minutes of arc, twice what 20/20 needs: 5.8 mm tall at two metres. On
 * a 24-inch monitor of 1920 by 1080 a pixel is 0.277 mm, and Inter's capitals are 0.727 of the font's size.
 */
const READABLE_PX = (2_000 * Math.tan((10 / 60) * (Math.PI / 180))) / 0.277 / 0.727;

it("says its line and the sentence that helps large enough to be read from two metres, in every state", async () => {
  const page = await bench.open();
  await page.setViewportSize({ width: 1920, height: 1080 });
  const smaller: string[] = [];
  for (const name of [
    "locked",
    "near",
    "identifying",
    "greeting",
    "unlocked",
    "leaving",
    "refused",
    "degraded-camera",
  ]) {
    bench.agent.show({ session: sessionOf(name), now: NOW });
    await page.waitForSelector(`[data-state="${sessionOf(name).state}"]`);
    const sizes = await page.evaluate(() =>
      [...document.querySelectorAll(".line, .says, .bar-name, .bar-clock")].map((each) => ({
        what: each.className,
        size: Number.parseFloat(getComputedStyle(each).fontSize),
      })),
    );
    expect(sizes.length).toBeGreaterThan(1);
    for (const { what, size } of sizes) if (size < READABLE_PX) smaller.push(`${name}: ${what} ${size}`);
  }
  expect(smaller).toEqual([]);
});
