import { seconds } from "@wardkey/protocol";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { benchOfThisFile } from "../testing/bench-of-this-file.js";
import { sessionOf } from "../testing/kiosk-bench.js";
import { heading, press } from "../testing/touch.js";
import { GLASS, NOW } from "../testing/views.js";

const bench = benchOfThisFile();

const SCREENS = [
  [1280, 800],
  [800, 480],
  [768, 1024],
] as const;
const CODE = "7KQM2F8DXN5RW0C4";

async function why(): Promise<Page> {
  const page = await bench.open();
  bench.agent.show({ breakGlass: GLASS });
  await press(page, "Emergency access");
  await heading(page, "Emergency: why?");
  return page;
}

describe("emergency access", () => {
  it("is offered at a closed kiosk, also one that is past its lease, and where the kiosk can judge it alone", async () => {
    const page = await bench.open();
    const button = page.getByRole("button", { name: "Emergency access" });
    expect(await button.count()).toBe(0);
    bench.agent.show({ session: sessionOf("degraded-lease"), ways: null, breakGlass: GLASS });
    await button.waitFor();
    bench.agent.show({ session: sessionOf("unlocked"), now: NOW });
    await expect.poll(() => button.count()).toBe(0);
  });

  it("takes one touch for the reason, a code, and nothing else", async () => {
    const page = await why();
    await press(page, "A patient is in danger");
    await heading(page, "Type your emergency code");
    await page.keyboard.type(CODE.toLowerCase());
    expect(await page.getByLabel("Emergency code").inputValue()).toBe("7KQM-2F8D-XN5R-W0C4");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => bench.agent.heard("break-glass"))
      .toEqual([{ type: "break-glass", reason: "patient-in-danger", code: CODE }]);
    bench.agent.refuse("break-glass", "way-wrong");
    await page.getByText("This code is not right, or it was used already.").waitFor();
    expect(await page.getByLabel("Emergency code").inputValue()).toBe("");
  });

  it("says how long to wait after wrong codes", async () => {
    const page = await why();
    await press(page, "Systems are down");
    bench.agent.show({ breakGlass: { ...GLASS, waitUntil: NOW + seconds(30) }, now: NOW });
    await page.getByText("Too many tries.").waitFor();
  });

  it("asks for two badges, says whose turn it is and what is wrong with one", async () => {
    const page = await why();
    await press(page, "Nobody here can get in");
    await press(page, "With two badges");
    await expect.poll(() => bench.agent.heard("break-glass-badges").length).toBe(1);
    bench.agent.show({ breakGlass: { ...GLASS, badges: "first" } });
    await heading(page, "Hold your badge to the reader");
    bench.agent.show({ breakGlass: { ...GLASS, badges: "second", badgeRefused: "badge-same-person" } });
    await heading(page, "Now a colleague’s badge");
    await page.getByText("This is the same person’s badge. A second person is needed.").waitFor();
    await press(page, "Back");
    await expect.poll(() => bench.agent.heard("break-glass-cancel").length).toBe(1);
  });

  it("fits every screen, down to a monitor on a trolley, in the shortest and the longest words", async () => {
    const findings: string[] = [];
    // Greek has the longest words.
    for (const language of ["en", "el"] as const) {
      const page = await bench.open({ language });
      bench.agent.show({ breakGlass: GLASS });
      await page.locator(".offers .wk-button").nth(1).click();
      await page.locator(".glass-reasons").waitFor();
      for (const step of ["why", "code"]) {
        if (step === "code") await page.locator(".glass-reasons .way").first().click();
        if (step === "code") await page.locator(".way-input").waitFor();
        for (const [width, height] of SCREENS) {
          await page.setViewportSize({ width, height });
          const outside = await page.evaluate(
            () =>
              [...document.querySelectorAll(".wk-button, .key, .way-input")].filter((each) => {
                const box = each.getBoundingClientRect();
                return box.bottom > innerHeight || box.right > innerWidth || box.height < 55.9;
              }).length,
          );
          const cut = await page.evaluate(() => {
            const words = document.querySelector(".kiosk-words");
            return words !== null && words.scrollHeight > words.clientHeight;
          });
          if (cut) findings.push(`${language} ${step} ${width} cut off`);
          if (outside > 0) findings.push(`${language} ${step} ${width} ${outside} outside or too small`);
          const shots = process.env["WARDKEY_SHOTS"];
          if (shots !== undefined) await page.screenshot({ path: `${shots}/glass-${step}-${language}-${width}.png` });
        }
      }
      await page.context().close();
    }
    expect(findings).toEqual([]);
    expect(bench.complaints).toEqual([]);
  }, 180_000);
});
