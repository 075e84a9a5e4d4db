import { DesiredBody, ReportedBody } from "@wardkey/protocol/fleet";
import type { Database } from "../../platform/sql/database.js";
import type { ShadowStore } from "../app/shadow-port.js";
import { emptyShadow, type Shadow } from "../domain/shadow.js";

type ShadowRow = {
  device: string;
  online: number;
  session: number | null;
  regressed_at: number | null;
  seen_at: number | null;
  reported: string | null;
  reported_at: number | null;
  reported_stamp: number | null;
  desired: string | null;
  desired_epoch: number;
  desired_at: number | null;
  status_expires_at: number | null;
};

const TABLE = "device_shadows";
/** Below what SQLite takes as parameters of one statement. */
const CHUNK = 500;

/** Devices remember the highest epochs that they met of what they should be and of commands. */
export async function raiseShadowEpochs(transaction: Database, by: number): Promise<void> {
  await transaction(TABLE).increment({ desired_epoch: by, command_epoch: by });
}

/** `floor`: with what the epochs of a device begin that is new here and may have been known before a restore. */
export function createSqlShadowStore(database: Database, floor: () => number = () => 0): ShadowStore {
  const ensure = async (transaction: Database, device: string): Promise<void> => {
    const row = { ...rowOf({ ...emptyShadow(device), desiredEpoch: floor() }), command_epoch: floor() };
    await transaction(TABLE).insert(row).onConflict("device").ignore();
  };
  return {
    exchange: (devices, decide) =>
      database.transaction(async (transaction) => {
        // In one order on every server, so that two of them never wait for each other's rows.
        const wanted = [...new Set(devices)].sort();
        const shadows = new Map<string, Shadow>();
        const read = async (ids: readonly string[]): Promise<void> => {
          for (const chunk of chunks(ids)) {
            const rows = transaction<ShadowRow>(TABLE).whereIn("device", chunk).orderBy("device").forUpdate();
            for (const row of await rows) shadows.set(row.device, shadowOf(row));
          }
        };
        await read(wanted);
        const missing = wanted.filter((device) => !shadows.has(device));
        for (const device of missing) await ensure(transaction, device);
        if (missing.length > 0) await read(missing);
        for (const shadow of decide(shadows)) {
          const { device, ...rest } = rowOf(shadow);
          await transaction<ShadowRow>(TABLE).where({ device }).update(rest);
        }
      }),
    async one(device) {
      const row = await database<ShadowRow>(TABLE).where({ device }).first();
      return row === undefined ? emptyShadow(device) : shadowOf(row);
    },
    async many(devices) {
      const found = new Map<string, Shadow>();
      const keep = (rows: readonly ShadowRow[]): void => {
        for (const row of rows) found.set(row.device, shadowOf(row));
      };
      if (devices === undefined) keep(await database<ShadowRow>(TABLE));
      else for (const chunk of chunks(devices)) keep(await database<ShadowRow>(TABLE).whereIn("device", chunk));
      return found;
    },
    leased: (device, statusExpiresAt) =>
      database.transaction(async (transaction) => {
        await ensure(transaction, device);
        await transaction<ShadowRow>(TABLE).where({ device }).update({ status_expires_at: statusExpiresAt });
      }),
    nextCommandEpoch: (device) =>
      database.transaction(async (transaction) => {
        await ensure(transaction, device);
        const [row] = await transaction(TABLE)
          .where({ device })
          .increment("command_epoch", 1)
          .returning<{ command_epoch: number }[]>("command_epoch");
        return Number(row?.command_epoch ?? 1);
      }),
  };
}

function* chunks(devices: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < devices.length; from += CHUNK) yield devices.slice(from, from + CHUNK);
}

const number = (value: number | null): number | null => (value === null ? null : Number(value));

const rowOf = (shadow: Shadow): ShadowRow => ({
  device: shadow.device,
  online: shadow.online ? 1 : 0,
  session: shadow.session,
  regressed_at: shadow.regressedAt,
  seen_at: shadow.seenAt,
  reported: shadow.reported === null ? null : JSON.stringify(shadow.reported),
  reported_at: shadow.reportedAt,
  reported_stamp: shadow.reportedStamp,
  desired: shadow.desired === null ? null : JSON.stringify(shadow.desired),
  desired_epoch: shadow.desiredEpoch,
  desired_at: shadow.desiredAt,
  status_expires_at: shadow.statusExpiresAt,
});

/** What a newer or older server wrote in another form counts as not said: the device says it again. */
function parsed<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  text: string | null,
): T | null {
  if (text === null) return null;
  const read = schema.safeParse(JSON.parse(text));
  return read.success ? read.data : null;
}

const shadowOf = (row: ShadowRow): Shadow => ({
  device: row.device,
  online: Boolean(row.online),
  session: number(row.session),
  regressedAt: number(row.regressed_at),
  seenAt: number(row.seen_at),
  reported: parsed(ReportedBody, row.reported),
  reportedAt: number(row.reported_at),
  reportedStamp: number(row.reported_stamp),
  desired: parsed(DesiredBody, row.desired),
  desiredEpoch: Number(row.desired_epoch),
  desiredAt: number(row.desired_at),
  statusExpiresAt: number(row.status_expires_at),
});
