import { staffIdStem } from "../domain/staff-id.js";
import { endsByItself, type Standing, standingOf } from "../domain/standing.js";
import type { PeopleQuery, Person, PersonFacts, RecordEvent, StaffStore } from "./ports.js";

export type PersonEntry = Person & { standing: Standing };

export type DirectoryOutcome =
  | { outcome: "done"; person: PersonEntry }
  | { outcome: "refused"; code: "staff-unknown" | "staff-left" | "hr-id-known" | "employment-without-end" };

/** Who works here: roles, wards, and how long. */
export interface Directory {
  find(query: PeopleQuery): Promise<{ people: PersonEntry[]; next: string | null; total: number }>;
  person(staffId: string): Promise<PersonEntry | null>;
  add(facts: Omit<PersonFacts, "source">, by: string): Promise<DirectoryOutcome>;
  change(staffId: string, facts: Partial<Omit<PersonFacts, "source">>, by: string): Promise<DirectoryOutcome>;
}

export function createDirectory(parts: {
  store: StaffStore;
  now(): number;
  record: RecordEvent;
  changed(): void;
}): Directory {
  const { store, now, record } = parts;
  const entryOf = (person: Person): PersonEntry => ({ ...person, standing: standingOf(person, now()) });
  const person = async (staffId: string): Promise<PersonEntry | null> => {
    const known = await store.person(staffId);
    return known === null ? null : entryOf(known);
  };
  return {
    person,
    async find(query) {
      const found = await store.directory.find(query, now());
      return { ...found, people: found.people.map(entryOf) };
    },
    async add(facts, by) {
      if (endsByItself(facts.employment) && facts.endsAt === null) {
        return { outcome: "refused", code: "employment-without-end" };
      }
      const stem = staffIdStem(facts.givenName, facts.familyName);
      const added = await store.directory.add({ ...facts, source: "console" }, stem, now());
      if (added === null) return { outcome: "refused", code: "hr-id-known" };
      await record("staff.added", { staffId: added.staffId, by, source: "console" });
      parts.changed();
      return { outcome: "done", person: entryOf(added) };
    },
    async change(staffId, facts, by) {
      const known = await person(staffId);
      if (known === null || known.standing === "erased") return { outcome: "refused", code: "staff-unknown" };
      if (known.standing === "left") return { outcome: "refused", code: "staff-left" };
      const next = { ...known, ...facts };
      if (endsByItself(next.employment) && next.endsAt === null) {
        return { outcome: "refused", code: "employment-without-end" };
      }
      for (const changed of Object.keys(facts).sort()) {
        await record("staff.changed", { staffId, by, changed: wordOf(changed) });
      }
      await store.directory.change(staffId, facts, now());
      parts.changed();
      return { outcome: "done", person: (await person(staffId)) ?? known };
    },
  };
}

/** `givenName` as the audit writes a code: `given-name`. */
const wordOf = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
