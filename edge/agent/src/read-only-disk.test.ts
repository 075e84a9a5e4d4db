import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DowntimeRequest } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { thisMachine } from "./doctor/machine.js";
import type { Agent } from "./index.js";
import { AgentWard, type ScreenPage } from "./testing/agent-ward.js";
import { FailingDisk } from "./testing/failing-disk.js";
import { SITE } from "./testing/fleet-voice.js";
import { ANNAS_CODE, simulatedBook } from "./testing/simulated-downtime.js";
import { systemClock } from "./time.js";

let ward: AgentWard;
let disk: FailingDisk | null = null;
beforeEach(async () => {
  ward = await AgentWard.open();
  await ward.certify();
  const book = await simulatedBook({ site: SITE });
  ward.fleet.on("POST /v1/kiosk/downtime", (body) => {
    const edition = "E".repeat(43);
    const { have } = DowntimeRequest.parse(JSON.parse(body));
    const answer = { edition, goodUntil: book.goodUntil, book: have === edition ? null : book, next: null };
    return { status: 200, body: JSON.stringify(answer) };
  });
});
afterEach(async () => {
  await disk?.close();
  disk = null;
  await ward.close();
});

/** The kiosk's data lies on a disk that can fail; on a machine without one the test says why and is skipped. */
async function ownDisk(context: TestContext): Promise<FailingDisk> {
  const mounted = await FailingDisk.mountedAt(join(ward.folder, "data"));
  if (!mounted.ok) return context.skip(`no disk can turn read-only here: ${mounted.why}`);
  disk = mounted.disk;
  return disk;
}

async function started(): Promise<{ agent: Agent; page: ScreenPage }> {
  const agent = await ward.start();
  return { agent, page: await ward.page(agent) };
}

const takesNothing = (): Promise<void> =>
  expect(writeFile(join(ward.folder, "data", "probe"), "")).rejects.toMatchObject({ code: "EROFS" });

/** Whoever tries to come in, by face, by a one-time code or with an emergency card: nobody does, and no phone is asked. */
async function opensToNobody(page: ScreenPage, emergencyRefused: string): Promise<void> {
  const asked = ward.senses.taps.asked.length;
  ward.senses.presence.say({ type: "near", holder: { id: "bruno" } });
  ward.senses.vision.sees({ at: systemClock.monotonic(), faces: 1 });
  page.say({ type: "enter-code", code: "7QK4-MZ93-TB0V-5J8H-XN2D-RG6W-CA" });
  page.say({ type: "break-glass", reason: "system-down", code: ANNAS_CODE });
  const refusals = () => page.messages.filter((message) => message.type === "refused");
  await expect.poll(() => refusals().length, { timeout: 10_000 }).toBe(2);
  const refused = new Map(refusals().map(({ command, code }) => [command, code]));
  expect(Object.fromEntries(refused)).toEqual({ "enter-code": "way-not-permitted", "break-glass": emergencyRefused });
  const last = page.messages.findLast((message) => message.type === "view");
  expect(last?.view).toMatchObject({
    ...{ session: { state: "degraded", reason: "journal-unavailable" }, health: { journal: "down" }, ways: null },
  });
  expect([last?.view.breakGlass, ward.senses.taps.asked.length]).toEqual([undefined, asked]);
}

const told = async () =>
  (await ward.journaled())
    .filter(({ kind }) => /^(agent|session|tap|break-glass)\./.test(kind))
    .map(({ kind, body }) => [kind, body["reason"] ?? body["recovered"] ?? null]);

// threats.md, row 27, and docs/downtime.md: nothing opens, locks always work, and the screen says why.
describe("a read-only disk", () => {
  it("that turned so while she is in: locks, and opens to nobody until it is mended; then the journal is whole", async (context) => {
    const failing = await ownDisk(context);
    const { agent, page } = await started();
    await page.until((view) => view.breakGlass?.code === true);
    await ward.comeIn(page);
    await failing.break();
    await takesNothing();
    page.say({ type: "lock-now" });
    await page.until((view) => view.session.state === "degraded");
    await opensToNobody(page, "journal-unavailable");
    await agent.stop();

    failing.unmount();
    failing.mount("rw");
    const mended = await started();
    await ward.comeIn(mended.page);
    await mended.agent.stop();
    // Her lock could not be written: the next start says for it that the kiosk locked, and that the run before broke off.
    expect(await told()).toEqual([
      ["agent.started", null],
      ["tap.started", null],
      ["session.unlocked", null],
      ["agent.started", true],
      ["session.locked", "started"],
      ["tap.started", null],
      ["session.unlocked", null],
      ["session.locked", "lock-now"],
      ["agent.stopped", null],
    ]);
  }, 60_000);

  it("that was so at the start: comes up locked and says so, opens to nobody, and keeps what was journaled", async (context) => {
    const failing = await ownDisk(context);
    const first = await started();
    await first.page.until((view) => view.breakGlass?.code === true);
    await first.agent.stop();
    failing.unmount();
    failing.mount("ro");
    await takesNothing();
    // What `wardkey doctor` calls disk-read-only.
    expect(await thisMachine().refuses(join(ward.folder, "data"), "read-write")).toBe("EROFS");
    const { agent, page } = await started();
    await page.until((view) => view.session.state === "degraded" && view.session.reason === "journal-unavailable");
    await opensToNobody(page, "way-not-permitted");
    await agent.stop();

    failing.unmount();
    failing.mount("rw");
    expect(await told()).toEqual([
      ["agent.started", null],
      ["agent.stopped", null],
    ]);
  }, 60_000);
});
