import { FEWEST_PEOPLE } from "@wardkey/protocol/fleet";
import { isLesson, type LessonId } from "@wardkey/protocol/training";
import type { Knex } from "knex";
import type { Database, Migration } from "../platform/sql/database.js";
import { holdsText } from "../platform/sql/holds-text.js";

export const BECAUSE = ["programme"] as const;
export type Because = (typeof BECAUSE)[number];

/** Somebody, or everybody who works on a ward, is to read a lesson. */
export interface Assignment {
  readonly id: string;
  readonly lesson: LessonId;
  readonly to: { readonly kind: "person"; readonly staffId: string } | { readonly kind: "ward"; readonly ward: string };
  /**
   * The programme gave it by itself; `null`: a person decided it. After which behaviour is not kept: it would be a list of
   * who did what.
   */
  readonly because: Because | null;
  readonly by: string;
  readonly at: number;
  readonly endsAt: number;
  readonly withdrawnAt: number | null;
}

export interface Completion {
  readonly staffId: string;
  /** Of the kiosk at which they answered. */
  readonly ward: string;
  readonly lesson: LessonId;
  readonly at: number;
  readonly correct: number;
  readonly of: number;
  readonly passed: boolean;
}

/** An assignment with how many of its people have passed since it was made; `null`: of a ward in which too few answered. */
export interface ListedAssignment extends Assignment {
  readonly passed: number | null;
}

export const ASSIGNMENT_STATES = ["waiting", "done", "withdrawn", "ended"] as const;
export type AssignmentState = (typeof ASSIGNMENT_STATES)[number];
export const ASSIGNMENT_SORTS = ["at", "lesson", "for", "because"] as const;

export interface AssignmentQuery {
  readonly search: string;
  readonly lesson: LessonId | null;
  readonly state?: AssignmentState | undefined;
  readonly sort?: (typeof ASSIGNMENT_SORTS)[number];
  readonly order?: "up" | "down";
  /** By which an assignment has ended. */
  readonly now: number;
  readonly limit: number;
  readonly from: number;
}

export interface TrainingStore {
  add(assignment: Assignment): Promise<void>;
  withdraw(id: string, at: number): Promise<boolean>;
  /** Those that still wait for somebody, the oldest first: a person's until it is passed, a ward's until it ends. */
  open(now: number, limit: number): Promise<readonly Assignment[]>;
  /** How many those are, by lesson. */
  waiting(now: number): Promise<ReadonlyMap<string, number>>;
  /** How many were given since a time, by lesson, also those that were taken back. */
  given(since: number): Promise<ReadonlyMap<string, number>>;
  list(query: AssignmentQuery): Promise<{ rows: readonly ListedAssignment[]; total: number }>;
  /** Keeps it once. */
  complete(completion: Completion): Promise<void>;
  /** Who has passed which lesson, and when last. */
  passed(): Promise<readonly { readonly staffId: string; readonly lesson: string; readonly at: number }[]>;
  /** Their records were erased: nothing here names them any more. */
  forget(staffIds: readonly string[]): Promise<void>;
  /** How many people answered each lesson and how many passed; `null`: too few answered it. */
  sums(): Promise<readonly LessonSum[]>;
}

export interface LessonSum {
  readonly lesson: string;
  readonly people: number | null;
  readonly passed: number | null;
}

const ROWS = 500;

export const trainingMigrations: readonly Migration[] = [
  {
    name: "training-1-lessons",
    async up(database) {
      await database.schema.createTable("training_assignments", (table) => {
        table.string("id", 36).primary();
        table.string("lesson", 63).notNullable();
        table.string("staff_id", 63);
        table.string("ward", 80);
        table.string("because", 63);
        table.string("made_by", 63).notNullable();
        table.bigInteger("at").notNullable();
        table.bigInteger("ends_at").notNullable();
        table.bigInteger("withdrawn_at");
        table.index(["at", "id"], "training_assignments_by_time");
        table.index(["staff_id", "lesson"], "training_assignments_by_person");
      });
      await database.schema.createTable("training_completions", (table) => {
        table.string("staff_id", 63).notNullable();
        table.string("lesson", 63).notNullable();
        table.bigInteger("at").notNullable();
        table.integer("correct").notNullable();
        table.integer("questions").notNullable();
        table.boolean("passed").notNullable();
        table.string("ward", 80);
        table.primary(["staff_id", "lesson", "at"]);
        table.index(["lesson", "passed", "staff_id"], "training_completions_by_lesson");
      });
    },
  },
  {
    // It named the behaviour that its person had shown.
    name: "training-2-because-of-the-programme",
    async up(database) {
      await database("training_assignments").whereNotNull("because").update({ because: BECAUSE[0] });
    },
  },
];

interface AssignmentRow {
  id: string;
  lesson: string;
  staff_id: string | null;
  ward: string | null;
  because: string | null;
  made_by: string;
  at: number;
  ends_at: number;
  withdrawn_at: number | null;
}

interface CompletionRow {
  staff_id: string;
  lesson: string;
  at: number;
  passed: boolean;
  ward: string | null;
}

export function createSqlTrainingStore(database: Database): TrainingStore {
  const assignments = () => database<AssignmentRow>("training_assignments");
  return {
    async add({ id, lesson, to, because, by, at, endsAt }) {
      await assignments().insert({
        ...{ id, lesson, because, made_by: by, at, ends_at: endsAt, withdrawn_at: null },
        staff_id: to.kind === "person" ? to.staffId : null,
        ward: to.kind === "ward" ? to.ward : null,
      });
    },
    withdraw: async (id, at) =>
      (await assignments().where({ id }).whereNull("withdrawn_at").update({ withdrawn_at: at })) === 1,
    async open(now, limit) {
      const query = assignments();
      whereState(query, { state: "waiting", now });
      const rows = await query.orderBy("at").limit(limit);
      return rows.flatMap(assignmentOf);
    },
    async waiting(now) {
      const query = assignments();
      whereState(query, { state: "waiting", now });
      const rows = await query.select("lesson").count({ waiting: "*" }).groupBy("lesson");
      return new Map(rows.map((row) => [String(row["lesson"]), Number(row["waiting"])]));
    },
    async given(since) {
      const query = assignments().where("at", ">=", since);
      const rows = await query.select("lesson").count({ given: "*" }).groupBy("lesson");
      return new Map(rows.map((row) => [String(row["lesson"]), Number(row["given"])]));
    },
    async list({ search, lesson, state, sort = "at", order = "down", now, limit, from }) {
      const wanted = () => {
        const query = assignments();
        if (lesson !== null) void query.where({ lesson });
        if (state !== undefined) whereState(query, { state, now });
        if (search !== "") holdsText(query, ["staff_id", "ward"], search);
        return query;
      };
      const [counted] = await wanted().count({ total: "*" });
      const rows = await wanted()
        .orderByRaw(`${SORTED_BY[sort]} ${order === "up" ? "asc" : "desc"}`)
        .orderBy([{ column: "at", order: "desc" }, { column: "id" }])
        .limit(limit)
        .offset(from);
      const listed: ListedAssignment[] = [];
      for (const assignment of rows.flatMap(assignmentOf)) {
        listed.push({ ...assignment, passed: await passedOf(database, assignment) });
      }
      return { rows: listed, total: Number(counted?.["total"] ?? 0) };
    },
    async complete({ staffId, ward, lesson, at, correct, of, passed }) {
      await database("training_completions")
        .insert({ staff_id: staffId, ward, lesson, at, correct, questions: of, passed })
        .onConflict(["staff_id", "lesson", "at"])
        .ignore();
    },
    async passed() {
      const rows = await database<CompletionRow>("training_completions")
        .select("staff_id", "lesson")
        .max({ at: "at" })
        .where({ passed: true })
        .groupBy("staff_id", "lesson");
      return rows.map((row) => ({
        staffId: String(row["staff_id"]),
        lesson: String(row["lesson"]),
        at: Number(row["at"]),
      }));
    },
    async forget(staffIds) {
      for (let at = 0; at < staffIds.length; at += ROWS) {
        const some = staffIds.slice(at, at + ROWS);
        await assignments().whereIn("staff_id", some).delete();
        await database("training_completions").whereIn("staff_id", some).delete();
      }
    },
    async sums() {
      const rows = await answered(database).select("lesson").groupBy("lesson");
      return rows.map((row) => ({ lesson: String(row["lesson"]), ...told(row) }));
    },
  };
}

/** People who answered a lesson, and those of them who passed it. */
const answered = (database: Database) =>
  database<CompletionRow>("training_completions")
    .countDistinct({ people: "staff_id" })
    .countDistinct({ passed: database.raw("case when passed = ? then staff_id end", [true]) });

function told(row: Record<string, unknown> | undefined): { people: number | null; passed: number | null } {
  const people = Number(row?.["people"] ?? 0);
  return people < FEWEST_PEOPLE ? { people: null, passed: null } : { people, passed: Number(row?.["passed"] ?? 0) };
}

const SORTED_BY = {
  at: "at",
  lesson: "lesson",
  for: "coalesce(staff_id, ward)",
  because: "case when because is null then made_by else 'programme' end",
} as const;

const PASSED =
  "staff_id is not null and exists (select 1 from training_completions as done where done.staff_id = training_assignments.staff_id and done.lesson = training_assignments.lesson and done.passed = ? and done.at >= training_assignments.at)";

/** As `shown` names it: passed before withdrawn before ended. */
function whereState(
  query: Knex.QueryBuilder,
  { state, now }: { readonly state: AssignmentState; readonly now: number },
): void {
  void query.whereRaw(state === "done" ? PASSED : `not (${PASSED})`, [true]);
  if (state === "withdrawn") void query.whereNotNull("withdrawn_at");
  if (state === "waiting") void query.whereNull("withdrawn_at").where("ends_at", ">", now);
  if (state === "ended") void query.whereNull("withdrawn_at").where("ends_at", "<=", now);
}

async function passedOf(database: Database, { lesson, to, at }: Assignment): Promise<number | null> {
  const query = answered(database).where({ lesson }).andWhere("at", ">=", at);
  if (to.kind === "ward") return told(await query.where({ ward: to.ward }).first()).passed;
  const row = await query.where({ staff_id: to.staffId }).first();
  return Number(row?.["passed"] ?? 0);
}

function assignmentOf(row: AssignmentRow): Assignment[] {
  const { id, lesson, staff_id: staffId, ward, made_by: by } = row;
  const because = row.because === null ? null : BECAUSE[0];
  if (!isLesson(lesson)) return [];
  const to = staffId === null ? ({ kind: "ward", ward: ward ?? "" } as const) : ({ kind: "person", staffId } as const);
  const times = {
    at: Number(row.at),
    endsAt: Number(row.ends_at),
    withdrawnAt: row.withdrawn_at === null ? null : Number(row.withdrawn_at),
  };
  return [{ id, lesson, to, because, by, ...times }];
}
