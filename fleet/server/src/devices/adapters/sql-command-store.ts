import type { Database } from "../../platform/sql/database.js";
import type { CommandRecord, CommandStore } from "../app/command-port.js";

type CommandRow = {
  request: string;
  device: string;
  command: string;
  by: string;
  at: number;
  expires_at: number;
  answered_at: number | null;
  status: number | null;
  code: string | null;
};

const BEGUN = 202;

export function createSqlCommandStore(database: Database): CommandStore {
  const commands = () => database<CommandRow>("device_commands");
  return {
    async insert({ expiresAt, ...rest }) {
      const added = await commands()
        .insert({ ...rest, expires_at: expiresAt })
        .onConflict("request")
        .ignore()
        .returning("request");
      return added.length > 0 ? "kept" : "known";
    },
    async answer({ request, device, status, code, at }) {
      const answered = await commands()
        .where({ request, device })
        .andWhere((open) => open.whereNull("status").orWhere({ status: BEGUN }))
        .update({ status, code, answered_at: at });
      if (answered > 0) return "kept";
      return (await commands().where({ request, device }).first()) === undefined ? "unknown" : "repeated";
    },
    async one(request) {
      const row = await commands().where({ request }).first();
      return row === undefined ? null : commandOf(row);
    },
    recent: async (device, limit) =>
      (
        await commands()
          .where({ device })
          .orderBy([
            { column: "at", order: "desc" },
            { column: "request", order: "desc" },
          ])
          .limit(limit)
      ).map(commandOf),
  };
}

const commandOf = (row: CommandRow): CommandRecord => ({
  request: row.request,
  device: row.device,
  command: row.command,
  by: row.by,
  at: Number(row.at),
  expiresAt: Number(row.expires_at),
  answeredAt: row.answered_at === null ? null : Number(row.answered_at),
  status: row.status,
  code: row.code,
});
