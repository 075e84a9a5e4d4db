import type { PersonState } from "../domain/person.js";
import type { KeptProgramme } from "../domain/programme.js";
import type { Trial } from "../domain/trial.js";

/** What one ward did in one hour. `what`: see `counting.ts`. */
export interface WardCount {
  readonly ward: string;
  readonly hour: number;
  readonly what: string;
  readonly count: number;
}

/** Everything that was noted since the last one, written at once or not at all. */
export interface NotedBatch {
  readonly counts: readonly WardCount[];
  readonly cursors: readonly { readonly device: string; readonly seq: number }[];
  readonly members: readonly { readonly ward: string; readonly person: string; readonly day: number }[];
  /** `null`: nothing is to be remembered any more. */
  readonly people: readonly {
    readonly staffId: string;
    readonly state: PersonState | null;
    readonly changed: number;
  }[];
}

export interface WardSum {
  readonly ward: string;
  readonly what: string;
  readonly count: number;
}

export interface NudgeStore {
  add(batch: NotedBatch): Promise<void>;
  cursors(): Promise<ReadonlyMap<string, number>>;
  people(): Promise<ReadonlyMap<string, PersonState>>;
  /** Sums over hours `from` <= hour < `to`. */
  sums(from: number, to: number): Promise<readonly WardSum[]>;
  /** The same by day (days since 1970). */
  days(
    from: number,
    to: number,
    wards: readonly string[],
  ): Promise<readonly { day: number; what: string; count: number }[]>;
  /** How many people were seen in each ward on a day or later (days since 1970). */
  members(sinceDay: number): Promise<ReadonlyMap<string, number>>;
  programme(): Promise<KeptProgramme | null>;
  /** Over that of `version`. `null`: somebody else changed it since, and nothing was kept. */
  keepProgramme(programme: KeptProgramme): Promise<KeptProgramme | null>;
  /** The same at every start. */
  salt(make: () => string): Promise<string>;
  /** The newest first. */
  trials(): Promise<readonly Trial[]>;
  /** `false`: another of this behaviour runs `now`, and nothing was kept. */
  addTrial(trial: Trial, now: number): Promise<boolean>;
  /** `false`: it has ended already, and nothing was kept. */
  endTrial(ended: Trial): Promise<boolean>;
  keepTrial(trial: Trial): Promise<void>;
  /** Lets go of what is older. */
  forget(before: { readonly hour: number; readonly day: number; readonly changed: number }): Promise<void>;
}
