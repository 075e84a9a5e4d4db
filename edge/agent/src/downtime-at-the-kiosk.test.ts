import { execFileSync } from "node:child_process";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { seconds } from "@wardkey/protocol";
import { DowntimeRequest, ReportedMessage } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AgentWard, KIOSK, type ScreenPage } from "./testing/agent-ward.js";
import { SITE } from "./testing/fleet-voice.js";
import { SimulatedBadgeReader } from "./testing/simulated-badge-reader.js";
import { ANNAS_BADGE, ANNAS_CODE, BRUNOS_BADGE, BRUNOS_CODE, simulatedBook } from "./testing/simulated-downtime.js";

const FULL_AT = 80_000;
const CARLA = { staffId: "carla", displayName: "Carla", role: "nurse", way: "code", weak: false };

let ward: AgentWard;
beforeEach(async () => {
  ward = await AgentWard.open();
  await ward.certify();
  const book = await simulatedBook({ site: SITE });
  ward.fleet.on("POST /v1/kiosk/downtime", (body) => {
    const { have } = DowntimeRequest.parse(JSON.parse(body));
    const edition = "E".repeat(43);
    const answer = { edition, goodUntil: book.goodUntil, book: have === edition ? null : book, next: null };
    return { status: 200, body: JSON.stringify(answer) };
  });
  ward.fleet.on("POST /v1/kiosk/identify", () => ({ status: 200, body: JSON.stringify(CARLA) }));
});
afterEach(() => ward.close());

const told = async () =>
  (await ward.journaled())
    .filter(({ kind }) => /^(session|tap|break-glass)\./.test(kind))
    .map(({ kind, body }) => [kind, body] as const);
const breakGlass = (page: ScreenPage, code: string) => page.say({ type: "break-glass", reason: "system-down", code });

/** The kernel lets this process make no file longer than this: what a full disk is to whoever appends. */
const limitFiles = (bytes: number | "unlimited"): void =>
  void execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:unlimited`]);

// threats.md, row 15.
describe("a kiosk that was cut off for longer than its lease", () => {
  it("opens by breaking the glass and by nothing else, loudly, and each code once, also after a restart", async () => {
    ward.fleet.leaseFor = seconds(4);
    const first = await ward.start();
    let page = await ward.page(first);
    await page.until((view) => view.breakGlass?.code === true);
    await ward.fleet.goAway();
    await page.until(({ session }) => session.state === "degraded" && session.reason === "lease-expired");
    page.say({ type: "enter-code", code: "7QK4-MZ93-TB0V-5J8H-XN2D-RG6W-CA" });
    expect(await page.refusal()).toMatchObject({ command: "enter-code", code: "way-not-permitted" });

    breakGlass(page, ANNAS_CODE);
    const { session } = await page.until((view) => view.session.state === "unlocked");
    expect(session).toMatchObject({ name: "Anna", emergency: { reason: "system-down", until: expect.any(Number) } });
    expect((await told()).at(-1)).toEqual([
      "break-glass.opened",
      expect.objectContaining({ staffId: "anna", means: "code", card: "7KQM", leaseEnded: true }),
    ]);
    await first.stop();

    page = await ward.page(await ward.start());
    await page.until((view) => view.breakGlass?.code === true);
    breakGlass(page, ANNAS_CODE);
    expect(await page.refusal()).toMatchObject({ command: "break-glass", code: "way-wrong" });
    breakGlass(page, BRUNOS_CODE);
    await page.until((view) => view.session.state === "unlocked");
    page.say({ type: "lock-now" });
    await page.until((view) => view.session.state === "degraded");
    // The screen does not wait for the disk.
    await expect
      .poll(async () => (await told()).map(([kind]) => kind), { timeout: 10_000 })
      .toEqual(["break-glass.opened", "session.locked", "tap.refused", "break-glass.opened", "session.locked"]);
    const kept = JSON.stringify(await ward.journaled());
    expect(kept).not.toContain(ANNAS_CODE.slice(5));
    expect(kept).not.toContain(ANNAS_CODE.slice(5).replaceAll("-", ""));
  }, 60_000);
});

describe("two badges at a kiosk whose site took back what the second of them holds", () => {
  it("open nothing", async () => {
    const badges = new SimulatedBadgeReader();
    const page = await ward.page(await ward.start({}, { badges }));
    await page.until((view) => view.breakGlass?.badges === "ready" && view.health.fleet === "ok");
    const deny = async (holders: string[]): Promise<void> => {
      await ward.fleet.deny({ holders });
      const known = () => ReportedMessage.safeParse(ward.fleet.broker.latest(KIOSK, "reported")).data?.body?.denyEpoch;
      await expect.poll(known, { timeout: 20_000 }).toBe(ward.fleet.denyEpoch);
    };
    await deny(["bruno"]);
    const asked = async (): Promise<void> => {
      page.say({ type: "break-glass-badges", reason: "no-way-in" });
      await page.until((view) => view.breakGlass?.badges === "first");
      badges.hold(ANNAS_BADGE);
      await page.until((view) => view.breakGlass?.badges === "second" && !view.breakGlass.asking);
      badges.hold(BRUNOS_BADGE);
    };
    await asked();
    await page.until((view) => view.breakGlass?.badgeRefused === "badge-unknown");
    expect((await told()).map(([kind]) => kind)).not.toContain("break-glass.opened");
    await deny([]);
    await asked();
    await page.until((view) => view.session.state === "unlocked");
  }, 90_000);
});

// threats.md, row 27, and the stated fallbacks of docs/downtime.md.
describe("what still opens when something fails", () => {
  const ignore = (): void => {};
  beforeEach(() => void process.on("SIGXFSZ", ignore));
  afterEach(() => {
    limitFiles("unlimited");
    process.off("SIGXFSZ", ignore);
  });

  it.each<[string, () => void]>([
    ["the camera", () => ward.senses.vision.camera({ state: "down", code: "camera-gone" })],
    ["the model", () => ward.senses.vision.camera({ state: "down", code: "vision-unavailable" })],
    ["the radio", () => ward.senses.presence.say({ type: "radio", state: "down" })],
  ])("without %s: a one-time code, and the screen says what is missing", async (_what, fail) => {
    const page = await ward.page(await ward.start());
    await page.until((view) => view.health.fleet === "ok" && view.ways?.code === true);
    fail();
    await page.until((view) => view.session.state === "degraded");
    page.say({ type: "enter-code", code: "7QK4-MZ93-TB0V-5J8H-XN2D-RG6W-CA" });
    await page.until((view) => view.session.state === "unlocked");
  });

  it("without the fleet: an emergency code, and no one-time code", async () => {
    const page = await ward.page(await ward.start());
    await page.until((view) => view.breakGlass?.code === true);
    await ward.fleet.goAway();
    page.say({ type: "enter-code", code: "7QK4-MZ93-TB0V-5J8H-XN2D-RG6W-CA" });
    expect(await page.refusal()).toMatchObject({ code: "way-unreachable" });
    breakGlass(page, ANNAS_CODE);
    await page.until((view) => view.session.state === "unlocked");
  }, 30_000);

  it("with a full disk: an emergency code alone, recorded with its end in the space set aside", async () => {
    const page = await ward.page(await ward.start());
    await page.until((view) => view.breakGlass?.code === true && view.session.state === "locked");
    // Longer than what was set aside: everything that grows is refused from here on, and only that.
    const log = join(ward.folder, "data", "journal.sqlite-wal");
    while ((await stat(log)).size < FULL_AT) {
      page.say({ type: "enter-code", code: "7QK4-MZ93-TB0V-5J8H-XN2D-RG6W-CA" });
      await page.until((view) => view.session.state === "unlocked");
      page.say({ type: "lock-now" });
      await page.until((view) => view.session.state === "locked");
    }
    const whole = (events: readonly (readonly [string, unknown])[]) =>
      events.length % 2 === 0 && events.at(-1)?.[0] === "session.locked";
    await expect.poll(async () => whole(await told()), { timeout: 15_000 }).toBe(true);
    const before = await told();
    limitFiles(FULL_AT);
    ward.senses.vision.camera({ state: "down", code: "camera-gone" });
    const full = await page.until((view) => view.health.journal === "down");
    expect(full).toMatchObject({ session: { state: "degraded" }, ways: null });
    breakGlass(page, ANNAS_CODE);
    await page.until((view) => view.session.state === "unlocked");
    page.say({ type: "lock-now" });
    await page.until((view) => view.session.state === "degraded");

    limitFiles("unlimited");
    await page.until((view) => view.health.journal === "ok");
    // Nothing that was before is lost or doubled, and the emergency and its end come next, in order.
    await expect.poll(async () => (await told()).length, { timeout: 15_000 }).toBe(before.length + 2);
    const after = await told();
    const session = after.at(-1)?.[1]["session"];
    expect(after).toEqual([
      ...before,
      [
        "break-glass.opened",
        expect.objectContaining({ session, staffId: "anna", reason: "system-down", means: "code", card: "7KQM" }),
      ],
      ["session.locked", expect.objectContaining({ session, staffId: "anna", reason: "lock-now" })],
    ]);
  }, 60_000);
});
