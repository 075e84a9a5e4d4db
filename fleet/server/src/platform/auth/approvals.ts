import { codeOf, hours, seconds, WardkeyError } from "@wardkey/protocol";
import type { Role } from "@wardkey/protocol/fleet";
import type { z } from "zod";
import { type Administrator, hasRole } from "../http/access.js";
import { Refusal } from "../http/problem.js";
import { type Administrators, APPROVING_ROLE } from "./administrators.js";
import { type ApprovalRow, type ApprovalState, createApprovalStore, type VoteRow } from "./approval-store.js";
import { canonicalJson } from "./canonical.js";
import type { Passkeys } from "./passkeys.js";
import { type AuthWorld, digestOf, newSecret } from "./ports.js";
import { Assertion, type RelyingParty, requestOptions } from "./webauthn.js";

const PROPOSAL_LIFE = hours(24);
const LEASE = seconds(60);
const ATTEMPTS = 5;
const LISTED = 100;

/** One kind of act that nobody does by a click alone. */
export interface ApprovalKind<Args> {
  readonly schema: z.ZodType<Args>;
  /** What proposer and approvers must be; `security-officer` without it. */
  readonly role?: Role;
  /** 2: the proposer and somebody else, each with a passkey of their own. */
  weight(args: Args): 1 | 2 | Promise<1 | 2>;
  /** What it will touch, in plain English; shown as text beside the kind's own words. */
  summary(args: Args): string;
  /**
   * Called once it is approved, and again with the same `id` when a crash or a full disk left it unfinished: the same id
   * must change nothing twice. A `Refusal` or `WardkeyError` is final. What it answers is kept and shown.
   */
  execute(args: Args, by: { id: string; proposer: string; approvers: readonly Approver[] }): Promise<unknown>;
}

export interface Approver {
  readonly administrator: string;
  /** SHA-256 of the passkey's public key. */
  readonly passkey: string;
  /** What the passkey signed, to be checked again later: its challenge is the proposal's digest. */
  readonly assertion: Assertion;
}

export interface ApprovalView {
  readonly id: string;
  readonly kind: string;
  readonly args: unknown;
  readonly summary: string;
  readonly digest: string;
  readonly proposer: string;
  /** Who decides it has at least this one. */
  readonly role: Role;
  readonly needs: number;
  readonly state: ApprovalState;
  readonly votes: readonly { readonly administrator: string; readonly at: number }[];
  readonly proposedAt: number;
  readonly expiresAt: number;
  readonly decidedAt: number | null;
  readonly decidedBy: string | null;
  readonly code: string | null;
  readonly result: unknown;
}

export interface Approvals {
  /** Before `start`. */
  register<Args>(kind: string, about: ApprovalKind<Args>): void;
  /** Refuses with `approval-kind-unknown`, `malformed` or `access-refused`. */
  propose(about: { kind: string; args: unknown; by: Administrator }): Promise<{
    id: string;
    digest: string;
    needs: 1 | 2;
    expiresAt: number;
  }>;
  list(): Promise<ApprovalView[]>;
  find(id: string): Promise<ApprovalView>;
  /** What the browser asks the passkey to sign: the proposal itself. */
  challenge(id: string, by: Administrator): Promise<Record<string, unknown>>;
  /** Refuses with an `approval-…` code. The act is carried out before it answers when this was the last vote needed. */
  approve(id: string, by: Administrator, assertion: Assertion): Promise<ApprovalView>;
  reject(id: string, by: Administrator): Promise<ApprovalView>;
  /** Ends what is too old and carries out what a crash left: at start and then every few seconds. */
  sweep(): Promise<void>;
}

interface Kind {
  readonly role: Role;
  parse(args: unknown): unknown;
  weight(args: unknown): Promise<1 | 2>;
  summary(args: unknown): string;
  execute(args: unknown, by: { id: string; proposer: string; approvers: readonly Approver[] }): Promise<unknown>;
}

/** The bytes that every passkey signs over: nothing of a proposal can change without changing its digest. */
export const proposalDigest = (proposal: {
  kind: string;
  args: unknown;
  nonce: string;
  proposer: string;
  needs: number;
}): string => digestOf(`wardkey-approval-v1\n${canonicalJson(proposal)}`);

export function createApprovals(parts: {
  world: AuthWorld;
  party: RelyingParty;
  passkeys: Passkeys;
  administrators: Administrators;
}): Approvals {
  const { world, party, passkeys, administrators } = parts;
  const { now, record } = world;
  const store = createApprovalStore(world.database);
  const kinds = new Map<string, Kind>();

  const kindOf = (name: string): Kind => {
    const kind = kinds.get(name);
    if (kind === undefined) throw new Refusal(404, "approval-kind-unknown");
    return kind;
  };
  async function rowOf(id: string): Promise<ApprovalRow> {
    const row = await store.find(id);
    if (row === null) throw new Refusal(404, "approval-unknown");
    return row;
  }
  async function viewOf(row: ApprovalRow): Promise<ApprovalView> {
    return approvalView(row, { role: roleOf(row), votes: await store.votes(row.id) });
  }
  /** Of a kind that this version has no more nobody decides. */
  const roleOf = ({ kind }: ApprovalRow): Role => kinds.get(kind)?.role ?? "administrator";

  /** Every condition that does not need the passkey; what it answers was true at this moment. */
  async function mayVote(row: ApprovalRow, by: Administrator): Promise<void> {
    if (row.state !== "proposed") throw new Refusal(409, "approval-decided");
    if (now() >= row.expires_at) throw new Refusal(409, "approval-expired");
    const person = await administrators.find(by.id);
    if (person === null || !hasRole(person, kindOf(row.kind).role)) throw new Refusal(403, "access-refused");
    // Who was raised after the proposal was made could have been raised for it.
    if (person.roleSince > row.proposed_at) throw new Refusal(403, "approval-role-too-new");
    const votes = await store.votes(row.id);
    if (votes.some((vote) => vote.administrator === by.id)) throw new Refusal(409, "approval-voted");
  }

  function isComplete(row: ApprovalRow, votes: readonly VoteRow[]): boolean {
    if (row.needs === 1) return votes.length >= 1;
    const people = new Set(votes.map((vote) => vote.administrator));
    const keys = new Set(votes.map((vote) => vote.key_digest));
    return people.size >= 2 && keys.size >= 2 && people.has(row.proposer);
  }

  async function carryOut(row: ApprovalRow): Promise<void> {
    if (!(await store.lease(row.id, { now: now(), until: now() + LEASE }))) return;
    const extending = setInterval(() => void store.extend(row.id, now() + LEASE).catch(() => undefined), LEASE / 3);
    try {
      const votes = await store.votes(row.id);
      const args: unknown = JSON.parse(row.args);
      // What was signed is what is carried out, whatever happened to the database in between.
      const { kind: named, nonce, proposer, needs } = row;
      if (
        proposalDigest({ kind: named, args, nonce, proposer, needs }) !== row.digest ||
        !(await stillHolds(row, votes))
      ) {
        return await fail(row, "approval-changed");
      }
      const kind = kindOf(row.kind);
      const approvers = votes.map(approverOf);
      const result = await kind.execute(kind.parse(args), { id: row.id, proposer: row.proposer, approvers });
      await record("approval.executed", { approval: row.id, proposal: row.kind });
      await store.finish(row.id, { state: "executed", code: null, result: JSON.stringify(result ?? null) });
    } catch (error) {
      const code = codeOf(error);
      const isFinal = error instanceof WardkeyError && !code.startsWith("database-");
      if (isFinal || row.attempts + 1 >= ATTEMPTS) return await fail(row, code);
      throw error;
    } finally {
      clearInterval(extending);
    }
  }

  /** Everything is checked again: a row that somebody wrote into the database approves nothing, nor does who left. */
  async function stillHolds(row: ApprovalRow, votes: readonly VoteRow[]): Promise<boolean> {
    if (!isComplete(row, votes)) return false;
    for (const vote of votes) {
      const person = await administrators.find(vote.administrator);
      if (person === null || !hasRole(person, kindOf(row.kind).role) || person.roleSince > row.proposed_at)
        return false;
      const { assertion, passkey } = approverOf(vote);
      if (!(await passkeys.proved(assertion, row.digest, { administrator: person.id, keyDigest: passkey })))
        return false;
    }
    // An act that was begun before may have changed what its weight depends on.
    if (row.attempts > 0) return true;
    return (await kindOf(row.kind).weight(kindOf(row.kind).parse(JSON.parse(row.args)))) <= row.needs;
  }

  async function fail(row: ApprovalRow, code: string): Promise<void> {
    await record("approval.failed", { approval: row.id, proposal: row.kind, code: code.slice(0, 63) });
    await store.finish(row.id, { state: "failed", code: code.slice(0, 63), result: null });
  }

  return {
    register(name, about) {
      if (kinds.has(name)) throw new WardkeyError("approval-kind-known", `${name} was registered before`);
      const { schema } = about;
      kinds.set(name, {
        role: about.role ?? APPROVING_ROLE,
        parse: (args) => {
          const parsed = schema.safeParse(args);
          if (parsed.success) return parsed.data;
          throw new Refusal(400, "malformed", {
            keys: parsed.error.issues.slice(0, 8).map(({ path }) => path.join(".")),
          });
        },
        weight: async (args) => about.weight(schema.parse(args)),
        summary: (args) => about.summary(schema.parse(args)),
        execute: (args, by) => about.execute(schema.parse(args), by),
      });
    },
    async propose({ kind: name, args: given, by }) {
      const kind = kindOf(name);
      if (!hasRole(by, kind.role)) throw new Refusal(403, "access-refused");
      const args = kind.parse(given);
      const [id, nonce] = [world.newId(), newSecret(world)];
      const needs = await kind.weight(args);
      const digest = proposalDigest({ kind: name, args, nonce, proposer: by.id, needs });
      await record("approval.proposed", { approval: id, proposal: name, by: by.id, needs, digest });
      const expiresAt = now() + PROPOSAL_LIFE;
      await store.add({
        id,
        kind: name,
        args: canonicalJson(args),
        nonce,
        digest,
        summary: kind.summary(args).slice(0, 1_000),
        proposer: by.id,
        needs,
        state: "proposed",
        proposed_at: now(),
        expires_at: expiresAt,
        decided_at: null,
        decided_by: null,
        leased_until: 0,
        attempts: 0,
        code: null,
        result: null,
      });
      return { id, digest, needs, expiresAt };
    },
    async list() {
      const rows = await store.list(LISTED);
      const votes = await store.votesOf(rows.map(({ id }) => id));
      return rows.map((row) =>
        approvalView(row, { role: roleOf(row), votes: votes.filter(({ approval }) => approval === row.id) }),
      );
    },
    find: async (id) => viewOf(await rowOf(id)),
    async challenge(id, by) {
      const row = await rowOf(id);
      await mayVote(row, by);
      const allow = await passkeys.credentialIds(by.id);
      if (allow.length === 0) throw new Refusal(409, "approval-passkey-needed");
      return requestOptions(party, { challenge: row.digest, allow });
    },
    async approve(id, by, assertion) {
      const row = await rowOf(id);
      try {
        await mayVote(row, by);
        const proven = await passkeys.prove(assertion, row.digest);
        if (proven.administrator !== by.id) throw new Refusal(403, "approval-passkey-foreign");
        const votes = await store.votes(id);
        if (votes.some((vote) => vote.key_digest === proven.keyDigest)) throw new Refusal(409, "approval-passkey-same");
        await record("approval.voted", { approval: id, by: by.id, passkey: proven.keyDigest });
        const vote = { approval: id, administrator: by.id, key_digest: proven.keyDigest, at: now() };
        const complete = (all: readonly VoteRow[]): boolean => isComplete(row, all);
        const outcome = await store.vote({ ...vote, assertion: JSON.stringify(assertion) }, complete);
        if (outcome === false) throw new Refusal(409, "approval-decided");
        if (outcome === "approved") await carryOut(await rowOf(id));
      } catch (error) {
        if (error instanceof Refusal) await record("approval.refused", { approval: id, by: by.id, code: error.code });
        throw error;
      }
      return viewOf(await rowOf(id));
    },
    async reject(id, by) {
      const row = await rowOf(id);
      const mine = row.proposer === by.id;
      if (!mine && !hasRole(by, kindOf(row.kind).role)) throw new Refusal(403, "access-refused");
      await record("approval.rejected", { approval: id, by: by.id });
      if (!(await store.close(id, { state: "rejected", at: now(), by: by.id })))
        throw new Refusal(409, "approval-decided");
      return viewOf(await rowOf(id));
    },
    async sweep() {
      for (const { id } of await store.expired(now())) {
        await record("approval.expired", { approval: id });
        await store.close(id, { state: "expired", at: now(), by: null });
      }
      for (const row of await store.due(now())) if (kinds.has(row.kind)) await carryOut(row);
    },
  };
}

const approverOf = (vote: VoteRow): Approver => ({
  administrator: vote.administrator,
  passkey: vote.key_digest,
  assertion: Assertion.parse(JSON.parse(vote.assertion)),
});

const approvalView = (
  row: ApprovalRow,
  { role, votes }: { readonly role: Role; readonly votes: readonly VoteRow[] },
): ApprovalView => ({
  id: row.id,
  kind: row.kind,
  args: JSON.parse(row.args),
  summary: row.summary,
  digest: row.digest,
  proposer: row.proposer,
  role,
  needs: row.needs,
  state: row.state,
  votes: votes.map(({ administrator, at }) => ({ administrator, at })),
  proposedAt: row.proposed_at,
  expiresAt: row.expires_at,
  decidedAt: row.decided_at,
  decidedBy: row.decided_by,
  code: row.code,
  result: row.result === null ? null : JSON.parse(row.result),
});
