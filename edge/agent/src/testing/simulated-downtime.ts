import { randomBytes } from "node:crypto";
import { minutes } from "@wardkey/protocol";
import { type BadgeRead, badgeText, type DowntimeBook, readCard } from "@wardkey/protocol/fleet";
import { slowHash } from "../downtime/slow-hash.js";
import type { ProofDecision } from "../session/index.js";

/** Codes as printed on simulated emergency cards. */
export const ANNAS_CODE = "7KQM-2F8D-XN5R-W0C4";
export const BRUNOS_CODE = "3HTB-9P6E-GZ1V-MJ7A";
export const ANNAS_BADGE: BadgeRead = { kind: "desfire", uid: "04a1b2c3d4e5f6" };
export const BRUNOS_BADGE: BadgeRead = { kind: "seos", uid: "0011223344556677" };

/** Anna, by the code of her card. */
export const simulatedEmergency = (): Omit<ProofDecision, "decidedAt"> => ({
  staffId: "anna",
  name: "Anna",
  way: "break-glass",
  weak: false,
  emergency: {
    reason: "system-down",
    means: "code",
    operation: "unlock-workstation",
    review: "security-officer",
    reviewHours: 24,
    lasts: minutes(15),
    card: "7KQM",
    second: null,
    leaseEnded: true,
  },
});

let made: Promise<DowntimeBook> | null = null;

/** What a simulated fleet knows of Anna and Bruno, as kiosks are told it. Made once: the hashes are slow. */
export function simulatedBook(bend: Partial<DowntimeBook> = {}): Promise<DowntimeBook> {
  made ??= make();
  return made.then((book) => ({ ...book, ...bend }));
}

async function make(): Promise<DowntimeBook> {
  const badgeSalt = salt();
  return {
    v: 1,
    site: "st-mary",
    madeAt: 0,
    goodUntil: 8_000_000_000_000,
    cards: [await card("anna", "Anna", ANNAS_CODE), await card("bruno", "Bruno", BRUNOS_CODE)],
    badgeSalt,
    badges: [
      await badge("anna", "Anna", ANNAS_BADGE, badgeSalt),
      await badge("bruno", "Bruno", BRUNOS_BADGE, badgeSalt),
    ],
  };
}

async function card(staffId: string, name: string, code: string): Promise<DowntimeBook["cards"][number]> {
  const read = readCard(code);
  if (read === null) throw new Error("no code of a card");
  const own = salt();
  return { staffId, name, card: read.card, salt: own, hash: text(await slowHash(read.secret, own)) };
}

async function badge(
  staffId: string,
  name: string,
  read: BadgeRead,
  badgeSalt: string,
): Promise<DowntimeBook["badges"][number]> {
  return { staffId, name, hash: text(await slowHash(badgeText(read), badgeSalt)) };
}

const text = (bytes: Buffer): string => bytes.toString("base64url");
const salt = (): string => text(randomBytes(16));
