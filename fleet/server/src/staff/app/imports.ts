import type { Duration } from "@wardkey/protocol";
import { days, hours } from "@wardkey/protocol";
import { isTimeZone } from "../domain/end-date.js";
import { type Plan, planImport } from "../domain/import-plan.js";
import { type RawRow, type RowFault, readRow } from "../domain/import-row.js";
import type { Credentials } from "./credentials.js";
import type { ImportStore, RecordEvent, StoredPlan } from "./ports.js";

export const PLAN_LIFE: Duration = hours(1);
const FAULTS_SHOWN = 1_000;
const PEOPLE_SHOWN = 1_000;

/** Rows from a file or a directory, or why it could not be read at all. `line` is where, when that is known. */
export type RowSource = AsyncIterable<RawRow | { fault: RowFault }>;

export type ImportOptions = {
  /** The name of this import: whoever it once named and no longer names has left. */
  source: string;
  /** IANA; in which a day ends. */
  timeZone: string;
};

export type PlanView = {
  id: string;
  source: string;
  adds: number;
  changes: number;
  unchanged: number;
  leavers: number;
  /** More than a tenth would leave: `apply` wants `acceptLeavers`. */
  leaversGuarded: boolean;
  /** With any, nothing is applied. At most 1,000 are shown; `faultCount` counts all. */
  faults: RowFault[];
  faultCount: number;
  /** Staff ids, at most 1,000 each. */
  shown: { adds: string[]; changes: { staffId: string; changed: string[] }[]; leavers: string[] };
  sameName: { line: number; staffId: string }[];
  expiresAt: number;
};

export type PlanOutcome =
  | { outcome: "planned"; plan: PlanView }
  | { outcome: "refused"; code: "import-source-invalid" | "import-time-zone-unknown" | "import-empty" };

export type ApplyOutcome =
  | { outcome: "applied"; adds: number; changes: number; leavers: number }
  | {
      outcome: "refused";
      code:
        | "import-unknown"
        | "import-expired"
        | "import-has-faults"
        | "import-too-many-leavers"
        | "import-stale"
        | "import-applied-before";
    };

/** People from the personnel office: a plan to look at first, then all of it or nothing. */
export interface Imports {
  plan(rows: RowSource, options: ImportOptions, by: string): Promise<PlanOutcome>;
  apply(planId: string, flags: { acceptLeavers: boolean }, by: string): Promise<ApplyOutcome>;
}

export function createImports(parts: {
  store: ImportStore;
  credentials: Credentials;
  revision(): Promise<number>;
  newId(): string;
  now(): number;
  leaverRetention: Duration;
  record: RecordEvent;
  changed(): void;
}): Imports {
  const { store, now } = parts;
  return {
    async plan(rows, { source, timeZone }, by) {
      if (!/^[a-z][a-z0-9-]{1,30}$/.test(source) || source === "kiosk" || source === "console") {
        return { outcome: "refused", code: "import-source-invalid" };
      }
      if (!isTimeZone(timeZone)) return { outcome: "refused", code: "import-time-zone-unknown" };
      const read = [];
      for await (const row of rows) {
        read.push("fault" in row ? { ok: false as const, fault: row.fault } : readRow(row, timeZone));
      }
      if (read.length === 0) return { outcome: "refused", code: "import-empty" };
      const known = await store.known();
      const plan = planImport(read, known.people, source);
      const stored: StoredPlan = {
        id: parts.newId(),
        source,
        madeAt: now(),
        madeBy: by,
        revision: known.revision,
        plan: JSON.stringify(plan),
        appliedAt: null,
      };
      await store.keepPlan(stored);
      return { outcome: "planned", plan: viewOf(stored, plan) };
    },
    async apply(planId, { acceptLeavers }, by) {
      const stored = await store.plan(planId);
      if (stored === null) return { outcome: "refused", code: "import-unknown" };
      if (stored.appliedAt !== null) return { outcome: "refused", code: "import-applied-before" };
      const at = now();
      if (at >= stored.madeAt + PLAN_LIFE) return { outcome: "refused", code: "import-expired" };
      const plan = storedPlan(stored);
      if (plan.faults.length > 0) return { outcome: "refused", code: "import-has-faults" };
      if (plan.leaversGuarded && !acceptLeavers) return { outcome: "refused", code: "import-too-many-leavers" };
      const counts = { adds: plan.adds.length, changes: plan.changes.length, leavers: plan.leavers.length };
      const { source } = stored;
      if ((await parts.revision()) !== stored.revision) return { outcome: "refused", code: "import-stale" };
      // Told before it takes effect, as everything is.
      await parts.record("staff.imported", { by, source, ...counts });
      for (const staffId of plan.leavers) await parts.record("staff.left", { staffId, by });
      const withSource = ({ staffId, facts }: Plan["adds"][number]) => ({ staffId, facts: { ...facts, source } });
      const applied = await store.apply(
        stored,
        {
          adds: plan.adds.map(withSource),
          changes: plan.changes.map(withSource),
          leavers: plan.leavers,
          eraseAfter: at + parts.leaverRetention,
        },
        at,
      );
      switch (applied) {
        case "stale":
          return { outcome: "refused", code: "import-stale" };
        case "applied-before":
          return { outcome: "refused", code: "import-applied-before" };
        case "applied":
          break;
      }
      parts.changed();
      await parts.credentials.settleBans();
      return { outcome: "applied", ...counts };
    },
  };
}

/** Written by `plan` above, in this database alone. */
const storedPlan = (stored: StoredPlan): Plan => JSON.parse(stored.plan) as Plan;

function viewOf({ id, source, madeAt }: StoredPlan, plan: Plan): PlanView {
  return {
    id,
    source,
    adds: plan.adds.length,
    changes: plan.changes.length,
    unchanged: plan.unchanged,
    leavers: plan.leavers.length,
    leaversGuarded: plan.leaversGuarded,
    faults: plan.faults.slice(0, FAULTS_SHOWN),
    faultCount: plan.faults.length,
    shown: {
      adds: plan.adds.slice(0, PEOPLE_SHOWN).map(({ staffId }) => staffId),
      changes: plan.changes.slice(0, PEOPLE_SHOWN).map(({ staffId, changed }) => ({ staffId, changed })),
      leavers: plan.leavers.slice(0, PEOPLE_SHOWN),
    },
    sameName: plan.sameName.slice(0, PEOPLE_SHOWN),
    expiresAt: madeAt + PLAN_LIFE,
  };
}

/** How long the record of a leaver is kept for the audit, unless the site says otherwise. */
export const LEAVER_RETENTION: Duration = days(365);
