import { hours, minutes, seconds } from "@wardkey/protocol";
import { Refusal } from "../http/problem.js";
import { type Database, exclusively } from "../sql/database.js";
import type { AuthWorld } from "./ports.js";

const FREE_MISTAKES = 3;
const FIRST_LOCK = seconds(10);
const LONGEST_LOCK = minutes(15);
/** An address may be a whole hospital behind one proxy. */
const FREE_MISTAKES_OF_ADDRESS = 20;
const FORGOTTEN_AFTER = hours(24);

type FailureRow = { subject: string; failures: number; locked_until: number };
export type Subject = { readonly account: string } | { readonly address: string };

export interface BackOff {
  /** Refuses with `sign-in-locked` while one of the subjects has to wait. */
  check(subjects: readonly Subject[]): Promise<void>;
  failed(subjects: readonly Subject[]): Promise<void>;
  /**
   * Counts a guess at an account before anybody judges it, or refuses with `sign-in-locked`: of guesses that are sent together
   * as many are judged as of guesses one after the other, whichever of them the database hears first.
   */
  guess(account: string): Promise<void>;
  /** A right sign-in forgives the account, never the address. */
  succeeded(account: string): Promise<void>;
}

/** Guessing costs time that doubles, and a restart forgives nothing. */
export function createBackOff({ database, now }: AuthWorld): BackOff {
  const failures = (step: Database = database) => step<FailureRow>("sign_in_failures");

  async function check(subjects: readonly Subject[], step?: Database): Promise<void> {
    const rows = await failures(step).whereIn("subject", subjects.map(keyOf));
    // A clock turned back must not stretch a lock beyond the longest one.
    const left = Math.max(0, ...rows.map((row) => Math.min(Number(row.locked_until) - now(), LONGEST_LOCK)));
    if (left > 0) throw new Refusal(429, "sign-in-locked", { retryAfterMs: left });
  }

  async function count(subject: Subject, step: Database): Promise<void> {
    const known = await failures(step)
      .where({ subject: keyOf(subject) })
      .first();
    const stale = known === undefined || Number(known.locked_until) + FORGOTTEN_AFTER < now();
    const mistakes = (stale ? 0 : known.failures) + 1;
    const free = "account" in subject ? FREE_MISTAKES : FREE_MISTAKES_OF_ADDRESS;
    const lock = mistakes <= free ? 0 : Math.min(FIRST_LOCK * 2 ** Math.min(mistakes - free - 1, 20), LONGEST_LOCK);
    await failures(step)
      .insert({ subject: keyOf(subject), failures: mistakes, locked_until: now() + lock })
      .onConflict("subject")
      .merge();
  }

  return {
    check: (subjects) => check(subjects),
    async failed(subjects) {
      await exclusively(database, "sign-in", async (step) => {
        for (const subject of subjects) await count(subject, step);
      });
    },
    async guess(account) {
      await exclusively(database, "sign-in", async (step) => {
        await check([{ account }], step);
        await count({ account }, step);
      });
    },
    async succeeded(account) {
      await failures()
        .where({ subject: keyOf({ account }) })
        .delete();
    },
  };
}

const keyOf = (subject: Subject): string =>
  "account" in subject ? `account ${subject.account.slice(0, 63)}` : `address ${subject.address.slice(0, 63)}`;
