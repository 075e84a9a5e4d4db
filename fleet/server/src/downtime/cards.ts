import { CARD_NAME_LETTERS, CARD_SECRET_LETTERS } from "@wardkey/protocol/fleet";
import type { Card, DowntimeStore } from "./sql-downtime-store.js";

/** One in the pocket, one at home, one lost. */
const MOST_CARDS = 3;
const SALT_BYTES = 16;
const NAMES_TRIED = 20;
/** Crockford's base32: no I, L, O or U. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export type CardRefusal = "staff-unknown" | "staff-not-active" | "cards-too-many" | "card-unknown";
export type CardOutcome<T> = ({ ok: true } & T) | { ok: false; code: CardRefusal };

export interface Cards {
  /** 60 secret bits behind a name of 20; shown once, for one emergency. */
  issue(staffId: string, by: string): Promise<CardOutcome<{ card: string; code: string }>>;
  of(staffId: string): Promise<readonly Card[]>;
  revoke(staffId: string, card: string, by: string): Promise<CardOutcome<object>>;
}

export interface CardParts {
  readonly store: DowntimeStore;
  /** `null`: nobody; `false`: somebody who may not come in now. */
  readonly isActive: (staffId: string) => Promise<boolean | null>;
  readonly randomBytes: (size: number) => Uint8Array;
  /** Of a secret with a salt, base64url. */
  readonly hash: (text: string, salt: string) => Promise<string>;
  readonly now: () => number;
  readonly record: (kind: string, body: Record<string, string>) => Promise<void>;
  readonly changed: () => void;
}

/** Personal emergency codes: printed on a card, kept by their owner, known to every kiosk as slow hashes. */
export function createCards(parts: CardParts): Cards {
  const { store, isActive, randomBytes, now, record, changed } = parts;
  const letters = (count: number): string =>
    Array.from(randomBytes(count), (byte) => ALPHABET[byte & 31] ?? "").join("");
  return {
    async issue(staffId, by) {
      const active = await isActive(staffId);
      if (active !== true) return { ok: false, code: active === null ? "staff-unknown" : "staff-not-active" };
      const good = (await store.cardsOf(staffId)).filter(({ endedAt }) => endedAt === null);
      if (good.length >= MOST_CARDS) return { ok: false, code: "cards-too-many" };
      const secret = letters(CARD_SECRET_LETTERS);
      const salt = Buffer.from(randomBytes(SALT_BYTES)).toString("base64url");
      const hash = await parts.hash(secret, salt);
      for (let tried = 0; tried < NAMES_TRIED; tried++) {
        const card = letters(CARD_NAME_LETTERS);
        if (!(await store.keepCard({ card, staffId, salt, hash, issuedBy: by, issuedAt: now() }))) continue;
        await record("emergency-card.issued", { staffId, by, card });
        changed();
        return { ok: true, card, code: inGroups(card + secret) };
      }
      return { ok: false, code: "cards-too-many" };
    },
    of: (staffId) => store.cardsOf(staffId),
    async revoke(staffId, card, by) {
      const known = await store.card(card);
      if (known?.staffId !== staffId || !(await store.endCard(card, "revoked", now()))) {
        return { ok: false, code: "card-unknown" };
      }
      await record("emergency-card.revoked", { staffId, by, card });
      changed();
      return { ok: true };
    },
  };
}

const inGroups = (letters: string): string => letters.replace(/(.{4})(?=.)/g, "$1-");
