import { codeOf, type Duration, minutes } from "@wardkey/protocol";
import {
  type BadgeRead,
  faultOfPin,
  type Identified,
  type IdentifyRequest,
  type PinFault,
} from "@wardkey/protocol/fleet";
import { chargeGuess } from "../domain/back-off.js";
import { isWeakBadge, readCode, writeCode } from "../domain/secrets.js";
import { standingOf } from "../domain/standing.js";
import { displayNameOf } from "./enrolment.js";
import type { Badge, Person, RecordEvent, SecretHasher, StaffStore } from "./ports.js";

const CODE_BYTES = 16;
const CODE_LIFE: Duration = minutes(10);
const MOST_BADGES = 3;

export type IdentifyOutcome =
  | { ok: true; who: Identified }
  /** One code for everything that is wrong, so that a guess learns nothing. */
  | { ok: false; code: "identify-refused" | "identify-busy" }
  | { ok: false; code: "identify-locked"; retryAfter: number };

export type WayRefusal = "staff-unknown" | "staff-not-active" | "badge-known" | "badges-too-many" | PinFault;
export type WayOutcome<T> = ({ ok: true } & T) | { ok: false; code: WayRefusal };

/** Ways in without a face: a badge or a phone with a PIN, and personal one-time codes. */
export interface Ways {
  identify(kiosk: string, request: IdentifyRequest): Promise<IdentifyOutcome>;
  /** `weak`: the badge answers with a number alone, which any shop copies. */
  enrolBadge(staffId: string, badge: BadgeRead, by: string): Promise<WayOutcome<{ weak: boolean }>>;
  removeBadge(staffId: string, badge: string, by: string): Promise<boolean>;
  setPin(staffId: string, pin: string, by: string): Promise<WayOutcome<object>>;
  /** 128 bits, shown once, for one use within ten minutes; an earlier code ends. */
  issueCode(staffId: string, by: string): Promise<WayOutcome<{ code: string; expiresAt: number }>>;
  /** Whether this is the person's PIN; guesses cost as at `identify`. */
  provesByPin(kiosk: string, staffId: string, pin: string): Promise<IdentifyOutcome>;
  badgesOf(staffId: string): Promise<Badge[]>;
  /** What the person can come in with, for the console and for who withdraws a consent. */
  has(staffId: string): Promise<{ badges: number; pin: boolean }>;
}

/** Whoever keeps badges for another purpose is told of those that are more than numbers, and of those that were taken away. */
export interface BadgeWatch {
  shown(badge: { digest: string; staffId: string; read: BadgeRead }): Promise<void>;
  gone(digest: string): Promise<void>;
}

export type WayParts = {
  badges?: BadgeWatch;
  store: StaffStore;
  hasher: SecretHasher;
  /** A keyed name: of a badge or a code, as the store knows it. */
  nameOf(value: string, purpose: string): string;
  randomBytes(size: number): Uint8Array;
  now(): number;
  record: RecordEvent;
};

export function createWays(parts: WayParts): Ways {
  const { store, hasher, now, record } = parts;
  const { secrets, guesses } = store;
  const badgeName = ({ kind, uid }: BadgeRead): string => parts.nameOf(`${kind} ${uid}`, "badge");
  const codeName = (letters: string): string => parts.nameOf(letters, "one-time code");

  const active = async (staffId: string): Promise<Person | WayRefusal> => {
    const person = await store.person(staffId);
    if (person === null) return "staff-unknown";
    return standingOf(person, now()) === "active" ? person : "staff-not-active";
  };

  /** As much work for whoever is unknown as for a person with a PIN. */
  const pinFits = async (staffId: string | null, pin: string): Promise<boolean> => {
    const hash = staffId === null ? null : await secrets.pinHash(staffId);
    if (hash !== null) return hasher.verify(pin, hash);
    await hasher.idle(pin);
    return false;
  };

  type Found = { staffId: string; weak: boolean };
  const found = async (request: IdentifyRequest): Promise<Found | null> => {
    switch (request.way) {
      case "badge": {
        const badge = await secrets.badge(badgeName(request.badge));
        const fits = await pinFits(badge?.staffId ?? null, request.pin);
        // Badges of before anybody kept them for emergencies are learned as they are used.
        if (badge !== null && fits) {
          await parts.badges?.shown({ digest: badge.digest, staffId: badge.staffId, read: request.badge });
        }
        return badge !== null && fits ? { staffId: badge.staffId, weak: isWeakBadge(badge.kind) } : null;
      }
      case "phone": {
        const person = await store.person(request.staffId);
        const fits = await pinFits(person?.staffId ?? null, request.pin);
        const credential = person?.credential ?? null;
        const current = credential?.live === true && credential.epoch === request.epoch && credential.expiresAt > now();
        // A lost phone proves nothing.
        return fits && current && person?.phoneLostAt === null ? { staffId: request.staffId, weak: false } : null;
      }
      case "code": {
        const letters = readCode(request.code);
        const staffId = letters === null ? null : await secrets.spendCode(codeName(letters), now());
        return staffId === null ? null : { staffId, weak: false };
      }
    }
  };

  const judged = async (
    { kiosk, way, keys }: { kiosk: string; way: Identified["way"]; keys: readonly string[] },
    look: () => Promise<Found | null>,
  ): Promise<IdentifyOutcome> => {
    const charged = await guesses.charge(keys, (known) => chargeGuess(known, now()), now());
    if (!charged.ok) return { ok: false, code: "identify-locked", retryAfter: charged.retryAfter };
    let who: Found | null;
    try {
      who = await look();
    } catch (error) {
      if (codeOf(error) !== "hasher-busy") throw error;
      return { ok: false, code: "identify-busy" };
    }
    const person = who === null ? null : await store.person(who.staffId);
    if (who === null || person === null || standingOf(person, now()) !== "active") {
      const reason = who === null ? "wrong" : "standing";
      await record("identify.refused", { kiosk, way, reason, staffId: who?.staffId ?? null });
      return { ok: false, code: "identify-refused" };
    }
    await guesses.forgive(keys);
    await record("identify.accepted", { staffId: who.staffId, kiosk, way });
    const { role } = person;
    return { ok: true, who: { staffId: who.staffId, displayName: displayNameOf(person), role, way, weak: who.weak } };
  };

  return {
    identify: (kiosk, request) =>
      judged({ kiosk, way: request.way, keys: [identifyAt(kiosk), ...targetOf(request, badgeName)] }, () =>
        found(request),
      ),
    provesByPin: (kiosk, staffId, pin) =>
      judged({ kiosk, way: "phone", keys: [identifyAt(kiosk), `pin ${staffId}`] }, async () =>
        (await pinFits(staffId, pin)) ? { staffId, weak: false } : null,
      ),
    async enrolBadge(staffId, badge, by) {
      const person = await active(staffId);
      if (typeof person === "string") return { ok: false, code: person };
      if ((await secrets.badgesOf(staffId)).length >= MOST_BADGES) return { ok: false, code: "badges-too-many" };
      const weak = isWeakBadge(badge.kind);
      const digest = badgeName(badge);
      const kept = await secrets.keepBadge({ digest, staffId, kind: badge.kind, enrolledBy: by, enrolledAt: now() });
      if (!kept) return { ok: false, code: "badge-known" };
      await parts.badges?.shown({ digest, staffId, read: badge });
      await record("badge.enrolled", { staffId, by, weak });
      return { ok: true, weak };
    },
    async removeBadge(staffId, badge, by) {
      const known = await secrets.dropBadge(staffId, badge);
      if (known) {
        await parts.badges?.gone(badge);
        await record("badge.removed", { staffId, by });
      }
      return known;
    },
    async setPin(staffId, pin, by) {
      const fault = faultOfPin(pin);
      if (fault !== null) return { ok: false, code: fault };
      const person = await active(staffId);
      if (typeof person === "string") return { ok: false, code: person };
      await secrets.keepPin({ staffId, secretHash: await hasher.hash(pin), setBy: by, setAt: now() });
      await guesses.forgive([`pin ${staffId}`]);
      await record("pin.set", { staffId, by });
      return { ok: true };
    },
    async issueCode(staffId, by) {
      const person = await active(staffId);
      if (typeof person === "string") return { ok: false, code: person };
      const code = writeCode(parts.randomBytes(CODE_BYTES));
      const expiresAt = now() + CODE_LIFE;
      await record("code.issued", { staffId, by });
      await secrets.keepCode({ digest: codeName(readCode(code) ?? code), staffId, issuedBy: by, expiresAt });
      return { ok: true, code, expiresAt };
    },
    badgesOf: (staffId) => secrets.badgesOf(staffId),
    async has(staffId) {
      const badges = await secrets.badgesOf(staffId);
      return { badges: badges.length, pin: (await secrets.pinHash(staffId)) !== null };
    },
  };
}

const identifyAt = (kiosk: string): string => `identify ${kiosk}`;

/** Whom a guess is aimed at, known or not, so that a lock tells nothing about who is known. */
function targetOf(request: IdentifyRequest, badgeName: (badge: BadgeRead) => string): string[] {
  switch (request.way) {
    case "badge":
      return [`badge ${badgeName(request.badge)}`];
    case "phone":
      return [`pin ${request.staffId}`];
    case "code":
      return [];
  }
}
