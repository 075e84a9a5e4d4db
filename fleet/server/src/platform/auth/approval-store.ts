import type { Database } from "../sql/database.js";

export type ApprovalState = "proposed" | "approved" | "executed" | "failed" | "rejected" | "expired";

export type ApprovalRow = {
  id: string;
  kind: string;
  args: string;
  nonce: string;
  digest: string;
  summary: string;
  proposer: string;
  needs: number;
  state: ApprovalState;
  proposed_at: number;
  expires_at: number;
  decided_at: number | null;
  decided_by: string | null;
  leased_until: number;
  attempts: number;
  code: string | null;
  result: string | null;
};
export type VoteRow = {
  approval: string;
  administrator: string;
  key_digest: string;
  assertion: string;
  at: number;
};

export interface ApprovalStore {
  add(row: ApprovalRow): Promise<void>;
  find(id: string): Promise<ApprovalRow | null>;
  /** Newest first. */
  list(limit: number): Promise<ApprovalRow[]>;
  votes(id: string): Promise<VoteRow[]>;
  votesOf(ids: readonly string[]): Promise<VoteRow[]>;
  /**
   * Adds a vote to a proposal that is still open, and closes it as approved when `complete` says so of all its votes.
   * `false`: it was decided meanwhile, or this person or this key voted before.
   */
  vote(vote: VoteRow, complete: (votes: readonly VoteRow[]) => boolean): Promise<"open" | "approved" | false>;
  /** From `proposed` alone: `false` when it was decided meanwhile. */
  close(id: string, how: { state: "rejected" | "expired"; at: number; by: string | null }): Promise<boolean>;
  expired(now: number): Promise<ApprovalRow[]>;
  /** Approved and not yet carried out, and nobody is at it. */
  due(now: number): Promise<ApprovalRow[]>;
  /** Takes the carrying-out for itself until `until`: `false` when somebody else has it. */
  lease(id: string, at: { now: number; until: number }): Promise<boolean>;
  extend(id: string, until: number): Promise<void>;
  finish(id: string, how: { state: "executed" | "failed"; code: string | null; result: string | null }): Promise<void>;
}

export function createApprovalStore(database: Database): ApprovalStore {
  const approvals = () => database<ApprovalRow>("approvals");
  const votes = () => database<VoteRow>("approval_votes");
  return {
    async add(row) {
      await approvals().insert(row);
    },
    find: async (id) => (await approvals().where({ id }).first()) ?? null,
    list: (limit) => approvals().orderBy("proposed_at", "desc").limit(limit),
    votes: (id) => votes().where({ approval: id }).orderBy(["at", "administrator"]),
    votesOf: (ids) =>
      votes()
        .whereIn("approval", [...ids])
        .orderBy("at"),
    vote: (vote, complete) =>
      database.transaction(async (step) => {
        // The row is held by this update, so that two votes at once are counted one after the other.
        const held = await step<ApprovalRow>("approvals")
          .where({ id: vote.approval, state: "proposed" })
          .where("expires_at", ">", vote.at)
          .update({ decided_at: null });
        if (held === 0) return false;
        const added = await step<VoteRow>("approval_votes").insert(vote).onConflict().ignore().returning("approval");
        if (added.length === 0) return false;
        const all = await step<VoteRow>("approval_votes").where({ approval: vote.approval });
        if (!complete(all)) return "open";
        await step<ApprovalRow>("approvals")
          .where({ id: vote.approval })
          .update({ state: "approved", decided_at: vote.at, decided_by: vote.administrator });
        return "approved";
      }),
    async close(id, { state, at, by }) {
      const closed = await approvals()
        .where({ id, state: "proposed" })
        .update({ state, decided_at: at, decided_by: by });
      return closed === 1;
    },
    expired: (now) => approvals().where({ state: "proposed" }).where("expires_at", "<=", now),
    due: (now) => approvals().where({ state: "approved" }).where("leased_until", "<=", now),
    async lease(id, { now, until }) {
      const taken = await approvals()
        .where({ id, state: "approved" })
        .where("leased_until", "<=", now)
        .update({ leased_until: until })
        .increment("attempts", 1);
      return taken === 1;
    },
    async extend(id, until) {
      await approvals().where({ id, state: "approved" }).update({ leased_until: until });
    },
    async finish(id, how) {
      await approvals().where({ id, state: "approved" }).update(how);
    },
  };
}
