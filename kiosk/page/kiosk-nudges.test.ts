import { nudgeSentence, templateOf } from "@wardkey/protocol/nudge";
import { lessonOf } from "@wardkey/protocol/training";
import { describe, expect, it } from "vitest";
import { benchOfThisFile } from "./testing/bench-of-this-file.js";
import { axeFindings, sessionOf } from "./testing/kiosk-bench.js";
import { NOW, NUDGE } from "./testing/views.js";

const bench = benchOfThisFile();
const patient = { timeout: 15_000 };

describe("a nudge on the screen", { timeout: 60_000 }, () => {
  it("says its sentence in the reader's language and goes with a touch", async () => {
    const page = await bench.open({ language: "it" });
    bench.agent.show({ nudge: NUDGE });
    const template = templateOf(NUDGE.template);
    const sentence = template === null ? "" : nudgeSentence(template, "it", {});
    await page.getByRole("status").filter({ hasText: sentence }).waitFor(patient);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Va bene" }).focus();
    await page.keyboard.press("Enter");
    await expect
      .poll(() => bench.agent.heard("nudge-dismiss"), patient)
      .toEqual([{ type: "nudge-dismiss", nudge: NUDGE.id }]);
    expect(bench.complaints).toEqual([]);
  });

  it("is gone when its time is over, and shows nothing that it has no words for", async () => {
    const page = await bench.open();
    bench.agent.show({ nudge: { ...NUDGE, until: NOW - 1 } });
    bench.agent.show({ nudge: { ...NUDGE, template: "win-a-prize", parameters: { text: "call-me" } } });
    await page.waitForSelector("[data-state=locked]");
    expect(await page.locator(".nudge").count()).toBe(0);
    expect(await page.content()).not.toContain("call-me");
  });
});

describe("a lesson on the screen", { timeout: 90_000 }, () => {
  it("is offered in a quiet line, read card by card by who wants it, and answered", async () => {
    const page = await bench.open();
    const lesson = lessonOf("usb");
    bench.agent.show({ session: sessionOf("unlocked"), lesson: { lesson: "usb", step: "offered" } });
    await page.getByRole("button", { name: "Read it now" }).click(patient);
    await expect.poll(() => bench.agent.heard("lesson-open").length, patient).toBe(1);
    bench.agent.show({ lesson: { lesson: "usb", step: "open" } });
    for (const [at, { title }] of lesson.cards.entries()) {
      await page.getByRole("heading", { name: title.en }).waitFor(patient);
      if (at === 1) expect(await axeFindings(page)).toEqual([]);
      await page.getByRole("button", { name: at === 3 ? "To the questions" : "Next" }).click();
    }
    for (const { choices, right } of lesson.questions) {
      await page.getByRole("button", { name: choices[right]?.en ?? "" }).click(patient);
    }
    await expect
      .poll(() => bench.agent.heard("lesson-answers"), patient)
      .toEqual([{ type: "lesson-answers", answers: lesson.questions.map(({ right }) => right) }]);
    bench.agent.show({ lesson: { lesson: "usb", step: "done", score: { correct: 3, of: 3, passed: true } } });
    await page.getByText("3 of 3 right").waitFor(patient);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Back to work" }).click();
    await expect.poll(() => bench.agent.heard("lesson-later").length, patient).toBe(1);
    expect(bench.complaints).toEqual([]);
  });
});
