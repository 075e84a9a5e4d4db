import { randomBytes, randomInt } from "node:crypto";
import { CARD_NAME_LETTERS, CARD_SECRET_LETTERS, DowntimeRequest } from "@wardkey/protocol/fleet";
import { slowHash } from "../downtime/index.js";
import { systemClock } from "../time.js";
import { RememberedPins } from "../ways/index.js";
import { AgentWard, type ScreenPage } from "./agent-ward.js";
import { SITE } from "./fleet-voice.js";
import { SimulatedBadgeReader } from "./simulated-badge-reader.js";
import { ANNAS_BADGE, BRUNOS_BADGE, cardsWith, simulatedBook } from "./simulated-downtime.js";

/** Milliseconds of each, in the order in which they were measured. */
export interface TimedEmergencies {
  /** From the code on its way to the agent until the page is told that it is open. */
  readonly cardMs: readonly number[];
  /** From "two badges" until the same, both badges held at once when they are asked for. */
  readonly twoBadgesMs: readonly number[];
  /** Emergencies that the journal's file has in the end, its chain whole. */
  readonly recorded: number;
}

const REASON = "system-down";
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const letters = (count: number): string => Array.from({ length: count }, () => LETTERS[randomInt(32)]).join("");
const nameOf = (index: number): string => String(index).padStart(CARD_NAME_LETTERS, "0");

/**
 * Breaks the glass of a whole agent again and again, by card and by two badges, after its fleet has gone away: real disk, real
 * slow hashes, real socket to the page; the people, their badges, the reader and the fleet of before are simulated.
 */
export async function timeEmergencies({ times }: { times: number }): Promise<TimedEmergencies> {
  const ward = await AgentWard.open();
  try {
    await ward.certify();
    const codes = Array.from({ length: times }, (_, index) => nameOf(index) + letters(CARD_SECRET_LETTERS));
    await knowCards(ward, codes);
    const badges = new SimulatedBadgeReader();
    const page = await ward.page(await ward.start({}, { badges }));
    await page.until(({ breakGlass }) => breakGlass?.code === true && breakGlass.badges === "ready");
    await ward.fleet.goAway();
    await page.until(({ health }) => health.fleet !== "ok");

    const cardMs: number[] = [];
    const twoBadgesMs: number[] = [];
    for (const code of codes) {
      cardMs.push(await opened(page, async () => page.say({ type: "break-glass", reason: REASON, code })));
      twoBadgesMs.push(
        await opened(page, async () => {
          page.say({ type: "break-glass-badges", reason: REASON });
          await page.until(({ breakGlass }) => breakGlass?.badges === "first");
          badges.hold(ANNAS_BADGE);
          await page.until(({ breakGlass }) => breakGlass?.badges === "second");
          badges.hold(BRUNOS_BADGE);
        }),
      );
    }
    const events = await ward.journaled();
    return { cardMs, twoBadgesMs, recorded: events.filter(({ kind }) => kind === "break-glass.opened").length };
  } finally {
    await ward.close();
  }
}

async function knowCards(ward: AgentWard, codes: readonly string[]): Promise<void> {
  const card = cardsWith(slowHash);
  const cards = await Promise.all(codes.map((code, index) => card(`simulated-${index}`, `Simulated ${index}`, code)));
  const book = await simulatedBook({ site: SITE, cards });
  const edition = "E".repeat(43);
  ward.fleet.on("POST /v1/kiosk/downtime", (body) => {
    const { have } = DowntimeRequest.parse(JSON.parse(body));
    const answer = { edition, goodUntil: book.goodUntil, book: have === edition ? null : book, next: null };
    return { status: 200, body: JSON.stringify(answer) };
  });
}

/** How long until it is open, ms; then it is locked again. */
async function opened(page: ScreenPage, shown: () => Promise<void>): Promise<number> {
  const at = performance.now();
  await shown();
  await page.until(({ session }) => session.state === "unlocked");
  const ms = performance.now() - at;
  page.say({ type: "lock-now" });
  await page.until(({ session }) => session.state !== "unlocked");
  return ms;
}

/**
 * What one guess costs whoever has the kiosk's disk and its sealing key, in this machine's processor time: ms of each. The
 * time on the clock would tell how much else runs here. Nothing else may be at work in this process meanwhile.
 */
export async function timeGuesses({ times }: { times: number }): Promise<Record<"card" | "pin", readonly number[]>> {
  const file = { read: async () => null, write: async () => {}, remove: async () => {} };
  const pins = await RememberedPins.open({
    file,
    at: () => systemClock.now(),
    denied: () => new Set<string>(),
    log: () => {},
  });
  const timed = async (guess: () => Promise<unknown>): Promise<number[]> => {
    const ms: number[] = [];
    for (let each = 0; each < times; each += 1) {
      const before = process.cpuUsage();
      await guess();
      const { user, system } = process.cpuUsage(before);
      ms.push((user + system) / 1_000);
    }
    return ms;
  };
  const salt = randomBytes(16).toString("base64url");
  return {
    card: await timed(() => slowHash(letters(CARD_SECRET_LETTERS), salt)),
    // Of a badge that nobody knows: one slow hash all the same, and nothing else.
    pin: await timed(() => pins.judge({ way: "badge", badge: ANNAS_BADGE, pin: "402913" })),
  };
}
