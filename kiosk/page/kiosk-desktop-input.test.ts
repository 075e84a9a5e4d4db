import type { InputReport, PostureMessage } from "@wardkey/protocol/screen";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { benchOfThisFile } from "./testing/bench-of-this-file.js";
import { sessionOf } from "./testing/kiosk-bench.js";
import { NOW } from "./testing/views.js";

const bench = benchOfThisFile();

const patient = { timeout: 15_000 };

/** A simulated shell: what it answers is the test's, and it counts what it is asked. */
interface Desk {
  answer: "reject" | "silence" | InputReport | null | object;
  asked: number;
}

async function inTheShell(answer: Desk["answer"]): Promise<Page> {
  const page = await bench.open({
    before: (page) =>
      page.addInitScript((first) => {
        const desk: Desk = { answer: first, asked: 0 };
        const input = async () => {
          desk.asked++;
          if (desk.answer === "reject") throw new Error("no shell answers");
          return desk.answer === "silence" ? new Promise(() => {}) : desk.answer;
        };
        Object.assign(globalThis, { desk, wardkeyShell: { posture: (_message: PostureMessage) => {}, input } });
      }, answer),
  });
  bench.agent.show({ session: sessionOf("unlocked"), now: NOW, profile: "production" });
  await page.getByRole("button", { name: "Lock now" }).waitFor();
  return page;
}

const desk = (page: Page) => page.evaluate(() => (globalThis as unknown as { desk: Desk }).desk);
const askedBeyond = (page: Page, count: number) =>
  expect.poll(async () => (await desk(page)).asked, patient).toBeGreaterThan(count);
const told = () => bench.agent.heard("activity").length;

describe("hands in another program", { timeout: 90_000 }, () => {
  it("are told of like hands on the page, once a second at most, also when both are at work", async () => {
    const page = await inTheShell({ v: 1, secondsAgo: 0 });
    const from = performance.now();
    for (let move = 0; move < 200; move++) await page.mouse.move(200 + move, 20);
    await expect.poll(told, patient).toBeGreaterThan(3);
    expect(told()).toBeLessThanOrEqual(Math.ceil((performance.now() - from) / 1_000) + 1);
  });

  it("are no activity when they rested, are unknown, are said in words that mean nothing, or are asked for in vain", async () => {
    const answers: Desk["answer"][] = [
      { v: 1, secondsAgo: 9 },
      null,
      { v: 1, secondsAgo: 0, more: true },
      { v: 1, secondsAgo: -1 },
      "reject",
    ];
    const page = await inTheShell(null);
    for (const answer of answers) {
      await page.evaluate((next) => {
        (globalThis as unknown as { desk: Desk }).desk.answer = next;
      }, answer);
      await askedBeyond(page, (await desk(page)).asked + 1);
      expect({ answer, told: told() }).toEqual({ answer, told: 0 });
    }
    expect(bench.complaints).toEqual([]);
  });

  it("are asked for once while a shell does not answer, and are no activity", async () => {
    const page = await inTheShell("silence");
    await askedBeyond(page, 0);
    await page.waitForTimeout(2_500);
    expect([(await desk(page)).asked, told()]).toEqual([1, 0]);
  });

  it("are asked for while the desktop is in use, and not while the page covers it", async () => {
    const page = await inTheShell({ v: 1, secondsAgo: 9 });
    await askedBeyond(page, 0);
    for (const name of ["locked", "leaving", "elsewhere", "greeting"]) {
      bench.agent.show({ session: sessionOf(name), now: NOW });
      await page.waitForSelector(`[data-state="${sessionOf(name).state}"]`);
      await page.waitForFunction(() => document.documentElement.dataset["shell"] === "cover");
      const { asked } = await desk(page);
      await page.waitForTimeout(1_500);
      expect({ name, asked: (await desk(page)).asked }).toEqual({ name, asked });
    }
  });
});

it("a shell that cannot be asked leaves everything as it was", { timeout: 90_000 }, async () => {
  const page = await bench.open({
    before: (page) => page.addInitScript(() => Object.assign(globalThis, { wardkeyShell: { posture: () => {} } })),
  });
  bench.agent.show({ session: sessionOf("unlocked"), now: NOW });
  await page.getByRole("button", { name: "Lock now" }).waitFor();
  await page.waitForTimeout(1_500);
  expect(told()).toBe(0);
  await page.mouse.move(300, 20);
  await expect.poll(told, patient).toBe(1);
  expect(bench.complaints).toEqual([]);
});
