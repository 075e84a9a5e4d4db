import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AgentWard } from "./testing/agent-ward.js";
import { systemClock } from "./time.js";

const anna = { id: "anna" };

let ward: AgentWard;
beforeEach(async () => {
  ward = await AgentWard.open();
  await ward.certify();
});
afterEach(() => ward.close());

const kinds = async (): Promise<readonly string[]> => (await ward.journaled()).map(({ kind }) => kind);

describe("a camera that cannot be believed", () => {
  it.each(["camera-gone", "camera-dark", "camera-frozen"] as const)(
    "lets nobody in and asks nobody's phone (%s), and lets her in once it sees again",
    async (code) => {
      const page = await ward.page(await ward.start());
      await page.until((view) => view.session.state === "locked");
      ward.senses.vision.camera({ state: "down", code });
      ward.senses.presence.say({ type: "near", holder: anna });
      ward.senses.vision.sees({ at: systemClock.monotonic(), faces: 1 });
      const shown = await page.until((view) => view.session.state === "degraded");
      expect(shown).toMatchObject({ session: { reason: "camera-unavailable" }, health: { camera: "down" } });
      while ((await kinds()).length < 2) await new Promise((resume) => setTimeout(resume, 5));
      expect([ward.senses.taps.asked, await kinds()]).toEqual([[], ["agent.started", "camera.lost"]]);

      ward.senses.vision.camera({ state: "ok", code: null });
      await page.until((view) => view.session.state === "unlocked");
      expect(ward.senses.taps.asked).toEqual(["anna"]);
    },
  );

  it("asks nobody's phone while two stand before it, and hers once she stands alone", async () => {
    const page = await ward.page(await ward.start());
    await page.until((view) => view.session.state === "locked");
    ward.senses.vision.sees({ at: systemClock.monotonic(), faces: 2 });
    ward.senses.presence.say({ type: "near", holder: anna });
    await page.until((view) => view.session.state === "refused");
    expect(ward.senses.taps.asked).toEqual([]);
    // What is noted is written behind the screen.
    await expect
      .poll(async () => (await ward.journaled()).map(({ kind, body }) => [kind, body["reason"]]))
      .toEqual([
        ["agent.started", undefined],
        ["tap.refused", "several-faces"],
      ]);
    await page.until((view) => view.session.state === "someone-near");
    ward.senses.vision.sees({ at: systemClock.monotonic(), faces: 1 });
    await page.until((view) => view.session.state === "unlocked");
  });
});

/** The kernel lets this process make no file longer than this: what a full disk is to whoever appends. */
function limitFiles(bytes: number | "unlimited"): void {
  execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:unlimited`]);
}

// threats.md, row 27, in the whole agent.
describe("a disk that takes nothing", () => {
  // Without a listener the signal that comes with a refused write ends the process.
  const ignore = (): void => {};
  beforeEach(() => void process.on("SIGXFSZ", ignore));
  afterEach(() => {
    limitFiles("unlimited");
    process.off("SIGXFSZ", ignore);
  });

  it("while she is in: locks still, lets nobody in, and tells everything once there is room", async () => {
    const page = await ward.page(await ward.start());
    await ward.comeIn(page);
    limitFiles(0);
    page.say({ type: "lock-now" });
    await page.until((view) => view.session.state !== "unlocked");
    const full = await page.until((view) => view.session.state === "degraded");
    expect(full).toMatchObject({ session: { reason: "journal-unavailable" }, health: { journal: "down" } });
    ward.senses.presence.say({ type: "near", holder: { id: "bruno" } });
    ward.senses.vision.sees({ at: systemClock.monotonic(), faces: 1 });
    expect(ward.senses.taps.asked).toEqual(["anna"]);

    limitFiles("unlimited");
    await page.until((view) => view.health.journal === "ok");
    expect((await kinds()).slice(0, 4)).toEqual(["agent.started", "tap.started", "session.unlocked", "session.locked"]);
  });

  it("from the start: comes up and says so, and lets nobody in", async () => {
    // Nobody, not even root, opens a folder as a journal.
    await mkdir(join(ward.folder, "data", "journal.sqlite"), { recursive: true });
    const page = await ward.page(await ward.start());
    const view = await page.until(({ session, health }) => session.state === "degraded" && health.fleet === "ok");
    expect(view).toMatchObject({ session: { reason: "journal-unavailable" }, health: { journal: "down" } });
    ward.senses.presence.say({ type: "near", holder: anna });
    ward.senses.vision.sees({ at: systemClock.monotonic(), faces: 1 });
    expect(ward.senses.taps.asked).toEqual([]);
    page.say({ type: "enrol-begin", operatorCode: "482913", givenName: "Anna", familyName: "" });
    expect(await page.refusal()).toEqual({ type: "refused", command: "enrol-begin", code: "journal-unavailable" });
  });
});
