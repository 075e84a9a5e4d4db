import type { EnrolmentBegin } from "@wardkey/protocol/fleet";
import { foldName } from "../domain/romanise.js";
import { freeStaffId, staffIdStem } from "../domain/staff-id.js";
import { type Standing, standingOf } from "../domain/standing.js";
import type { Supervisor } from "./operators.js";
import type { EnrolmentPurpose, Person } from "./ports.js";
import { hindranceFor, mayActFor } from "./supervision.js";

export type EnrolmentWish = EnrolmentBegin;

export type WishRefusal =
  | "staff-unknown"
  | "staff-denied"
  | "staff-left"
  | "staff-ended"
  | "staff-suspended"
  | "staff-record-required"
  | "name-differs"
  | "credential-active"
  | "credential-none"
  | "operator-own-enrolment"
  | "operator-other-ward";

export type Whose =
  | {
      ok: true;
      purpose: EnrolmentPurpose;
      id: { staffId: string } | { stem: string; choose(taken: ReadonlySet<string>): string };
      facts: { epoch: number; givenName: string; familyName: string };
    }
  | { ok: false; code: WishRefusal };

type Surroundings = {
  kiosk: string;
  supervisors: readonly Supervisor[];
  person(staffId: string): Promise<Person | null>;
  hasImported(): Promise<boolean>;
  wardOf(kiosk: string): Promise<string | null>;
  now: number;
};

const refuse = (code: WishRefusal): Whose => ({ ok: false, code });

/** Whose credential an enrolment may make: threats row 22, the half that the site alone can judge. */
export async function whoseEnrolment(wish: EnrolmentWish, around: Surroundings): Promise<Whose> {
  return wish.staffId === undefined ? newcomer(wish, around) : known(wish.staffId, wish, around);
}

async function newcomer(wish: EnrolmentWish, around: Surroundings): Promise<Whose> {
  if (wish.purpose === "renewal" || wish.purpose === "replacement") return refuse("staff-unknown");
  // Where the personnel office names the people, nobody else comes into being at a kiosk.
  if (await around.hasImported()) return refuse("staff-record-required");
  const ward = await around.wardOf(around.kiosk);
  if (!mayActFor(around.supervisors, ward === null ? [] : [ward])) return refuse("operator-other-ward");
  const { givenName, familyName } = wish;
  const stem = staffIdStem(givenName, familyName);
  return {
    ok: true,
    purpose: "first",
    id: { stem, choose: (taken) => freeStaffId(stem, taken) },
    facts: { epoch: 1, givenName, familyName },
  };
}

async function known(staffId: string, wish: EnrolmentWish, around: Surroundings): Promise<Whose> {
  const person = await around.person(staffId);
  if (person === null) return refuse("staff-unknown");
  const hindered = hindranceFor(around.supervisors, person, await around.wardOf(around.kiosk));
  if (hindered === "operator-own-enrolment") return refuse(hindered);
  const hindrance = REFUSED_STANDINGS[standingOf(person, around.now)];
  if (hindrance !== null) return refuse(hindrance);
  if (hindered !== null) return refuse(hindered);
  if (nameOf(wish) !== nameOf(person)) return refuse("name-differs");
  const { credential } = person;
  const holds = credential?.live === true && credential.expiresAt > around.now;
  // A second credential must be meant: a stated renewal, or the replacement of a phone.
  const meant = wish.purpose === "renewal" || wish.purpose === "replacement";
  if (holds && !meant) return refuse("credential-active");
  if (credential === null && meant) return refuse("credential-none");
  const { givenName, familyName } = person;
  return {
    ok: true,
    purpose: wish.purpose ?? "first",
    id: { staffId },
    facts: { epoch: (credential?.epoch ?? 0) + 1, givenName, familyName },
  };
}

const nameOf = ({ givenName, familyName }: { givenName: string; familyName: string }): string =>
  foldName(`${givenName} ${familyName}`);

const REFUSED_STANDINGS: Readonly<Record<Standing, WishRefusal | null>> = {
  active: null,
  suspended: "staff-suspended",
  ended: "staff-ended",
  denied: "staff-denied",
  left: "staff-left",
  erased: "staff-unknown",
};
