import { describe, expect, it } from "vitest";
import { benchOfThisFile } from "./testing/bench-of-this-file.js";
import { axeFindings, sessionOf } from "./testing/kiosk-bench.js";
import { ENROLMENTS, NOW, QR } from "./testing/views.js";

const bench = benchOfThisFile();

describe("an enrolment", () => {
  it("can be done with the keyboard alone, and passes axe at each step", async () => {
    const page = await bench.open();
    await page.getByRole("button", { name: "Enrol someone" }).press("Enter");
    await page.getByLabel("Operator code").waitFor();
    await page.keyboard.type("482915");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Anna");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Rossi");
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await expect
      .poll(() => bench.agent.heard("enrol-begin"))
      .toEqual([
        { type: "enrol-begin", operatorCode: "482915", givenName: "Anna", familyName: "Rossi", purpose: "first" },
      ]);

    bench.agent.show({ enrolment: ENROLMENTS.offer, now: NOW });
    await page.getByRole("img", { name: "QR code for the phone" }).waitFor();
    expect(await page.getByLabel("Code as text").inputValue()).toBe(QR);
    expect(await axeFindings(page)).toEqual([]);

    bench.agent.show({ enrolment: ENROLMENTS["compare-code"] });
    await page.getByRole("heading", { name: "Same digits on the phone?" }).waitFor();
    expect(await page.locator(".digits").textContent()).toBe("482915");
    expect(await axeFindings(page)).toEqual([]);
    // The focus is on the line: agreeing takes a key of its own, so that nobody agrees by holding Enter.
    await page.keyboard.press("Enter");
    expect(bench.agent.heard("enrol-codes")).toEqual([]);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => bench.agent.heard("enrol-codes")).toEqual([{ type: "enrol-codes", agree: true }]);

    bench.agent.show({ enrolment: ENROLMENTS.capture, frames: "fast" });
    await page.getByRole("heading", { name: "Come closer" }).waitFor();
    await page.waitForFunction(() => (document.querySelector("video")?.videoWidth ?? 0) > 0);
    expect(await page.getByRole("progressbar", { name: "Pictures taken" }).getAttribute("aria-valuenow")).toBe("40");
    expect(await axeFindings(page)).toEqual([]);

    bench.agent.show({ enrolment: ENROLMENTS.done, frames: "off" });
    await page.getByRole("heading", { name: "Anna Rossi is enrolled" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => bench.agent.heard("enrol-cancel")).toEqual([{ type: "enrol-cancel" }]);
    expect(bench.complaints).toEqual([]);
  });

  it("hands the code to the demo's phone page in a window that is always the same", async () => {
    const phone = `${bench.agent.url}phone.html#token=phone-token`;
    const page = await bench.open({ url: `${bench.agent.pageUrl}&phone=${encodeURIComponent(phone)}` });
    bench.agent.show({ enrolment: ENROLMENTS.offer, now: NOW });
    const opened = page.waitForEvent("popup");
    await page.getByRole("button", { name: "Hand it to the demo phone" }).click();
    const popup = await opened;
    await popup.waitForURL(/phone\.html/);

    expect(popup.url()).toBe(`${bench.agent.url}phone.html#token=phone-token&enrol=${encodeURIComponent(QR)}`);
    expect(await popup.evaluate(() => window.opener)).toBeNull();
    expect(page.url()).toBe(bench.agent.url);
  });

  it.each([
    ["operator-code-wrong", "This operator code is not right."],
    ["operator-code-locked", "Too many tries. Wait a minute."],
    ["something-new", "That did not work (something-new)."],
  ])("says why it cannot begin: %s", async (code, words) => {
    const page = await bench.open();
    await page.getByRole("button", { name: "Enrol someone" }).click();
    bench.agent.refuse("enrol-begin", code);

    await page.getByText(words).waitFor();
  });

  it("says why it stopped and begins again", async () => {
    const page = await bench.open();
    bench.agent.show({ enrolment: ENROLMENTS.failed });
    await page.getByRole("main").getByText("The digits differed.", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Start again" }).click();
    bench.agent.show({ enrolment: null });

    await page.getByLabel("Operator code").waitFor();
    expect(bench.agent.heard("enrol-cancel")).toEqual([{ type: "enrol-cancel" }]);
  });
});

describe("the camera", () => {
  it("sends JPEG frames at the agent's pace and stops when told", async () => {
    await bench.open();
    bench.agent.show({ frames: "fast" });
    await expect.poll(() => bench.agent.frames.length, { timeout: 10_000 }).toBeGreaterThan(4);
    expect(bench.agent.heard("camera")).toEqual([{ type: "camera", state: "available" }]);
    expect(bench.agent.frames.slice(0, 5).map(({ kind, sequence, start }) => ({ kind, sequence, start }))).toEqual(
      [1, 2, 3, 4, 5].map((sequence) => ({ kind: 1, sequence, start: "ffd8" })),
    );

    bench.agent.show({ frames: "off" });
    await expect
      .poll(async () => {
        const before = bench.agent.frames.length;
        await new Promise((resolve) => setTimeout(resolve, 300));
        return bench.agent.frames.length - before;
      })
      .toBe(0);
    expect(bench.complaints).toEqual([]);
  });

  it("that is denied is said in words here and told to the agent", async () => {
    const page = await bench.open({ camera: false });
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    });
    await page.reload();
    bench.agent.show({ frames: "slow" });
    await page.getByText("The camera is blocked.", { exact: false }).waitFor();

    await expect.poll(() => bench.agent.heard("camera")).toEqual([{ type: "camera", state: "denied" }]);
  });

  it("of a browser is called unattested and its liveness not enforced, on every screen of the demo profile", async () => {
    const page = await bench.open();
    for (const name of ["locked", "near", "unlocked", "refused"]) {
      bench.agent.show({ session: sessionOf(name), now: NOW });
      await page.waitForSelector(`[data-state="${sessionOf(name).state}"]`);
      expect(await page.getByRole("complementary", { name: "Demonstration" }).textContent()).toBe(
        "Demonstrationbrowser camera, not attestedliveness 93%, shown and not enforced",
      );
    }
    bench.agent.show({ profile: "production", session: sessionOf("locked") });
    await page.getByRole("complementary").waitFor({ state: "detached" });
  });
});
