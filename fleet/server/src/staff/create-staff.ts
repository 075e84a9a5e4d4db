import { setImmediate } from "node:timers/promises";
import { createArgon2Hasher } from "./adapters/argon2.js";
import type { SqlStaffStore } from "./adapters/sql-staff-store.js";
import { createStaffFrom, DEFAULT_RULES, type Staff, type StaffParts, type StaffRules } from "./app/staff.js";

type Given = Pick<
  StaffParts,
  | "site"
  | "now"
  | "randomBytes"
  | "newId"
  | "isOperatorCode"
  | "validity"
  | "signCredential"
  | "isHolderKey"
  | "bans"
  | "record"
  | "leaseLife"
  | "wardOf"
  | "badges"
  | "failed"
>;

export type StaffChoices = {
  /** What is not said is as in `DEFAULT_RULES`. */
  rules?: Partial<StaffRules>;
  /** Argon2id, unless a test wants it quicker. */
  hasher?: StaffParts["hasher"];
};

/** People and their credentials over the site's database. `start` what time ends; `stop` before the database closes. */
export function createStaff(parts: Given & StaffChoices & { store: SqlStaffStore }): Staff {
  const { sealing } = parts.store;
  return createStaffFrom({
    ...parts,
    hasher: parts.hasher ?? createArgon2Hasher({ pepper: sealing.derive("pepper") }),
    nameOf: (value, purpose) => sealing.name(value, purpose),
    rules: { ...DEFAULT_RULES, ...parts.rules },
    after(delay, work) {
      const timer = setTimeout(work, delay).unref();
      return () => clearTimeout(timer);
    },
    breathe: () => setImmediate(undefined),
    monotonic: () => performance.now(),
  });
}
