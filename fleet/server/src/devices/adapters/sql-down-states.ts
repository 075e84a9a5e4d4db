import { DownBodies, type DownKind } from "@wardkey/protocol/fleet";
import { z } from "zod";
import type { Database } from "../../platform/sql/database.js";
import type { DownState, DownStateStore } from "../app/downlink-port.js";

type StateRow = {
  topic: string;
  audience: string;
  kind: string;
  body: string;
  epoch: number;
  expires_in: number;
  renew_at: number;
};

const Kind = z.custom<DownKind>((value) => typeof value === "string" && Object.hasOwn(DownBodies, value));

export function createSqlDownStates(database: Database): DownStateStore {
  const states = () => database<StateRow>("downlink_states");
  return {
    keep: (kept) =>
      database.transaction(async (transaction) => {
        const answers: ("kept" | "older")[] = [];
        for (const state of kept) {
          const written = await transaction<StateRow>("downlink_states")
            .insert(rowOf(state))
            .onConflict("topic")
            .merge()
            .where("downlink_states.epoch", "<=", state.epoch)
            .returning("topic");
          answers.push(written.length > 0 ? "kept" : "older");
        }
        return answers;
      }),
    page: async (afterTopic, limit) =>
      (await states().where("topic", ">", afterTopic).orderBy("topic").limit(limit)).map(stateOf),
    dueForRenewal: async (at, limit) =>
      (await states().where("renew_at", "<=", at).orderBy("renew_at").limit(limit)).map(stateOf),
    async renewed(topic, renewAt) {
      await states().where({ topic }).update({ renew_at: renewAt });
    },
    async forget(topic) {
      await states().where({ topic }).delete();
    },
  };
}

const rowOf = (state: DownState): StateRow => ({
  topic: state.topic,
  audience: state.audience,
  kind: state.kind,
  body: JSON.stringify(state.body),
  epoch: state.epoch,
  expires_in: state.expiresIn,
  renew_at: Math.round(state.renewAt),
});

function stateOf(row: StateRow): DownState {
  const kind = Kind.parse(row.kind);
  return {
    topic: row.topic,
    audience: row.audience,
    kind,
    body: DownBodies[kind].parse(JSON.parse(row.body)),
    epoch: Number(row.epoch),
    expiresIn: Number(row.expires_in),
    renewAt: Number(row.renew_at),
  };
}
