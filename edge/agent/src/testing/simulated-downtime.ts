import { createHash, randomBytes } from "node:crypto";
import { minutes } from "@wardkey/protocol";
import { type BadgeRead, badgeText, type DowntimeBook, readCard } from "@wardkey/protocol/fleet";
import { type HashSecret, slowHash } from "../downtime/slow-hash.js";
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

/** Simulated: as quick as the real one is slow. */
export const quickHash: HashSecret = async (secret, own) => createHash("sha256").update(`${secret} ${own}`).digest();

/** What a simulated fleet knows of Anna and Bruno, as kiosks are told it. */
export async function simulatedBook(
  bend: Partial<DowntimeBook> = {},
  hash: HashSecret = slowHash,
): Promise<DowntimeBook> {
  const badgeSalt = salt();
  const card = cardsWith(hash);
  const badge = badgesWith(hash, badgeSalt);
  return {
    v: 1,
    site: "st-mary",
    madeAt: 0,
    goodUntil: 8_000_000_000_000,
    cards: [await card("anna", "Anna", ANNAS_CODE), await card("bruno", "Bruno", BRUNOS_CODE)],
    badgeSalt,
    badges: [await badge("anna", "Anna", ANNAS_BADGE), await badge("bruno", "Bruno", BRUNOS_BADGE)],
    ...bend,
  };
}

/** Makes simulated emergency cards, as the fleet hashes their codes. */
export const cardsWith =
  (hash: HashSecret) =>
  async (staffId: string, name: string, code: string): Promise<DowntimeBook["cards"][number]> => {
    const read = readCard(code);
    if (read === null) throw new Error("no code of a card");
    const own = salt();
    return { staffId, name, card: read.card, salt: own, hash: text(await hash(read.secret, own)) };
  };

const badgesWith =
  (hash: HashSecret, badgeSalt: string) =>
  async (staffId: string, name: string, read: BadgeRead): Promise<DowntimeBook["badges"][number]> => ({
    staffId,
    name,
    hash: text(await hash(badgeText(read), badgeSalt)),
  });

const text = (bytes: Buffer): string => bytes.toString("base64url");
const salt = (): string => text(randomBytes(16));
