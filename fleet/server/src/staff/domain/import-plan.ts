import type { ImportedFacts, ReadRow, RowFault } from "./import-row.js";
import { foldName } from "./romanise.js";
import { freeStaffId, staffIdStem } from "./staff-id.js";

/** More than this part of a source's people gone at once is a broken file until somebody says otherwise. */
const MOST_LEAVERS = 0.1;
const BY_HAND: readonly string[] = ["kiosk", "console"];

export type KnownPerson = {
  staffId: string;
  givenName: string;
  familyName: string;
  role: string;
  wards: readonly string[];
  employment: string;
  hrId: string | null;
  source: string;
  endsAt: number | null;
  leftAt: number | null;
  erasedAt: number | null;
};

export type PlannedPerson = { staffId: string; facts: ImportedFacts };

export type Plan = {
  adds: PlannedPerson[];
  changes: (PlannedPerson & { changed: string[] })[];
  /** In this source before, absent now. */
  leavers: string[];
  unchanged: number;
  faults: RowFault[];
  /** Newcomers whose name somebody without a personnel number has: perhaps the same person. */
  sameName: { line: number; staffId: string }[];
  /** Too many would leave: applied only with a flag. */
  leaversGuarded: boolean;
};

/** What would change if these rows were the whole truth about the people of `source`. Pure and deterministic. */
export function planImport(rows: readonly ReadRow[], known: readonly KnownPerson[], source: string): Plan {
  const plan: Plan = {
    adds: [],
    changes: [],
    leavers: [],
    unchanged: 0,
    faults: [],
    sameName: [],
    leaversGuarded: false,
  };
  const byHrId = new Map(known.flatMap((person) => (person.hrId === null ? [] : [[person.hrId, person] as const])));
  const taken = new Set(known.map((person) => person.staffId));
  const unlinked = new Map(
    known
      .filter((person) => person.hrId === null && person.leftAt === null && person.erasedAt === null)
      .map((person) => [foldName(`${person.givenName} ${person.familyName}`), person.staffId]),
  );
  const seen = new Set<string>();
  for (const row of rows) {
    if (!row.ok) {
      plan.faults.push(row.fault);
      continue;
    }
    const { line, facts } = row;
    if (seen.has(facts.hrId)) {
      plan.faults.push({ line, code: "row-hr-id-twice", field: "hrId" });
      continue;
    }
    seen.add(facts.hrId);
    const person = byHrId.get(facts.hrId);
    if (person === undefined) {
      const stem = staffIdStem(facts.givenName, facts.familyName);
      const staffId = freeStaffId(stem, taken);
      taken.add(staffId);
      plan.adds.push({ staffId, facts });
      const same = unlinked.get(foldName(`${facts.givenName} ${facts.familyName}`));
      if (same !== undefined) plan.sameName.push({ line, staffId: same });
    } else if (person.source !== source && !BY_HAND.includes(person.source)) {
      plan.faults.push({ line, code: "row-of-another-source", field: "hrId" });
    } else {
      const changed = changesOf(person, facts, source);
      if (changed.length === 0) plan.unchanged += 1;
      else plan.changes.push({ staffId: person.staffId, facts, changed });
    }
  }
  const present = known.filter((person) => person.source === source && person.leftAt === null);
  plan.leavers = present.filter(({ hrId }) => hrId === null || !seen.has(hrId)).map(({ staffId }) => staffId);
  plan.leaversGuarded = plan.leavers.length > present.length * MOST_LEAVERS;
  return plan;
}

function changesOf(person: KnownPerson, facts: ImportedFacts, source: string): string[] {
  const changed: string[] = [];
  if (person.givenName !== facts.givenName) changed.push("given-name");
  if (person.familyName !== facts.familyName) changed.push("family-name");
  if (person.role !== facts.role) changed.push("role");
  if ([...person.wards].sort().join("|") !== facts.wards.join("|")) changed.push("wards");
  if (person.employment !== facts.employment) changed.push("employment");
  if (person.endsAt !== facts.endsAt) changed.push("ends-at");
  if (person.source !== source) changed.push("source");
  if (person.leftAt !== null) changed.push("came-back");
  return changed;
}
