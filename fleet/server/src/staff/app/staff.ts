import { type Duration, type Instant, seconds } from "@wardkey/protocol";
import { standingOf } from "../domain/standing.js";
import { type Consents, createConsents } from "./consents.js";
import { type Credentials, createCredentials } from "./credentials.js";
import { createDirectory, type Directory } from "./directory.js";
import {
  createEnrolments,
  displayNameOf,
  type EnrolmentParts,
  type EnrolmentRules,
  type Enrolments,
} from "./enrolment.js";
import { createGiveWay, type GiveWay } from "./giving.js";
import { createHolderTables, type HolderTableBytes } from "./holder-table.js";
import { createImports, type Imports, LEAVER_RETENTION } from "./imports.js";
import { createOperators, type Operators } from "./operators.js";
import type { HolderBans, Person, RecordEvent, SecretHasher, StaffStore } from "./ports.js";
import { createUpkeep } from "./upkeep.js";
import { type BadgeWatch, createWays, type Ways } from "./ways.js";

/** How soon what time alone ends is ended: an agency's last moment, a ban that did not work at once. */
const UPKEEP_EVERY: Duration = seconds(1);

export type StaffRules = EnrolmentRules & {
  /** How long the record of somebody who left is kept for the audit; then it is erased. */
  leaverRetention: Duration;
};

export const DEFAULT_RULES: StaffRules = {
  secondOperator: false,
  consentText: null,
  leaverRetention: LEAVER_RETENTION,
};

export type StaffParts = Pick<
  EnrolmentParts,
  "randomBytes" | "newId" | "validity" | "signCredential" | "isHolderKey" | "wardOf"
> & {
  site: string;
  store: StaffStore;
  now(): Instant;
  /** The code of the site's file, which the first operator types. */
  isOperatorCode(code: string): boolean;
  hasher: SecretHasher;
  /** A keyed name for a badge or a code. */
  nameOf(value: string, purpose: string): string;
  bans: HolderBans;
  record: RecordEvent;
  /** The longest lease that a kiosk may get now. */
  leaseLife(): Duration;
  rules: StaffRules;
  /** Who else knows badges; nobody where it is absent. */
  badges?: BadgeWatch;
  /** Runs `work` after `delay`, once; answers how to call it off. */
  after(delay: Duration, work: () => void): () => void;
  breathe(): Promise<void>;
  monotonic(): number;
  /** What was tried and will be tried again. */
  failed(error: unknown): void;
};

export interface Staff {
  readonly enrolments: Enrolments;
  readonly directory: Directory;
  readonly credentials: Credentials;
  readonly operators: Operators;
  readonly ways: Ways;
  readonly giveWay: GiveWay;
  readonly consents: Consents;
  readonly imports: Imports;
  readonly table: {
    /** The same bytes for every kiosk until people change or six hours are over; they reach an hour beyond the lease. */
    current(): Promise<HolderTableBytes>;
    /** The current one or the one before, if it is still in memory. */
    at(digest: string): HolderTableBytes | null;
    onChanged(listener: () => void): () => void;
  };
  people(): Promise<Person[]>;
  /** Who may come in now, and whose record was erased. */
  standing(): Promise<{ active: { staffId: string; name: string }[]; erased: string[] }>;
  /** `HolderTable` bytes that reach one window beyond `until`. */
  holderTable(until: number): Promise<Uint8Array>;
  /** Erases every key of the person: the next table does not know their phone. `false` for nobody. */
  deny(staffId: string): Promise<boolean>;
  /** People, their standing or their wallets changed. */
  onChanged(listener: () => void): () => void;
  /** What time alone ends, now. */
  upkeep(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export function createStaffFrom(parts: StaffParts): Staff {
  const { store, now, record, hasher, rules } = parts;
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const onChanged = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const { leaverRetention } = rules;
  const { person } = store;
  const operators = createOperators({ ...parts, guesses: store.guesses, secrets: store.secrets, person });
  const credentials = createCredentials({ ...parts, leaverRetention, changed });
  const ways = createWays(parts);
  const tables = createHolderTables(parts);
  const upkeep = createUpkeep({ store, credentials, now, record, changed });
  const rounds = createRounds({ after: parts.after, run: () => upkeep.run(), failed: parts.failed });
  return {
    operators,
    credentials,
    ways,
    giveWay: createGiveWay({ ...parts, operators, ways, secondOperator: rules.secondOperator }),
    onChanged,
    enrolments: createEnrolments({ ...parts, operators, changed }),
    directory: createDirectory({ store, now, record, changed }),
    consents: createConsents({
      secrets: store.secrets,
      credentials,
      ways,
      hasFace: async (staffId) => {
        const known = await person(staffId);
        return known === null ? null : known.credential?.live === true && known.credential.face;
      },
      now,
      record,
    }),
    imports: createImports({
      store: store.imports,
      revision: () => store.revision(),
      credentials,
      newId: parts.newId,
      now,
      leaverRetention,
      record,
      changed,
    }),
    table: { current: () => tables.current(), at: (digest) => tables.at(digest), onChanged },
    people: () => store.people(),
    async standing() {
      const people = await store.people();
      const active = people.filter((each) => standingOf(each, now()) === "active");
      return {
        active: active.map((each) => ({ staffId: each.staffId, name: displayNameOf(each) })),
        erased: people.filter(({ erasedAt }) => erasedAt !== null).map(({ staffId }) => staffId),
      };
    },
    holderTable: async (until) => (await tables.until(until)).bytes,
    async deny(staffId) {
      const known = await store.deny(staffId, now());
      if (known) changed();
      return known;
    },
    upkeep: () => upkeep.run(),
    start: () => rounds.start(),
    async stop() {
      await rounds.stop();
      await hasher.stop();
    },
  };
}

/** One round after the other, never two at once, until it is stopped. */
function createRounds(parts: { after: StaffParts["after"]; run(): Promise<void>; failed(error: unknown): void }): {
  start(): void;
  stop(): Promise<void>;
} {
  let cancel: (() => void) | null = null;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const next = (): void => {
    if (stopped) return;
    cancel = parts.after(UPKEEP_EVERY, () => {
      running = parts.run().catch(parts.failed).finally(next);
    });
  };
  return {
    start: next,
    async stop() {
      stopped = true;
      cancel?.();
      await running;
    },
  };
}
