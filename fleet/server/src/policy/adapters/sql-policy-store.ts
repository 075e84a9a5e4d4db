import { PolicyContent, PolicyDocument, withSettingsSince } from "@wardkey/protocol/policy";
import { z } from "zod";
import type { Database, Migration } from "../../platform/sql/database.js";
import type { Draft, PolicyStore, Proposal, PublishedPolicy } from "../app/ports.js";

export const policyMigrations: readonly Migration[] = [
  {
    name: "policy-1-versions",
    async up(database) {
      await database.schema.createTable("policy_versions", (table) => {
        table.integer("version").primary();
        table.string("digest", 43).notNullable();
        table.text("document").notNullable();
        table.text("jws").notNullable();
        table.bigInteger("published_at").notNullable();
        table.string("published_by", 63).notNullable();
        table.boolean("weakening").notNullable();
        table.string("approval", 64).unique();
      });
      await database.schema.createTable("policy_drafts", (table) => {
        table.string("id", 36).primary();
        table.integer("revision").notNullable();
        table.text("content").notNullable();
        table.integer("base").notNullable();
        table.string("origin", 16).notNullable();
        table.string("saved_by", 63).notNullable();
        table.bigInteger("saved_at").notNullable();
      });
      await database.schema.createTable("policy_proposals", (table) => {
        table.string("id", 36).primary();
        table.text("bytes").notNullable();
        table.string("digest", 43).notNullable();
        table.string("draft", 36);
        table.integer("from_version");
        table.string("pace", 16).notNullable();
        table.string("proposed_by", 63).notNullable();
        table.bigInteger("proposed_at").notNullable();
      });
    },
  },
];

type VersionRow = {
  version: number;
  digest: string;
  document: string;
  jws: string;
  published_at: number;
  published_by: string;
  weakening: boolean | number;
  approval: string | null;
};
type DraftRow = {
  id: string;
  revision: number;
  content: string;
  base: number;
  origin: string;
  saved_by: string;
  saved_at: number;
};
type ProposalRow = {
  id: string;
  bytes: string;
  digest: string;
  draft: string | null;
  from_version: number | null;
  pace: string;
  proposed_by: string;
  proposed_at: number;
};

export function createSqlPolicyStore(database: Database): PolicyStore {
  const versions = () => database<VersionRow>("policy_versions");
  const drafts = () => database<DraftRow>("policy_drafts");
  const proposals = () => database<ProposalRow>("policy_proposals");
  const published = (row: VersionRow | undefined): PublishedPolicy | null => (row === undefined ? null : policyOf(row));
  return {
    async newest() {
      const row = await versions().max({ newest: "version" }).first();
      return Number(row?.["newest"] ?? 0);
    },
    version: async (version) => published(await versions().where({ version }).first()),
    byApproval: async (approval) => published(await versions().where({ approval }).first()),
    async versions({ before, limit }) {
      const rows = await versions().where("version", "<", before).orderBy("version", "desc").limit(limit);
      return rows.map(policyOf);
    },
    async add(policy) {
      const made = await versions().insert(rowOf(policy)).onConflict("version").ignore().returning("version");
      return made.length === 1;
    },
    drafts: async () => (await drafts().orderBy("saved_at", "desc").orderBy("id")).map(draftOf),
    async draft(id) {
      const row = await drafts().where({ id }).first();
      return row === undefined ? null : draftOf(row);
    },
    async addDraft(draft) {
      await drafts().insert(draftRow(draft));
    },
    async saveDraft(draft) {
      const before = { id: draft.id, revision: draft.revision - 1 };
      return (await drafts().where(before).update(draftRow(draft))) === 1;
    },
    removeDraft: async (id) => (await drafts().where({ id }).delete()) === 1,
    async addProposal({ id, bytes, digest, draft, from, pace, by, at }) {
      const row = { id, bytes, digest, draft, from_version: from, pace, proposed_by: by, proposed_at: at };
      await proposals().insert(row);
    },
    async proposal(id) {
      const row = await proposals().where({ id }).first();
      return row === undefined ? null : proposalOf(row);
    },
  };
}

const policyOf = (row: VersionRow): PublishedPolicy => ({
  version: row.version,
  digest: row.digest,
  document: PolicyDocument.parse(withSettingsSince(JSON.parse(row.document))),
  jws: row.jws,
  publishedAt: Number(row.published_at),
  by: row.published_by,
  weakening: Boolean(row.weakening),
  approval: row.approval,
});

const rowOf = (policy: PublishedPolicy): VersionRow => ({
  version: policy.version,
  digest: policy.digest,
  document: JSON.stringify(policy.document),
  jws: policy.jws,
  published_at: policy.publishedAt,
  published_by: policy.by,
  weakening: policy.weakening,
  approval: policy.approval,
});

const draftOf = (row: DraftRow): Draft => ({
  id: row.id,
  revision: row.revision,
  content: PolicyContent.parse(withSettingsSince(JSON.parse(row.content))),
  base: row.base,
  origin: z.enum(["console", "checkout"]).parse(row.origin),
  by: row.saved_by,
  at: Number(row.saved_at),
});

const draftRow = (draft: Draft): DraftRow => ({
  id: draft.id,
  revision: draft.revision,
  content: JSON.stringify(draft.content),
  base: draft.base,
  origin: draft.origin,
  saved_by: draft.by,
  saved_at: draft.at,
});

const proposalOf = (row: ProposalRow): Proposal => ({
  id: row.id,
  bytes: row.bytes,
  digest: row.digest,
  draft: row.draft,
  from: row.from_version,
  pace: z.enum(["rings", "at-once"]).parse(row.pace),
  by: row.proposed_by,
  at: Number(row.proposed_at),
});
