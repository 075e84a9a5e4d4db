import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BadgeRead, DowntimeBook } from "@wardkey/protocol/fleet";
import { PRODUCTION_SETTINGS, type Settings } from "@wardkey/protocol/policy";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ProofAnswer } from "../session/index.js";
import { SimulatedBadgeReader } from "../testing/simulated-badge-reader.js";
import {
  ANNAS_BADGE,
  ANNAS_CODE,
  BRUNOS_BADGE,
  BRUNOS_CODE,
  quickHash,
  simulatedBook,
} from "../testing/simulated-downtime.js";
import { SimulatedTime } from "../testing/simulated-time.js";
import { BreakGlassDesk, KeptTries, permitBreakGlass, withoutDenied } from "./index.js";
import type { EmergencyCondition } from "./permit-break-glass.js";

let folder: string;
let time: SimulatedTime;
let badges: SimulatedBadgeReader;
let book: DowntimeBook | null;
let whole: DowntimeBook;
let settings: Settings;
let kiosk: EmergencyCondition;
let spent: Set<string>;
let tries: KeptTries;
let offered: ProofAnswer[];
/** Whether the session opens on what was proven. */
let opens: boolean;
let desk: BreakGlassDesk;

beforeAll(async () => {
  whole = await simulatedBook({}, quickHash);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-glass-"));
  time = new SimulatedTime();
  badges = new SimulatedBadgeReader();
  book = whole;
  settings = PRODUCTION_SETTINGS;
  kiosk = { leaseLeftMs: 0, denied: false, journal: "down", setAside: "ok" };
  spent = new Set();
  offered = [];
  opens = true;
  tries = await KeptTries.open(join(folder, "tries"), time.now());
  desk = new BreakGlassDesk({
    timers: time,
    now: () => time.now(),
    book: () => book,
    hash: quickHash,
    spent: async () => spent,
    tries,
    badges,
    session: {
      async prove(_way, ask) {
        const answer = await ask(new AbortController().signal);
        offered.push(answer);
        if (answer.ok && !opens) return { ok: false, code: "way-overtaken" };
        return answer.ok ? { ok: true } : answer;
      },
    },
    permit: (asked) => permitBreakGlass({ current: () => ({ settings }) }, kiosk, { ...asked, at: time.now() }),
    changed: () => {},
  });
  desk.start();
});
afterEach(async () => {
  desk.stop();
  await tries.close();
  await rm(folder, { recursive: true, force: true });
});

const shown = async (wanted: (view: ReturnType<BreakGlassDesk["view"]>) => boolean): Promise<void> => {
  await expect.poll(() => wanted(desk.view()), { timeout: 15_000 }).toBe(true);
};

describe("breaking the glass with a personal code", () => {
  it("opens without the fleet, without a lease and without the journal's file", async () => {
    expect(await desk.byCode("patient-in-danger", ANNAS_CODE.toLowerCase().replaceAll("-", " "))).toEqual({ ok: true });
    const emergency = {
      reason: "patient-in-danger",
      means: "code",
      card: "7KQM",
      second: null,
      operation: "unlock-workstation",
      review: "security-officer",
      reviewHours: 24,
      lasts: 900_000,
      leaseEnded: true,
    };
    expect(offered).toEqual([
      { ok: true, who: { staffId: "anna", name: "Anna", way: "break-glass", weak: false, emergency } },
    ]);
  });

  it.each<[string, () => void, string]>([
    ["was used before", () => spent.add("7KQM"), "way-wrong"],
    ["the policy does not allow", () => (settings = { ...settings, "breakGlass.allowed": false }), "way-not-permitted"],
    ["is typed at a denied kiosk", () => (kiosk = { ...kiosk, denied: true }), "kiosk-cut-off"],
    ["could not be recorded", () => (kiosk = { ...kiosk, setAside: "down" }), "journal-unavailable"],
  ])("opens nothing with one that %s", async (_what, prepare, code) => {
    prepare();
    expect(await desk.byCode("system-down", ANNAS_CODE)).toEqual({ ok: false, code });
  });

  it("opens nothing with a wrong one, and makes whoever guesses wait", async () => {
    for (const typed of ["7KQM-2F8D-XN5R-W0C5", "ZZZZ-2F8D-XN5R-W0C4", "hello"]) {
      expect(await desk.byCode("system-down", typed)).toEqual({ ok: false, code: "way-wrong" });
    }
    expect(await desk.byCode("system-down", ANNAS_CODE)).toEqual({ ok: false, code: "way-locked" });
    expect(desk.view()).toMatchObject({ waitUntil: time.now() + 5_000 });
    await time.advance(5_000);
    expect(await desk.byCode("system-down", ANNAS_CODE)).toEqual({ ok: true });
  });

  it("forgives no wrong guess for a code that is right and opens nothing, and takes nothing for it", async () => {
    const wrong = (): Promise<unknown> => desk.byCode("system-down", "ZZZZ-2F8D-XN5R-W0C4");
    for (let guess = 0; guess < 2; guess++) await wrong();
    opens = false;
    for (let guess = 0; guess < 5; guess++) {
      expect(await desk.byCode("system-down", ANNAS_CODE)).toEqual({ ok: false, code: "way-overtaken" });
    }
    expect(desk.view()).toMatchObject({ waitUntil: null });
    await wrong();
    expect(await desk.byCode("system-down", ANNAS_CODE)).toEqual({ ok: false, code: "way-locked" });
  });

  it("opens nothing with the card of somebody whom the site denies", async () => {
    book = withoutDenied(whole, new Set(["anna"]));
    expect(await desk.byCode("system-down", ANNAS_CODE)).toEqual({ ok: false, code: "way-wrong" });
    expect(await desk.byCode("system-down", BRUNOS_CODE)).toEqual({ ok: true });
  });

  it("is offered only while it can be judged", () => {
    expect(desk.view()).toEqual({
      minutes: 15,
      code: true,
      badges: "ready",
      badgeRefused: null,
      asking: false,
      waitUntil: null,
    });
    book = null;
    expect(desk.view()).toBe(null);
  });
});

describe("breaking the glass with two badges", () => {
  it("opens for two people, one after the other", async () => {
    expect(desk.byBadges("no-way-in")).toEqual({ ok: true });
    expect(desk.awaitsBadges).toBe(true);
    badges.hold(ANNAS_BADGE);
    await shown((view) => view?.badges === "second" && !view.asking);
    badges.hold(BRUNOS_BADGE);
    await expect.poll(() => offered.length, { timeout: 15_000 }).toBe(1);
    expect(offered[0]).toMatchObject({
      ok: true,
      who: { staffId: "anna", emergency: { means: "two-badges", second: "bruno", card: null } },
    });
  });

  it("opens nothing for one person twice, for a badge that any shop copies, or for a stranger's", async () => {
    desk.byBadges("no-way-in");
    badges.hold({ kind: "uid-only", uid: "04a1b2c3" });
    await shown((view) => view?.badgeRefused === "badge-weak");
    badges.hold({ kind: "desfire", uid: "ffffffffffffff" });
    await shown((view) => view?.badgeRefused === "badge-unknown" && !view.asking);
    badges.hold(ANNAS_BADGE);
    await shown((view) => view?.badges === "second" && !view.asking);
    badges.hold(ANNAS_BADGE);
    await shown((view) => view?.badgeRefused === "badge-same-person");
    expect(offered).toEqual([]);
  });

  it("forgets the first badge after a minute", async () => {
    desk.byBadges("no-way-in");
    badges.hold(ANNAS_BADGE);
    await shown((view) => view?.badges === "second" && !view.asking);
    await time.advance(60_000);
    expect(desk.view()).toMatchObject({ badges: "ready" });
    badges.hold(BRUNOS_BADGE);
    expect(offered).toEqual([]);
  });

  it.each<[string, string, BadgeRead]>([
    ["the first", "anna", ANNAS_BADGE],
    ["the second", "bruno", BRUNOS_BADGE],
  ])("opens nothing when the site took back what %s of the two holds", async (_which, staffId, revoked) => {
    book = withoutDenied(whole, new Set([staffId]));
    desk.byBadges("no-way-in");
    if (revoked !== ANNAS_BADGE) {
      badges.hold(ANNAS_BADGE);
      await shown((view) => view?.badges === "second" && !view.asking);
    }
    badges.hold(revoked);
    await shown((view) => view?.badgeRefused === "badge-unknown" && !view.asking);
    expect(offered).toEqual([]);
  });

  it("forgives nobody's wrong guesses for a badge that opened nothing, and takes nothing for it", async () => {
    const wrong = (): Promise<unknown> => desk.byCode("system-down", "ZZZZ-2F8D-XN5R-W0C4");
    for (let guess = 0; guess < 2; guess++) expect(await wrong()).toMatchObject({ code: "way-wrong" });
    desk.byBadges("no-way-in");
    badges.hold(ANNAS_BADGE);
    await shown((view) => view?.badges === "second" && !view.asking);
    desk.cancel();
    expect(desk.view()).toMatchObject({ waitUntil: null });
    expect(await wrong()).toMatchObject({ code: "way-wrong" });
    expect(await wrong()).toEqual({ ok: false, code: "way-locked" });
  });

  it("opens after any number of wrong guesses, once their pause is over", async () => {
    for (let guess = 0; guess < 7; guess++) {
      await desk.byCode("system-down", "ZZZZ-2F8D-XN5R-W0C4");
      await time.advance(60_000);
    }
    desk.byBadges("no-way-in");
    badges.hold(ANNAS_BADGE);
    await shown((view) => view?.badges === "second" && !view.asking);
    expect(desk.view()).toMatchObject({ waitUntil: null });
    badges.hold(BRUNOS_BADGE);
    await expect.poll(() => offered.at(-1)?.ok, { timeout: 15_000 }).toBe(true);
  });

  it("forgives them once it opened", async () => {
    for (let guess = 0; guess < 2; guess++) await desk.byCode("system-down", "ZZZZ-2F8D-XN5R-W0C4");
    desk.byBadges("no-way-in");
    badges.hold(ANNAS_BADGE);
    await shown((view) => view?.badges === "second" && !view.asking);
    badges.hold(BRUNOS_BADGE);
    await expect.poll(() => desk.view()?.asking === false && offered.length, { timeout: 15_000 }).toBe(3);
    for (let guess = 0; guess < 2; guess++) await desk.byCode("system-down", "ZZZZ-2F8D-XN5R-W0C4");
    expect(desk.view()).toMatchObject({ waitUntil: null });
  });
});
