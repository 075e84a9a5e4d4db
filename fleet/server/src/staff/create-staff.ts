import { setImmediate } from "node:timers/promises";
import { type Duration, hours } from "@wardkey/protocol";
import { createArgon2Hasher } from "./adapters/argon2.js";
import type { SqlStaffStore } from "./adapters/sql-staff-store.js";
import { createStaffFrom, DEFAULT_RULES, type Staff, type StaffParts, type StaffRules } from "./app/staff.js";

const LONGEST_DEFAULT_LEASE: Duration = hours(24);

type Given = Pick<
  StaffParts,
  "site" | "now" | "randomBytes" | "newId" | "isOperatorCode" | "validity" | "signCredential" | "isHolderKey"
>;

/** What a site may leave out gets the value beside it. */
export type StaffChoices = {
  /** Without it the caller keeps the deny-list itself. */
  bans?: StaffParts["bans"];
  /** Without it nothing is told to the audit. */
  record?: StaffParts["record"];
  /** 24 h. */
  leaseLife?: StaffParts["leaseLife"];
  /** No kiosk has a ward. */
  wardOf?: StaffParts["wardOf"];
  rules?: Partial<StaffRules>;
  /** Argon2id. */
  hasher?: StaffParts["hasher"];
  failed?: StaffParts["failed"];
};

/** People and their credentials over the site's database. `start` what time ends; `stop` before the database closes. */
export function createStaff(parts: Given & StaffChoices & { store: SqlStaffStore }): Staff {
  const { sealing } = parts.store;
  return createStaffFrom({
    ...parts,
    hasher: parts.hasher ?? createArgon2Hasher({ pepper: sealing.derive("pepper") }),
    nameOf: (value, purpose) => sealing.name(value, purpose),
    bans: parts.bans ?? { ban: async () => 0, lift: async () => 0 },
    record: parts.record ?? (async () => undefined),
    leaseLife: parts.leaseLife ?? (() => LONGEST_DEFAULT_LEASE),
    wardOf: parts.wardOf ?? (async () => null),
    rules: { ...DEFAULT_RULES, ...parts.rules },
    failed: parts.failed ?? (() => undefined),
    after(delay, work) {
      const timer = setTimeout(work, delay).unref();
      return () => clearTimeout(timer);
    },
    breathe: () => setImmediate(undefined),
    monotonic: () => performance.now(),
  });
}
