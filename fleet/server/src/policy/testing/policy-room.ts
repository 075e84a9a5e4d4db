import { randomUUID } from "node:crypto";
import type { Clock, Duration } from "@wardkey/protocol";
import type { Issuer, SiteTrust } from "@wardkey/protocol/credential";
import { checkFleetBody, type PolicyHeadBody } from "@wardkey/protocol/fleet";
import type { DeviceFacts, PolicyContent } from "@wardkey/protocol/policy";
import { type TestDatabase, testDatabase } from "../../platform/sql/testing/test-database.js";
import { createSqlRolloutStore, Rollouts, rolloutMigrations } from "../../rollout/index.js";
import {
  createSqlPolicyStore,
  Policies,
  type PoliciesParts,
  type PublishArgs,
  policyMigrations,
  publishApproval,
} from "../index.js";

export const SITE = "st-mary";
export const olga = { id: "olga", name: "Olga", role: "security-officer" } as const;
export const bed7: DeviceFacts = { device: "bed-7", kind: "kiosk", ward: "ICU", tags: [] };

export const stricter = (content: PolicyContent): PolicyContent => ({
  ...content,
  base: { ...content.base, "idle.lockSeconds": 600 },
});
export const laxer = (content: PolicyContent): PolicyContent => ({
  ...content,
  base: { ...content.base, "lease.hours": 72 },
});

/** What of a site's certificate authority is needed here; a test opens a real one. */
export interface Authority {
  readonly clock: Clock & { move(by: Duration): void };
  readonly pki: { readonly issuers: { policy(): Promise<Issuer> }; trust(): SiteTrust };
  remove(): Promise<void>;
}

interface Bend {
  readonly profile?: "demo" | "production";
  readonly keptInFiles?: boolean;
  /** Real ones, in the place of those that only remember. */
  readonly approvals?: ReturnType<PoliciesParts["approvals"]>;
}

export interface Fleet {
  readonly policies: Policies;
  readonly rollouts: Rollouts;
  /** What the approvals do once people have approved. */
  approve(args: PublishArgs, approvers: readonly string[], approval?: string): Promise<unknown>;
}

/** A site's policies over a real authority and database; broker, audit and approvals remember what they were told. */
export class PolicyRoom {
  readonly authority: Authority;
  readonly database: TestDatabase;
  readonly records: { kind: string; body: Record<string, unknown> }[] = [];
  readonly sent: { body: PolicyHeadBody; epoch: number }[] = [];
  readonly proposed: PublishArgs[] = [];
  brokerDown = false;

  private constructor(authority: Authority, database: TestDatabase) {
    this.authority = authority;
    this.database = database;
  }

  static async make(authority: Authority): Promise<PolicyRoom> {
    return new PolicyRoom(authority, await testDatabase([...policyMigrations, ...rolloutMigrations]));
  }

  async remove(): Promise<void> {
    await this.authority.remove();
    await this.database.remove();
  }

  /** What was proposed last. */
  get newest(): PublishArgs {
    const args = this.proposed.at(-1);
    if (args === undefined) throw new Error("nothing was proposed");
    return args;
  }

  /** Opens the site's policies: again, as after a restart, when called again. */
  async open(bend: Bend = {}): Promise<Fleet> {
    const { clock, pki } = this.authority;
    const { database } = this.database;
    const record = async (kind: string, body: Record<string, string | number | boolean | null>): Promise<void> => {
      const checked = checkFleetBody(kind, body);
      if (!checked.ok) throw new Error(`${checked.code}: ${kind}`);
      this.records.push({ kind, body });
    };
    const rollouts = await Rollouts.open({
      store: createSqlRolloutStore(database),
      clock,
      after: () => () => {},
      newSalt: () => "salt",
      record,
      log: () => {},
    });
    const policies = await Policies.open({
      site: SITE,
      profile: bend.profile ?? "production",
      store: createSqlPolicyStore(database),
      rollouts,
      clock,
      after: (_delay: Duration, _wake: () => void) => () => {},
      newId: randomUUID,
      issuer: () => pki.issuers.policy(),
      devices: async () => [bed7],
      downlink: {
        send: async ({ body, epoch }) => {
          if (this.brokerDown) throw new Error("no broker");
          this.sent.push({ body, epoch });
        },
      },
      refreshDesired: () => {},
      record,
      approvals: () =>
        bend.approvals ?? {
          propose: async ({ args }) => {
            this.proposed.push(args);
            return { id: randomUUID(), digest: "d", needs: args.weakening ? 2 : 1, expiresAt: 0 };
          },
        },
      keptInFiles: bend.keptInFiles ?? false,
      log: () => {},
    });
    const approval = publishApproval(policies.publishing);
    return {
      policies,
      rollouts,
      approve: (args, approvers, id = randomUUID()) =>
        approval.execute(approval.schema.parse(args), {
          id,
          proposer: "olga",
          approvers: approvers.map((administrator) => ({ administrator })),
        }),
    };
  }
}

export async function draftOf({ policies }: Fleet, change: (content: PolicyContent) => PolicyContent) {
  const opened = await policies.drafts.open({ by: "olga" });
  if (!opened.ok) throw new Error(opened.code);
  const { id, revision, content } = opened.draft;
  const saved = await policies.drafts.save(id, { revision, content: change(content), by: "olga" });
  if (!saved.ok) throw new Error(saved.code);
  return saved.draft;
}

export async function publish(
  fleet: Fleet,
  change: (content: PolicyContent) => PolicyContent,
  pace: "rings" | "at-once" = "at-once",
): Promise<void> {
  const { id, revision } = await draftOf(fleet, change);
  const answer = await fleet.policies.publishing.proposeDraft({ id, revision, pace, by: olga });
  if (!answer.ok) throw new Error(answer.code);
  await fleet.approve(answer.args, ["olga", "piet"]);
}
