import type { Duration } from "@wardkey/protocol";
import { standingOf } from "../domain/standing.js";
import type { HolderBans, Person, RecordEvent, StaffStore, StandingChange } from "./ports.js";

export type StandingOutcome =
  | { outcome: "done" }
  | {
      outcome: "refused";
      code: "staff-unknown" | "staff-left" | "staff-denied" | "staff-not-suspended" | "staff-not-denied";
    };

/** What ends, pauses or brings back what a person may do. Each is dead everywhere online within seconds. */
export interface Credentials {
  /** Kept, and off until it is resumed. */
  suspend(staffId: string, reason: string, by: string): Promise<StandingOutcome>;
  resume(staffId: string, by: string): Promise<StandingOutcome>;
  /** Keys erased, on the deny-list, out of the table. A new enrolment needs `readmit`. */
  revoke(staffId: string, reason: string, by: string): Promise<StandingOutcome>;
  /** A revoked person may be enrolled again; until then every phone of theirs stays off. */
  readmit(staffId: string, by: string): Promise<StandingOutcome>;
  /** The phone is off at once; badge, PIN and one-time codes go on. Ends with a supervised replacement. */
  reportLost(staffId: string, by: string): Promise<StandingOutcome>;
  /** The credential is dead at once; the record stays for the audit, and is erased when the retention ends. */
  leave(staffId: string, by: string): Promise<StandingOutcome>;
  /** Drops the phone's keys and puts it on the deny-list; the person stays. */
  dropWallet(staffId: string, by: string, reason: string): Promise<StandingOutcome>;
  /** Brings the deny-list to what the directory says. What fails is tried again at the next call. */
  settleBans(): Promise<void>;
}

export type CredentialParts = {
  store: StaffStore;
  bans: HolderBans;
  now(): number;
  leaverRetention: Duration;
  record: RecordEvent;
  changed(): void;
  /** A ban that did not work and is tried again. */
  failed(error: unknown): void;
};

export function createCredentials(parts: CredentialParts): Credentials {
  const { store, bans, now, record } = parts;
  let settling: Promise<void> = Promise.resolve();
  const settle = async (): Promise<void> => {
    for (const { staffId, wanted } of await store.directory.bansDue(now())) {
      try {
        await (wanted ? bans.ban(staffId) : bans.lift(staffId));
        await store.directory.banApplied(staffId, wanted);
      } catch (error) {
        parts.failed(error);
      }
    }
  };
  // One after the other: two at once could ban and lift the same person in either order.
  const settleBans = (): Promise<void> => {
    settling = settling.then(settle).catch((error: unknown) => parts.failed(error));
    return settling;
  };
  const act = async (
    staffId: string,
    {
      judge,
      change,
      kind,
      body,
    }: {
      judge(person: Person): StandingOutcome;
      change: StandingChange;
      kind: string;
      body: Record<string, string>;
    },
  ): Promise<StandingOutcome> => {
    const person = await store.person(staffId);
    if (person === null || person.erasedAt !== null) return { outcome: "refused", code: "staff-unknown" };
    const judged = judge(person);
    if (judged.outcome === "refused") return judged;
    await record(kind, { staffId, ...body });
    await store.directory.stand(staffId, change, now());
    parts.changed();
    await settleBans();
    return { outcome: "done" };
  };
  const done = (): StandingOutcome => ({ outcome: "done" });
  const present = (person: Person): StandingOutcome =>
    person.leftAt === null ? { outcome: "done" } : { outcome: "refused", code: "staff-left" };
  return {
    settleBans,
    suspend: (staffId, reason, by) =>
      act(staffId, {
        judge: present,
        change: { to: "suspended", reason },
        kind: "credential.suspended",
        body: { by, reason },
      }),
    resume: (staffId, by) =>
      act(staffId, {
        judge: (person) =>
          person.suspendedAt === null ? { outcome: "refused", code: "staff-not-suspended" } : present(person),
        change: { to: "resumed" },
        kind: "credential.resumed",
        body: { by },
      }),
    revoke: (staffId, reason, by) =>
      act(staffId, {
        judge: done,
        change: { to: "denied", reason },
        kind: "credential.revoked",
        body: { by, reason },
      }),
    readmit: (staffId, by) =>
      act(staffId, {
        judge: (person) =>
          person.deniedAt === null ? { outcome: "refused", code: "staff-not-denied" } : present(person),
        change: { to: "readmitted" },
        kind: "staff.changed",
        body: { by, changed: "readmitted" },
      }),
    reportLost: (staffId, by) =>
      act(staffId, {
        judge: (person) => {
          const standing = standingOf(person, now());
          if (standing === "left") return { outcome: "refused", code: "staff-left" };
          return standing === "denied" ? { outcome: "refused", code: "staff-denied" } : { outcome: "done" };
        },
        change: { to: "phone-lost" },
        kind: "credential.lost",
        body: { by },
      }),
    leave: (staffId, by) =>
      act(staffId, {
        judge: present,
        change: { to: "left", eraseAfter: now() + parts.leaverRetention },
        kind: "staff.left",
        body: { by },
      }),
    dropWallet: (staffId, by, reason) =>
      act(staffId, {
        judge: present,
        change: { to: "wallet-dropped" },
        kind: "credential.revoked",
        body: { by, reason },
      }),
  };
}
