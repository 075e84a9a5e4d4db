import { seconds } from "@wardkey/protocol";
import type { WaysView } from "@wardkey/protocol/screen";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { benchOfThisFile } from "../testing/bench-of-this-file.js";
import { axeFindings, sessionOf } from "../testing/kiosk-bench.js";
import { heading, press } from "../testing/touch.js";
import { NOW } from "../testing/views.js";

const bench = benchOfThisFile();

const BOTH: WaysView = { code: true, badge: "ready", phone: "none", asking: false, waitUntil: null };
const READ: WaysView = { ...BOTH, badge: "read" };
const CODE = "7QK4-MZ93-TB0V-5J8H-XN2D-RG6W-CA";

const SCREENS = [
  [1280, 800],
  [1920, 1080],
  [800, 480],
  [768, 1024],
] as const;

/** At the field for a code, from a kiosk without a reader. */
async function atTheCode(): Promise<Page> {
  const page = await bench.open();
  await press(page, "Other ways in");
  await heading(page, "Type your code");
  return page;
}

describe("other ways in", () => {
  it("are offered wherever the kiosk is closed, in large letters, and nowhere else", async () => {
    const page = await bench.open();
    const button = page.getByRole("button", { name: "Other ways in" });
    const offered: Record<string, number> = {};
    for (const name of ["locked", "near", "refused", "degraded-camera", "identifying", "greeting"]) {
      bench.agent.show({ session: sessionOf(name), now: NOW, ways: BOTH });
      await page.waitForSelector(`[data-state="${sessionOf(name).state}"]`);
      offered[name] = await button.count();
    }
    bench.agent.show({ session: sessionOf("locked"), ways: null });
    await page.waitForSelector('[data-state="locked"]');
    await expect.poll(() => button.count()).toBe(0);
    expect(offered).toEqual({ locked: 1, near: 1, refused: 1, "degraded-camera": 1, identifying: 0, greeting: 0 });
  });

  it("lead to a code at once where there is no reader, and to a choice where there is one", async () => {
    const page = await atTheCode();
    await press(page, "Back");
    await heading(page, "Walk up to unlock");
    bench.agent.show({ ways: BOTH });
    await press(page, "Other ways in");
    await heading(page, "Other ways in");
    await page.getByRole("button", { name: "Badge and PIN" }).click();
    await heading(page, "Hold your badge to the reader");
    await press(page, "Back");
    await page.getByRole("button", { name: "One-time code" }).click();
    await heading(page, "Type your code");
  });

  it("open by themselves when a badge is held to the reader", async () => {
    const page = await bench.open();
    bench.agent.show({ ways: READ });
    await heading(page, "Type your PIN");
    expect(await page.getByLabel("PIN").evaluate((field) => field === document.activeElement)).toBe(true);
  });

  it("make way for who is let in", async () => {
    const page = await atTheCode();
    await page.keyboard.type("7QK4MZ93");
    bench.agent.show({ session: sessionOf("greeting-alone"), now: NOW });
    await heading(page, "Good afternoon, Anna");
    await page.getByText("Lock it yourself when you leave.").waitFor();
    bench.agent.show({ session: sessionOf("unlocked-alone"), now: NOW });
    await page.getByText("Lock it when you leave").waitFor();
    await page.getByText("open until 14:50").waitFor();
    bench.agent.show({ session: sessionOf("locked"), now: NOW });
    await heading(page, "Walk up to unlock");
    await press(page, "Other ways in");
    expect(await page.getByLabel("One-time code").inputValue()).toBe("");
  });
});

describe("a code", () => {
  it("is typed on the keyboard or on the screen's keys, and shown in groups as on its paper", async () => {
    const page = await atTheCode();
    await page.keyboard.type("7qk4 mz93-tb");
    for (const key of ["0", "V", "X"]) await press(page, key);
    await press(page, "Erase the last one");
    const field = page.getByLabel("One-time code");
    expect(await field.inputValue()).toBe("7QK4-MZ93-TB0V");
    expect(await field.evaluate((each) => each === document.activeElement)).toBe(true);
    await page.keyboard.type("5J8HXN2DRG6WCA");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => bench.agent.heard("enter-code"))
      .toEqual([{ type: "enter-code", code: CODE.replaceAll("-", "") }]);
  });

  it("that is too short cannot be sent, also not by the Enter key", async () => {
    const page = await atTheCode();
    await page.keyboard.type("7QK4MZ9");
    await page.keyboard.press("Enter");
    expect(await page.getByRole("button", { name: "Open", exact: true }).isDisabled()).toBe(true);
    expect(bench.agent.heard("enter-code")).toEqual([]);
  });

  it("that was refused is gone from the field, and the screen says why", async () => {
    const page = await atTheCode();
    await page.keyboard.type(CODE);
    await press(page, "Open");
    bench.agent.refuse("enter-code", "way-wrong");
    await page.getByText("This code is not right, or it was used already.", { exact: true }).waitFor();
    expect(await page.getByLabel("One-time code").inputValue()).toBe("");
  });

  it("is not taken before a wait is over, whose end is counted down", async () => {
    const page = await atTheCode();
    const none = { ...BOTH, badge: "none" } as const;
    bench.agent.show({ ways: { ...none, waitUntil: NOW + seconds(600) }, now: NOW });
    await page.getByText("Too many tries.").waitFor();
    await page.keyboard.type(CODE);
    await page.keyboard.press("Enter");
    expect(await page.getByRole("button", { name: /^Try again in (10:00|9:5\d)$/ }).isDisabled()).toBe(true);
    bench.agent.show({ ways: none, now: NOW });
    await page.getByRole("button", { name: "Open", exact: true }).waitFor();
    expect(bench.agent.heard("enter-code")).toEqual([]);
    await page.keyboard.press("Enter");
    await expect.poll(() => bench.agent.heard("enter-code").length).toBe(1);
  });

  it("left alone for a minute is forgotten, and the kiosk is its own again", async () => {
    const page = await atTheCode();
    await page.keyboard.type("7QK4MZ93");
    bench.agent.show({ now: NOW + seconds(61) });
    await heading(page, "Walk up to unlock");
    await press(page, "Other ways in");
    expect(await page.getByLabel("One-time code").inputValue()).toBe("");
  });
});

describe("a PIN", () => {
  it("is digits that nobody reads, sent for the badge that was read", async () => {
    const page = await bench.open();
    bench.agent.show({ ways: READ });
    await heading(page, "Type your PIN");
    await page.keyboard.type("73a9");
    for (const key of ["1", "5", "4"]) await press(page, key);
    const field = page.getByLabel("PIN");
    expect(await field.getAttribute("type")).toBe("password");
    expect(await field.inputValue()).toBe("739154");
    await press(page, "Open");
    await expect
      .poll(() => bench.agent.heard("enter-pin"))
      .toEqual([{ type: "enter-pin", of: "badge", pin: "739154" }]);
    bench.agent.refuse("enter-pin", "way-wrong");
    await page.getByText("Badge or PIN is not right.").waitFor();
    expect(await field.inputValue()).toBe("");
  });

  it("is asked no more when its badge is forgotten, and going back forgets it", async () => {
    const page = await bench.open();
    bench.agent.show({ ways: READ });
    await heading(page, "Type your PIN");
    await press(page, "Back");
    await expect.poll(() => bench.agent.heard("ways-cancel").length).toBe(1);
    bench.agent.show({ ways: BOTH });
    await heading(page, "Other ways in");
  });
});

describe("for everybody", () => {
  it("every screen of them passes axe, in light and in dark", async () => {
    const page = await bench.open();
    const findings: Record<string, string[]> = {};
    const look = async (name: string, colorScheme: "light" | "dark") => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const found = await axeFindings(page);
      if (found.length > 0) findings[`${name} ${colorScheme}`] = found;
    };
    bench.agent.show({ ways: BOTH });
    await press(page, "Other ways in");
    await look("choice", "light");
    bench.agent.show({ ways: READ });
    await heading(page, "Type your PIN");
    await look("pin", "dark");
    bench.agent.show({ ways: { ...BOTH, badge: "none", waitUntil: NOW + seconds(30) }, now: NOW });
    await heading(page, "Type your code");
    await look("code", "light");
    await look("code", "dark");
    bench.agent.show({ session: sessionOf("unlocked-alone"), now: NOW });
    await page.getByText("Lock it when you leave").waitFor();
    await look("open", "light");
    expect(findings).toEqual({});
    expect(bench.complaints).toEqual([]);
  }, 120_000);

  it("keys of 64 pixels and all words fit every screen, down to a monitor on a trolley", async () => {
    const page = await bench.open();
    const seen: unknown[] = [];
    await press(page, "Other ways in");
    for (const kind of ["code", "pin"] as const) {
      bench.agent.show({ ways: kind === "pin" ? READ : { ...BOTH, badge: "none" } });
      await heading(page, kind === "pin" ? "Type your PIN" : "Type your code");
      bench.agent.refuse(kind === "pin" ? "enter-pin" : "enter-code", "way-wrong");
      await page.locator(".way-said > *").waitFor();
      for (const [width, height] of SCREENS) {
        await page.setViewportSize({ width, height });
        const measured = await page.evaluate(() => {
          const boxes = (selector: string) =>
            [...document.querySelectorAll(selector)].map((each) => each.getBoundingClientRect());
          const small = (least: number) => (box: DOMRect) => box.width < least - 0.1 || box.height < least - 0.1;
          const out = (box: DOMRect) =>
            box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight;
          const words = document.querySelector(".kiosk-words");
          return {
            smallKeys: boxes(".key").filter(small(64)).length,
            smallButtons: boxes(".wk-button").filter(small(55.9)).length,
            outside: boxes(".key, .wk-button, .way-input, .way-said > *").filter(out).length,
            cut: words !== null && words.scrollHeight > words.clientHeight,
          };
        });
        seen.push({ kind, width, ...measured });
      }
    }
    const fits = { smallKeys: 0, smallButtons: 0, outside: 0, cut: false };
    expect(seen).toEqual(
      (["code", "pin"] as const).flatMap((kind) => SCREENS.map(([width]) => ({ kind, width, ...fits }))),
    );
  }, 120_000);
});
