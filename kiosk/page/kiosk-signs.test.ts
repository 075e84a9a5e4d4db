import type { PostureMessage } from "@wardkey/protocol/screen";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { benchOfThisFile } from "./testing/bench-of-this-file.js";
import { sessionOf } from "./testing/kiosk-bench.js";
import { ACCOUNT, NOW } from "./testing/views.js";

const bench = benchOfThisFile();

const LOUD = { sound: "normal", light: true } as const;
const patient = { timeout: 15_000 };

/** What a simulated shell heard from the page, and the tones that a simulated loudspeaker was given. */
interface Heard {
  readonly postures: PostureMessage[];
  readonly tones: number[];
}

/** Puts a simulated shell and a simulated loudspeaker around the page before it starts. */
async function inTheShell(): Promise<Page> {
  return bench.open({
    before: (page) =>
      page.addInitScript(() => {
        const heard: Heard = { postures: [], tones: [] };
        class SimulatedSpeaker {
          currentTime = 0;
          state = "running";
          destination = {};
          createOscillator() {
            const frequency = { value: 0 };
            const start = () => void heard.tones.push(frequency.value);
            return { frequency, start, stop: () => {}, connect: (next: unknown) => next };
          }
          createGain() {
            const gain = { setValueAtTime: () => {}, linearRampToValueAtTime: () => {} };
            return { gain, connect: (next: unknown) => next };
          }
        }
        const wardkeyShell = { posture: (message: PostureMessage) => void heard.postures.push(message) };
        Object.assign(globalThis, { heard, wardkeyShell, AudioContext: SimulatedSpeaker });
      }),
  });
}

const heard = (page: Page) => page.evaluate(() => (globalThis as unknown as { heard: Heard }).heard);
const lastPosture = async (page: Page) => (await heard(page)).postures.at(-1);

describe("the page in its shell", { timeout: 90_000 }, () => {
  it("asks for a bar while somebody is in, and for the whole screen in every other state", async () => {
    const page = await inTheShell();
    const expected: Record<string, PostureMessage["posture"]> = {
      locked: "cover",
      near: "cover",
      greeting: "cover",
      unlocked: "bar",
      leaving: "cover",
      elsewhere: "cover",
      refused: "cover",
      "degraded-camera": "cover",
    };
    for (const [name, posture] of Object.entries(expected)) {
      bench.agent.show({ session: sessionOf(name), now: NOW });
      await expect.poll(async () => (await lastPosture(page))?.posture, patient).toBe(posture);
    }
  });

  it("asks again each second, and for the whole screen as soon as the agent is not heard", async () => {
    const page = await inTheShell();
    bench.agent.show({ session: sessionOf("unlocked"), now: NOW, profile: "production" });
    await expect.poll(() => lastPosture(page), patient).toEqual({ v: 1, posture: "bar", height: 80 });
    const before = (await heard(page)).postures.length;
    await expect.poll(async () => (await heard(page)).postures.length, patient).toBeGreaterThan(before + 1);
    await bench.agent.stop();
    await expect.poll(async () => (await lastPosture(page))?.posture, patient).toBe("cover");
  });

  it("fits its bar, whose buttons are made for gloves, into the height that it asks for", async () => {
    const page = await inTheShell();
    for (const [name, profile, height] of [
      ["unlocked-alone", "demo", 116],
      ["unlocked-alone", "production", 80],
      ["emergency", "production", 150],
      ["emergency", "demo", 186],
    ] as const) {
      bench.agent.show({ session: sessionOf(name), now: NOW, profile });
      await expect.poll(async () => (await lastPosture(page))?.height, patient).toBe(height);
      await page.setViewportSize({ width: 1280, height: (await lastPosture(page))?.height ?? 0 });
      const box = await page.getByRole("button", { name: "Lock now" }).boundingBox();
      expect(box?.height).toBeGreaterThanOrEqual(55.9);
      const fits = await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight);
      expect({ name, profile, fits }).toEqual({ name, profile, fits: true });
    }
  });
});

describe("a cue", { timeout: 90_000 }, () => {
  it("is heard and seen as it opens, as it closes and when somebody is refused, each its own", async () => {
    const page = await inTheShell();
    const tones: Record<string, number[]> = {};
    for (const [name, cue] of [
      ["greeting", "in"],
      ["leaving", "leaving"],
      ["locked", "out"],
      ["refused", "refused"],
    ] as const) {
      const { length } = (await heard(page)).tones;
      bench.agent.show({ session: sessionOf(name), now: NOW, cues: LOUD });
      await page.waitForSelector(`.cue-light[data-cue="${cue}"]`);
      tones[cue] = (await heard(page)).tones.slice(length);
    }
    expect(tones).toEqual({ in: [659, 988], leaving: [784], out: [988, 659], refused: [247, 247] });
    await page.waitForSelector(".cue-light", { state: "detached" });
  });

  it("is silent and dark where the policy says so, but for an emergency", async () => {
    const page = await inTheShell();
    const none = { sound: "off", light: false } as const;
    bench.agent.show({ session: sessionOf("greeting"), now: NOW, cues: none });
    await page.waitForSelector('[data-state="unlocked"]');
    expect([(await heard(page)).tones, await page.locator(".cue-light, .sound-switch").count()]).toEqual([[], 0]);

    const emergency = { until: NOW + 900_000, reason: "patient-in-danger" };
    bench.agent.show({ session: { state: "unlocked", name: "Anna", since: NOW, until: NOW + 900_000, emergency } });
    await expect.poll(async () => (await heard(page)).tones.length, patient).toBe(4);
  });

  it("is silenced by a hand at the screen, and stays so over a reload", async () => {
    const page = await inTheShell();
    bench.agent.show({ cues: LOUD });
    await page.getByRole("button", { name: "Sounds on" }).click();
    await page.getByRole("button", { name: "Sounds off" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Sounds off" }).waitFor();
    bench.agent.show({ session: sessionOf("greeting"), now: NOW });
    await page.waitForSelector('.cue-light[data-cue="in"]');
    expect((await heard(page)).tones).toEqual([]);
  });
});

describe("a lock", { timeout: 90_000 }, () => {
  it("is explained to who asks, and said to be wrong with one touch", async () => {
    const page = await bench.open();
    bench.agent.show({ session: sessionOf("locked-account"), now: NOW });
    await page.getByRole("button", { name: "Why did it lock?" }).click();
    await page.getByRole("heading", { level: 1, name: "You left at 14:01:03" }).waitFor();
    await page.getByText("phone 4.1 m away").waitFor();
    await page.getByText("no face for 6 s").waitFor();
    await page.getByRole("img", { name: "The last 12 seconds before the lock" }).waitFor();
    await page.getByRole("button", { name: "This was wrong" }).click();
    await expect.poll(() => bench.agent.heard("lock-was-wrong")).toEqual([{ type: "lock-was-wrong", lock: "7f3a" }]);

    const given = { state: "locked", why: "walked-away", at: NOW, account: { ...ACCOUNT, feedback: "given" } } as const;
    bench.agent.show({ session: given });
    await page.getByText("Thank you.", { exact: false }).waitFor();
    bench.agent.show({ session: sessionOf("near") });
    await page.getByRole("heading", { level: 1, name: "Hello. Look at the screen" }).waitFor();
  });

  it("is put off by a procedure, in words, and covers what another kiosk took over", async () => {
    const page = await bench.open();
    bench.agent.show({ session: sessionOf("leaving-deferred"), now: NOW });
    await page.getByText("A procedure is under way. It locks at 14:17.").waitFor();
    bench.agent.show({ session: sessionOf("elsewhere"), now: NOW });
    await page.getByRole("heading", { level: 1, name: "You are in at another kiosk" }).waitFor();
    expect(await page.getByText("Anna").count()).toBe(0);
  });
});
