import type { PostureMessage } from "@wardkey/protocol/screen";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { benchOfThisFile } from "./testing/bench-of-this-file.js";
import { sessionOf } from "./testing/kiosk-bench.js";
import { NOW } from "./testing/views.js";

const bench = benchOfThisFile();

const patient = { timeout: 15_000 };

/** A simulated shell: it covers as it was last told to, unless it `refuses`, or is stopped and never answers. */
interface Shell {
  conduct: "obeys" | "refuses" | "stopped";
  asked: number;
}

async function inTheShell(conduct: Shell["conduct"]): Promise<Page> {
  return await bench.open({
    before: (page) =>
      page.addInitScript((first) => {
        const shell: Shell = { conduct: first, asked: 0 };
        let posture = "cover";
        const covers = async (): Promise<boolean> => {
          shell.asked++;
          if (shell.conduct === "stopped") return await new Promise(() => {});
          return shell.conduct === "obeys" && posture === "cover";
        };
        const take = (message: PostureMessage): void => {
          posture = message.posture;
        };
        Object.assign(globalThis, { shell, wardkeyShell: { posture: take, covers } });
      }, conduct),
  });
}

const asked = (page: Page) => page.evaluate(() => (globalThis as unknown as { shell: Shell }).shell.asked);
const said = () => bench.agent.heard("covered").map(({ revision }) => revision);

describe("the page over a shared desktop", { timeout: 90_000 }, () => {
  it("confirms each question by its number while it covers, and none while somebody works", async () => {
    const page = await inTheShell("obeys");
    bench.agent.askCover(1);
    await expect.poll(said, patient).toEqual([1]);
    bench.agent.show({ session: sessionOf("unlocked"), now: NOW });
    await page.waitForFunction(() => document.documentElement.dataset["shell"] === "bar");
    bench.agent.askCover(2);
    await page.waitForTimeout(500);
    expect([said(), await asked(page)]).toEqual([[1], 1]);
    bench.agent.show({ session: sessionOf("locked"), now: NOW });
    bench.agent.askCover(3);
    await expect.poll(said, patient).toContain(3);
    expect(await page.locator("[data-state=locked]").count()).toBe(1);
  });

  it("confirms a question that came before the lock once the lock is shown", async () => {
    const page = await inTheShell("obeys");
    bench.agent.show({ session: sessionOf("unlocked"), now: NOW });
    await page.waitForFunction(() => document.documentElement.dataset["shell"] === "bar");
    bench.agent.askCover(4);
    await page.waitForTimeout(500);
    expect(said()).toEqual([]);
    bench.agent.show({ session: sessionOf("locked"), now: NOW });
    await expect.poll(said, patient).toEqual([4]);
  });

  it.each(["refuses", "stopped"] as const)("confirms nothing for a shell that %s", async (conduct) => {
    const page = await inTheShell(conduct);
    bench.agent.askCover(1);
    await expect.poll(() => asked(page), patient).toBe(1);
    await page.waitForTimeout(500);
    expect(said()).toEqual([]);
  });

  it("confirms nothing in a browser's tab, or in a shell that cannot be asked", async () => {
    const tab = await bench.open();
    bench.agent.askCover(1);
    await tab.waitForTimeout(500);
    await bench.open({
      before: (page) => page.addInitScript(() => Object.assign(globalThis, { wardkeyShell: { posture: () => {} } })),
    });
    bench.agent.askCover(2);
    await tab.waitForTimeout(500);
    expect([said(), bench.complaints]).toEqual([[], []]);
  });
});
