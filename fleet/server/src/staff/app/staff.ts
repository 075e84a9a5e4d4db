import type { Instant } from "@wardkey/protocol";
import { createEnrolments, type EnrolmentParts, type Enrolments } from "./enrolment.js";
import { createTableMaker } from "./holder-table.js";
import type { Person } from "./ports.js";

export interface Staff {
  readonly enrolments: Enrolments;
  people(): Promise<Person[]>;
  /** `HolderTable` bytes that reach one window beyond `until`. */
  holderTable(until: number): Promise<Uint8Array>;
  /** Erases every key of the person: the next table does not know their phone. `false` for nobody. */
  deny(staffId: string): Promise<boolean>;
}

export function createStaff(parts: EnrolmentParts & { site: string; now(): Instant }): Staff {
  return {
    enrolments: createEnrolments(parts),
    people: () => parts.store.people(),
    holderTable: createTableMaker(parts),
    deny: (staffId) => parts.store.deny(staffId, parts.now()),
  };
}
