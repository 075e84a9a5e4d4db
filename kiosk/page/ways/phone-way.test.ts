import type { WaysView } from "@wardkey/protocol/screen";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { benchOfThisFile } from "../testing/bench-of-this-file.js";
import { axeFindings, sessionOf } from "../testing/kiosk-bench.js";
import { heading, press } from "../testing/touch.js";
import { NOW } from "../testing/views.js";
import { CATALOGUES } from "../words.js";

const bench = benchOfThisFile();

const READY: WaysView = { code: true, badge: "none", phone: "ready", asking: false, waitUntil: null };
const READ: WaysView = { ...READY, phone: "read", phoneName: "Carla" };

it("phone and PIN: the phone is asked by a touch, names its owner, and takes that person's PIN", async () => {
  const page = await bench.open();
  bench.agent.show({ ways: READY });
  await press(page, "Other ways in");
  await page.getByRole("button", { name: "Phone and PIN" }).click();
  await expect.poll(() => bench.agent.heard("ways-phone").length).toBe(1);
  bench.agent.show({ ways: { ...READY, phone: "asking" } });
  await heading(page, "Asking your phone …");
  expect(await page.getByRole("button", { name: "Ask my phone" }).isDisabled()).toBe(true);
  expect(await axeFindings(page)).toEqual([]);
  bench.agent.show({ ways: READY });
  bench.agent.refuse("ways-phone", "phone-not-near");
  await page.getByText("No phone of yours is near. Come closer, with the phone unlocked.").waitFor();
  await press(page, "Ask my phone");
  await expect.poll(() => bench.agent.heard("ways-phone").length).toBe(2);
  bench.agent.show({ ways: READ });
  await heading(page, "Carla, type your PIN");
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.type("739154");
  await page.keyboard.press("Enter");
  await expect.poll(() => bench.agent.heard("enter-pin")).toEqual([{ type: "enter-pin", of: "phone", pin: "739154" }]);
  bench.agent.refuse("enter-pin", "way-wrong");
  await page.getByText("The PIN is not right.", { exact: true }).waitFor();
  await press(page, "I am not Carla");
  await expect.poll(() => bench.agent.heard("ways-phone").length).toBe(3);
  bench.agent.show({ ways: { ...READ, phoneName: "Bo" } });
  await heading(page, "Bo, type your PIN");
  expect(await page.getByLabel("PIN").inputValue()).toBe("");
  await press(page, "Back");
  await expect.poll(() => bench.agent.heard("ways-cancel").length).toBe(1);
  bench.agent.show({ ways: READY });
  await heading(page, "Other ways in");
  bench.agent.show({ session: sessionOf("greeting"), now: NOW });
  await heading(page, "Good afternoon, Anna");
  expect(bench.complaints).toEqual([]);
}, 120_000);

it("the choice of three ways and the field for a phone's PIN fit every screen, with a long name", async () => {
  const page = await bench.open({ language: "el" });
  const outside: unknown[] = [];
  bench.agent.show({ ways: { ...READY, badge: "ready" } });
  await press(page, CATALOGUES.el["ways.open"]);
  await heading(page, CATALOGUES.el["ways.title"]);
  await measure(page, "choice", outside);
  bench.agent.show({ ways: { ...READ, phoneName: "Maria Antonietta" } });
  await page.getByLabel("PIN").waitFor();
  bench.agent.refuse("enter-pin", "way-wrong");
  await page.locator(".way-said > *").waitFor();
  await measure(page, "pin", outside);
  expect(outside).toEqual([]);
}, 60_000);

async function measure(page: Page, name: string, outside: unknown[]): Promise<void> {
  for (const [width, height] of [
    [1280, 800],
    [800, 480],
    [768, 1024],
  ] as const) {
    await page.setViewportSize({ width, height });
    const cut = await page.evaluate(
      () =>
        [...document.querySelectorAll(".kiosk-words")].filter((each) => each.scrollHeight > each.clientHeight).length +
        [...document.querySelectorAll(".key, .wk-button, .way-input, .way-said > *")].filter((each) => {
          const { left, top, right, bottom } = each.getBoundingClientRect();
          return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight;
        }).length,
    );
    if (cut > 0) outside.push([name, width, cut]);
  }
}
