import { DETECTORS } from "@wardkey/protocol/fleet";
import { RISK_LEVELS } from "@wardkey/protocol/policy";
import { z } from "zod";
import type { Database } from "../../platform/sql/database.js";
import { holdsText } from "../../platform/sql/holds-text.js";
import type { KeptStatement, RiskStore } from "../app/ports.js";
import { BEHAVIOURS, type SeenBehaviour } from "../domain/behaviours.js";
import { type Detection, DISMISS_REASONS } from "../domain/detections.js";
import { createSqlImports } from "./sql-imports.js";

/** PostgreSQL's driver may give 64-bit numbers as text. */
type Time = number | string;
interface DetectionRow {
  id: string;
  detector: string;
  device: string | null;
  staff_id: string | null;
  strength: number;
  first_at: Time;
  last_at: Time;
  until: Time;
  count: number;
  facts: string;
  dismissed_by: string | null;
  dismissed_at: Time | null;
  dismiss_reason: string | null;
}
interface StatementRow {
  device: string;
  level: string;
  reasons: string;
  until: Time | null;
  score: number;
  epoch: Time;
  said: boolean | number;
  quarantined: boolean | number;
}
interface BehaviourRow {
  name: string;
  at: string;
  rate: number;
  as_of: Time;
}

const Detector = z.enum(DETECTORS);
const Level = z.enum(RISK_LEVELS);
const Behaviour = z.enum(BEHAVIOURS);
const DismissReason = z.enum(DISMISS_REASONS);
const Facts = z.record(z.string(), z.union([z.string(), z.number()]));
const ROWS = 100;
const SORTED_BY = {
  last: "last_at",
  until: "until",
  strength: "strength",
  detector: "detector",
  device: "device",
} as const;
const MOST_ACTIVE = 20_000;
/** Who noticed more of one tells no other server that it is still in force. */
const GROWS = ["strength", "staff_id", "first_at", "last_at", "until", "count", "facts"] as const;

/** The risk's tables on SQLite or PostgreSQL. */
export function createSqlRiskStore(database: Database): RiskStore {
  const detections = () => database<DetectionRow>("risk_detections");
  const inPortions = async <T>(rows: readonly T[], write: (portion: T[]) => Promise<unknown>): Promise<void> => {
    for (let from = 0; from < rows.length; from += ROWS) await write(rows.slice(from, from + ROWS));
  };
  return {
    ...createSqlImports(database),
    async detections({ state, detector, device, search = "", people, sort, order, now, from, limit }) {
      const found = detections().where((where) => {
        if (state === "active") where.andWhere("until", ">", now).whereNull("dismissed_at");
        if (state === "past") where.andWhere((past) => past.where("until", "<=", now).orWhereNotNull("dismissed_at"));
        if (detector !== undefined) where.andWhere({ detector });
        if (device !== undefined) where.andWhere({ device });
        if (search !== "") holdsText(where, people ? ["device", "staff_id"] : ["device"], search);
      });
      const [counted] = await found.clone().count<{ total: number }[]>({ total: "id" });
      const rows: DetectionRow[] = await found
        .orderBy([
          { column: SORTED_BY[sort], order: order === "up" ? "asc" : "desc" },
          { column: "last_at", order: "desc" },
          { column: "id", order: "desc" },
        ])
        .offset(from)
        .limit(limit);
      return { total: Number(counted?.total ?? 0), detections: rows.map(detectionOf) };
    },
    activeDetections: async (now) =>
      (await detections().where("until", ">", now).whereNull("dismissed_at").limit(MOST_ACTIVE)).map(detectionOf),
    keepDetections: (kept) =>
      inPortions(kept, (portion) =>
        detections()
          .insert(portion.map(rowOf))
          .onConflict("id")
          .merge([...GROWS]),
      ),
    async dismiss(id, { by, at, reason }) {
      const changed = await detections()
        .where({ id })
        .where("until", ">", at)
        .whereNull("dismissed_at")
        .update({ dismissed_by: by, dismissed_at: at, dismiss_reason: reason });
      const row = changed === 0 ? undefined : await detections().where({ id }).first();
      return row === undefined ? null : detectionOf(row);
    },
    async dismissals(now) {
      const rows = await detections().where("until", ">", now).whereNotNull("dismissed_at").limit(MOST_ACTIVE);
      return rows.map(detectionOf).flatMap(({ id, dismissed }) => (dismissed === null ? [] : [{ id, ...dismissed }]));
    },
    async forgetDetections(before) {
      await detections().where("until", "<", before).delete();
    },
    statements: async () => (await database<StatementRow>("risk_statements")).map(statementOf),
    keepStatements: (kept) =>
      inPortions(kept, (portion) =>
        database<StatementRow>("risk_statements")
          .insert(portion.map((each) => ({ ...each, reasons: each.reasons.join(",") })))
          .onConflict("device")
          .merge(),
      ),
    behaviours: async () =>
      (await database<BehaviourRow>("risk_behaviours")).map(({ name, at, rate, as_of }) => ({
        ...{ name: Behaviour.parse(name), at, rate, asOf: Number(as_of) },
      })),
    keepBehaviours: (kept: readonly SeenBehaviour[]) =>
      inPortions(kept, (portion) =>
        database<BehaviourRow>("risk_behaviours")
          .insert(portion.map(({ name, at, rate, asOf }) => ({ name, at, rate, as_of: asOf })))
          .onConflict(["name", "at"])
          .merge(),
      ),
    async forgetBehaviours(before) {
      await database<BehaviourRow>("risk_behaviours").where("as_of", "<", before).delete();
    },
  };
}

const detectionOf = (row: DetectionRow): Detection => ({
  ...{ id: row.id, detector: Detector.parse(row.detector), device: row.device, staffId: row.staff_id },
  ...{ strength: row.strength, firstAt: Number(row.first_at), lastAt: Number(row.last_at), until: Number(row.until) },
  ...{ count: row.count, facts: Facts.parse(JSON.parse(row.facts)) },
  dismissed:
    row.dismissed_by === null || row.dismissed_at === null
      ? null
      : { by: row.dismissed_by, at: Number(row.dismissed_at), reason: DismissReason.parse(row.dismiss_reason) },
});

const rowOf = (detection: Detection): DetectionRow => ({
  ...{ id: detection.id, detector: detection.detector, device: detection.device, staff_id: detection.staffId },
  ...{ strength: detection.strength, first_at: detection.firstAt, last_at: detection.lastAt, until: detection.until },
  ...{ count: detection.count, facts: JSON.stringify(detection.facts) },
  dismissed_by: detection.dismissed?.by ?? null,
  dismissed_at: detection.dismissed?.at ?? null,
  dismiss_reason: detection.dismissed?.reason ?? null,
});

const statementOf = (row: StatementRow): KeptStatement => ({
  ...{ device: row.device, level: Level.parse(row.level), score: row.score, epoch: Number(row.epoch) },
  reasons: row.reasons === "" ? [] : row.reasons.split(","),
  until: row.until === null ? null : Number(row.until),
  said: Boolean(row.said),
  quarantined: Boolean(row.quarantined),
});
