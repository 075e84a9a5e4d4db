import { BEHAVIOURS } from "@wardkey/protocol/nudge";
import { LESSON_IDS } from "@wardkey/protocol/training";
import { z } from "zod";
import { type Database, exclusively } from "../../platform/sql/database.js";
import type { NudgeStore } from "../app/ports.js";
import { isRunning, type Programme, QUIET_PROGRAMME } from "../domain/programme.js";
import type { Trial } from "../domain/trial.js";

const ONLY = 1;
/** Rows of one statement: SQLite takes 32,766 parameters, PostgreSQL 65,535. */
const ROWS = 500;
const TRIALS_AT_MOST = 50;

type CountRow = { ward: string; hour: number; what: string; count: number };
type MemberRow = { ward: string; person: string; week: number; day: number };
type SettingsRow = { id: number; programme: string; salt: string; version: number };

const Behaviour = z.enum(BEHAVIOURS);
const StoredPerson = z.strictObject({
  nudgedAt: z.array(z.number()),
  waiting: z.strictObject({ behaviour: Behaviour, template: z.string(), since: z.number() }).nullable(),
  seen: z.array(z.strictObject({ behaviour: Behaviour, at: z.number() })),
});
const StoredAnswer = z.strictObject({
  mode: z.enum(["off", "everywhere"]),
  template: z.string(),
  lesson: z.enum(LESSON_IDS).nullable(),
  lessonAfter: z.number().int(),
});
const StoredProgramme: z.ZodType<Programme> = z.strictObject({
  answers: z.record(Behaviour, StoredAnswer),
  caps: z.strictObject({ hoursBetween: z.number(), aWeek: z.number() }),
});
const StoredTrial: z.ZodType<Trial> = z.strictObject({
  id: z.string(),
  behaviour: Behaviour,
  instrument: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("nudge"), template: z.string() }),
    z.strictObject({ kind: z.literal("lesson"), lesson: z.enum(LESSON_IDS) }),
  ]),
  seed: z.string(),
  arms: z.array(z.strictObject({ ward: z.string(), arm: z.enum(["treated", "holdout"]) })),
  baselineFrom: z.number(),
  startsAt: z.number(),
  endsAt: z.number(),
  registeredBy: z.string(),
  digest: z.string(),
  endedAt: z.number().nullable(),
  stopped: z.boolean(),
  told: z.array(z.string()).optional(),
});

export function createSqlNudgeStore(database: Database): NudgeStore {
  const settings = () => database<SettingsRow>("nudge_settings");
  return {
    async add({ counts, cursors, members, people }) {
      await exclusively(database, "nudge-counts", async (transaction) => {
        const upsert = async (table: string, rows: readonly object[], keys: string[], merge: object): Promise<void> => {
          for (let at = 0; at < rows.length; at += ROWS)
            await transaction(table)
              .insert(rows.slice(at, at + ROWS))
              .onConflict(keys)
              .merge(merge);
        };
        const taken = (column: string) => transaction.raw("excluded.??", [column]);
        await upsert("nudge_counts", counts, ["ward", "hour", "what"], {
          count: transaction.raw("?? + excluded.??", ["nudge_counts.count", "count"]),
        });
        await upsert("nudge_cursors", cursors, ["device"], { seq: taken("seq") });
        const seen = members.map((each) => ({ ...each, week: Math.floor(each.day / 7) }));
        // Journals of a kiosk that was cut off come late: the last day stays the last.
        const later = (column: string) =>
          transaction.raw("case when excluded.?? > ?? then excluded.?? else ?? end", [
            ...[column, `nudge_members.${column}`],
            ...[column, `nudge_members.${column}`],
          ]);
        await upsert("nudge_members", seen, ["ward", "person"], { week: later("week"), day: later("day") });
        const kept = people.flatMap(({ staffId, state, changed }) =>
          state === null ? [] : [{ staff_id: staffId, state: JSON.stringify(state), changed }],
        );
        await upsert("nudge_people", kept, ["staff_id"], { state: taken("state"), changed: taken("changed") });
        const gone = people.filter(({ state }) => state === null).map(({ staffId }) => staffId);
        for (let at = 0; at < gone.length; at += ROWS)
          await transaction("nudge_people")
            .whereIn("staff_id", gone.slice(at, at + ROWS))
            .delete();
      });
    },
    async cursors() {
      const rows = await database<{ device: string; seq: number }>("nudge_cursors").select("device", "seq");
      return new Map(rows.map(({ device, seq }) => [device, Number(seq)]));
    },
    async people() {
      const rows = await database<{ staff_id: string; state: string }>("nudge_people").select("staff_id", "state");
      return new Map(rows.map((row) => [row.staff_id, StoredPerson.parse(JSON.parse(row.state))]));
    },
    async sums(from, to) {
      const rows = await database<CountRow>("nudge_counts")
        .select("ward", "what")
        .sum({ count: "count" })
        .where("hour", ">=", from)
        .andWhere("hour", "<", to)
        .groupBy("ward", "what");
      return rows.map((row) => ({ ward: String(row["ward"]), what: String(row["what"]), count: Number(row.count) }));
    },
    async days(from, to, wards) {
      const day = database.raw("?? / 24", ["hour"]);
      const rows = await database<CountRow>("nudge_counts")
        .select({ day }, "what")
        .sum({ count: "count" })
        .where("hour", ">=", from)
        .andWhere("hour", "<", to)
        .whereIn("ward", [...wards])
        .groupByRaw("?? / 24, ??", ["hour", "what"])
        .orderBy("day");
      return rows.map((row) => ({ day: Number(row["day"]), what: String(row["what"]), count: Number(row.count) }));
    },
    async members(sinceDay) {
      const rows = await database<MemberRow>("nudge_members")
        .select("ward")
        .count({ people: "*" })
        .where("day", ">=", sinceDay)
        .groupBy("ward");
      return new Map(rows.map((row) => [String(row["ward"]), Number(row["people"])]));
    },
    async programme() {
      const row = await settings().where({ id: ONLY }).first();
      return row === undefined ? null : { ...StoredProgramme.parse(JSON.parse(row.programme)), version: row.version };
    },
    async keepProgramme({ version, answers, caps }) {
      const kept = { programme: JSON.stringify({ answers, caps }), version: version + 1 };
      // One statement: of two who read the same version, it finds the row for the first alone.
      const changed = await settings().where({ id: ONLY, version }).update(kept);
      return changed === 1 ? { version: kept.version, answers, caps } : null;
    },
    async salt(make) {
      const { version, ...quiet } = QUIET_PROGRAMME;
      const programme = JSON.stringify(quiet);
      await settings().insert({ id: ONLY, programme, version, salt: make() }).onConflict("id").ignore();
      const row = await settings().where({ id: ONLY }).first();
      return row?.salt ?? make();
    },
    trials: () => trialsIn(database),
    addTrial: (trial, now) =>
      exclusively(database, "nudge-trials", async (transaction) => {
        const trials = await trialsIn(transaction);
        if (trials.some((each) => each.behaviour === trial.behaviour && isRunning(each, now))) return false;
        await keepTrialIn(transaction, trial);
        return true;
      }),
    endTrial: (ended) =>
      exclusively(database, "nudge-trials", async (transaction) => {
        const row = await transaction<{ id: string; trial: string }>("nudge_trials").where({ id: ended.id }).first();
        if (row === undefined || StoredTrial.parse(JSON.parse(row.trial)).endedAt !== null) return false;
        await keepTrialIn(transaction, ended);
        return true;
      }),
    keepTrial: (trial) => keepTrialIn(database, trial),
    async forget({ hour, day, changed }) {
      await database("nudge_counts").where("hour", "<", hour).delete();
      await database("nudge_members").where("day", "<", day).delete();
      await database("nudge_people").where("changed", "<", changed).delete();
    },
  };
}

async function trialsIn(database: Database): Promise<readonly Trial[]> {
  const rows = await database<{ trial: string }>("nudge_trials")
    .select("trial")
    .orderBy("starts_at", "desc")
    .limit(TRIALS_AT_MOST);
  return rows.map(({ trial }) => StoredTrial.parse(JSON.parse(trial)));
}

async function keepTrialIn(database: Database, trial: Trial): Promise<void> {
  const row = { id: trial.id, trial: JSON.stringify(trial), starts_at: trial.startsAt };
  await database("nudge_trials").insert(row).onConflict("id").merge({ trial: row.trial });
}
