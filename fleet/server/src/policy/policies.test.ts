import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Duration, days, hours } from "@wardkey/protocol";
import { checkFleetBody, type PolicyHeadBody } from "@wardkey/protocol/fleet";
import {
  DEMO_SETTINGS,
  type DeviceFacts,
  disassemble,
  type PolicyContent,
  PRODUCTION_SETTINGS,
} from "@wardkey/protocol/policy";
import { verifyPolicy } from "@wardkey/protocol/policy/signed";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TestPki } from "../pki/testing/test-pki.js";
import { type TestDatabase, testDatabase } from "../platform/sql/testing/test-database.js";
import { createSqlRolloutStore, Rollouts, rolloutMigrations } from "../rollout/index.js";
import {
  createSqlPolicyStore,
  Policies,
  type PublishArgs,
  policyMigrations,
  publishApproval,
  readCheckout,
} from "./index.js";

const SITE = "st-mary";
const olga = { id: "olga", name: "Olga", role: "security-officer" } as const;
const bed7: DeviceFacts = { device: "bed-7", kind: "kiosk", ward: "ICU", tags: [] };

let authority: TestPki;
let made: TestDatabase;
let records: { kind: string; body: Record<string, unknown> }[];
let sent: { body: PolicyHeadBody; epoch: number }[];
let proposed: PublishArgs[];
let brokerDown: boolean;

beforeAll(async () => {
  authority = await TestPki.make();
  await authority.open();
});
afterAll(() => authority.remove());
beforeEach(async () => {
  made = await testDatabase([...policyMigrations, ...rolloutMigrations]);
  [records, sent, proposed, brokerDown] = [[], [], [], false];
});
afterEach(() => made.remove());

interface Fleet {
  readonly policies: Policies;
  readonly rollouts: Rollouts;
  /** What the approvals do once people have approved. */
  approve(args: PublishArgs, approvers: readonly string[], approval?: string): Promise<unknown>;
}

async function open(bend: { profile?: "demo" | "production"; keptInFiles?: boolean } = {}): Promise<Fleet> {
  const { clock, pki } = authority;
  const record = async (kind: string, body: Record<string, string | number | boolean | null>): Promise<void> => {
    expect(checkFleetBody(kind, body)).toEqual({ ok: true });
    records.push({ kind, body });
  };
  const rollouts = await Rollouts.open({
    store: createSqlRolloutStore(made.database),
    clock,
    after: () => () => {},
    newSalt: () => "salt",
    record,
    log: () => {},
  });
  const policies = await Policies.open({
    site: SITE,
    profile: bend.profile ?? "production",
    store: createSqlPolicyStore(made.database),
    rollouts,
    clock,
    after: (_delay: Duration, _wake: () => void) => () => {},
    newId: randomUUID,
    issuer: () => pki.issuers.policy(),
    devices: async () => [bed7],
    downlink: {
      send: async ({ body, epoch }) => {
        if (brokerDown) throw new Error("no broker");
        sent.push({ body, epoch });
      },
    },
    refreshDesired: () => {},
    record,
    approvals: () => ({
      propose: async ({ args }) => {
        proposed.push(args);
        return { id: randomUUID(), digest: "d", needs: args.weakening ? 2 : 1, expiresAt: 0 };
      },
    }),
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

async function draftOf({ policies }: Fleet, change: (content: PolicyContent) => PolicyContent) {
  const opened = await policies.drafts.open({ by: "olga" });
  if (!opened.ok) throw new Error(opened.code);
  const { id, revision, content } = opened.draft;
  const saved = await policies.drafts.save(id, { revision, content: change(content), by: "olga" });
  if (!saved.ok) throw new Error(saved.code);
  return saved.draft;
}

async function publish(
  fleet: Fleet,
  change: (content: PolicyContent) => PolicyContent,
  pace: "rings" | "at-once" = "at-once",
) {
  const { id, revision } = await draftOf(fleet, change);
  const answer = await fleet.policies.publishing.proposeDraft({ id, revision, pace, by: olga });
  if (!answer.ok) throw new Error(answer.code);
  await fleet.approve(answer.args, ["olga", "piet"]);
}
const stricter = (content: PolicyContent): PolicyContent => ({
  ...content,
  base: { ...content.base, "idle.lockSeconds": 600 },
});
const laxer = (content: PolicyContent): PolicyContent => ({
  ...content,
  base: { ...content.base, "lease.hours": 72 },
});

describe("a site's first start", () => {
  it.each([
    ["demo", DEMO_SETTINGS],
    ["production", PRODUCTION_SETTINGS],
  ] as const)("in %s signs its first policy, once, and states it to every device", async (profile, settings) => {
    const { policies, rollouts } = await open({ profile });
    await rollouts.restate();
    expect(policies.settingsFor(bed7)).toEqual(settings);
    const { jws, digest } = policies.current();
    expect(sent.at(-1)).toEqual({ body: { stable: jws, candidate: null }, epoch: 1 });
    const verified = verifyPolicy(jws, { trust: authority.pki.trust(), at: authority.clock.now(), device: bed7 });
    expect(verified).toMatchObject({ ok: true, policy: { digest } });
    expect(records).toEqual([
      { kind: "policy.published", body: { version: 1, by: "fleet", digest, weakening: false } },
    ]);
    const again = await open({ profile });
    expect(again.policies.of("bed-7")).toEqual({ version: 1, digest });
    expect(records).toHaveLength(1);
  });
});

describe("publishing", () => {
  it("signs exactly what was approved, and offers it ring by ring", async () => {
    const fleet = await open();
    const draft = await draftOf(fleet, stricter);
    const answer = await fleet.policies.publishing.proposeDraft({ ...draft, pace: "rings", by: olga });
    expect(answer).toMatchObject({ ok: true, needs: 1, args: { version: 2, weakening: false, pace: "rings" } });
    expect(await fleet.policies.version(2)).toBeNull();
    const [args] = proposed;
    if (args === undefined) throw new Error("nothing was proposed");
    expect(await fleet.approve(args, ["olga"])).toEqual({ version: 2, digest: args.digest });
    const published = await fleet.policies.version(2);
    expect(published?.digest).toBe(args.digest);
    expect(sent.at(-1)?.body.candidate).toEqual({ policy: published?.jws, percent: 1, salt: "salt" });
    expect(await fleet.policies.drafts.one(draft.id)).toBeNull();
    expect(records.map(({ kind }) => kind)).toEqual([
      "policy.published",
      "policy.drafted",
      "policy.published",
      "policy.rollout-started",
    ]);
  });

  it("answers the same approval again with what it made", async () => {
    const fleet = await open();
    const draft = await draftOf(fleet, stricter);
    await fleet.policies.publishing.proposeDraft({ ...draft, pace: "at-once", by: olga });
    const [args] = proposed;
    if (args === undefined) throw new Error("nothing was proposed");
    const approval = randomUUID();
    const first = await fleet.approve(args, ["olga"], approval);
    expect(await fleet.approve(args, ["olga"], approval)).toEqual(first);
    expect((await fleet.policies.versions({ before: 100, limit: 10 })).map(({ version }) => version)).toEqual([2, 1]);
  });

  it("wants two people where it weakens, whatever the proposal says of itself", async () => {
    const fleet = await open();
    const draft = await draftOf(fleet, laxer);
    expect(await fleet.policies.publishing.proposeDraft({ ...draft, pace: "at-once", by: olga })).toMatchObject({
      needs: 2,
      args: { weakening: true },
    });
    const [args] = proposed;
    if (args === undefined) throw new Error("nothing was proposed");
    const forged = { ...args, weakening: false };
    expect(await publishApproval(fleet.policies.publishing).weight(forged)).toBe(2);
    await expect(fleet.approve(forged, ["olga"])).rejects.toMatchObject({ code: "policy-needs-two" });
    await expect(fleet.approve(args, [])).rejects.toMatchObject({ code: "policy-needs-two" });
    expect(fleet.policies.current().version).toBe(1);
    await fleet.approve(args, ["piet"]);
    expect([fleet.policies.current().version, fleet.policies.longestLeaseHours()]).toEqual([2, 72]);
  });

  it("signs nothing else than what was approved", async () => {
    const fleet = await open();
    const draft = await draftOf(fleet, stricter);
    await fleet.policies.publishing.proposeDraft({ ...draft, pace: "at-once", by: olga });
    const [args] = proposed;
    if (args === undefined) throw new Error("nothing was proposed");
    await expect(fleet.approve({ ...args, digest: "x".repeat(43) }, ["piet"])).rejects.toMatchObject({
      code: "policy-digest",
    });
    await expect(fleet.approve({ ...args, proposal: randomUUID() }, ["piet"])).rejects.toMatchObject({
      code: "policy-proposal-unknown",
    });
    const bytes = JSON.stringify(laxer(draft.content));
    await made.database("policy_proposals").update({ bytes });
    await expect(fleet.approve(args, ["piet"])).rejects.toMatchObject({ code: "policy-digest" });
    expect(fleet.policies.current().version).toBe(1);
    expect(records.filter(({ kind }) => kind === "policy.refused").map(({ body }) => body["code"])).toEqual([
      "policy-digest",
      "policy-proposal-unknown",
      "policy-digest",
    ]);
  });

  it.each<[string, (content: PolicyContent) => PolicyContent, string]>([
    [
      "contradictory",
      (content) => ({ ...content, base: { ...content.base, "camera.attested": false } }),
      "policy-contradictory",
    ],
    ["over-broad", (content) => ({ ...content, groups: { all: {} } }), "policy-over-broad"],
    [
      "about a group that is not there",
      (content) => ({ ...content, layers: [{ group: "icu", settings: {} }] }),
      "policy-unknown-group",
    ],
  ])("refuses what is %s", async (_what, change, code) => {
    const fleet = await open();
    const draft = await draftOf(fleet, change);
    const answer = await fleet.policies.publishing.proposeDraft({ ...draft, pace: "rings", by: olga });
    expect(answer).toMatchObject({ ok: false, code });
    expect(proposed).toEqual([]);
    expect(records.at(-1)).toEqual({ kind: "policy.refused", body: { by: "olga", code } });
  });

  it("refuses what is older, foreign or expired", async () => {
    const fleet = await open();
    const [stale, late] = [await draftOf(fleet, stricter), await draftOf(fleet, stricter)];
    await fleet.policies.publishing.proposeDraft({ ...late, pace: "at-once", validDays: 1, by: olga });
    const [args] = proposed;
    if (args === undefined) throw new Error("nothing was proposed");
    authority.clock.move(hours(25));
    await expect(fleet.approve(args, ["piet"])).rejects.toMatchObject({ code: "policy-expired" });
    await publish(fleet, stricter);
    await expect(fleet.approve(args, ["piet"])).rejects.toMatchObject({ code: "policy-older" });
    expect(await fleet.policies.publishing.proposeDraft({ ...stale, pace: "rings", by: olga })).toMatchObject({
      code: "policy-older",
    });
    const foreign = { ...stale.content, site: "st-else" };
    expect(await fleet.policies.drafts.save(stale.id, { ...stale, content: foreign, by: "olga" })).toEqual({
      ok: false,
      code: "policy-site",
    });
  });

  it("keeps its head while the broker is away, and states it when it is back", async () => {
    const fleet = await open();
    brokerDown = true;
    await expect(publish(fleet, stricter)).rejects.toThrow("no broker");
    brokerDown = false;
    const restarted = await open();
    await restarted.rollouts.restate();
    expect(restarted.policies.current().version).toBe(2);
    expect(sent.at(-1)).toMatchObject({ epoch: 2, body: { stable: restarted.policies.current().jws } });
  });
});

describe("rolling forward", () => {
  it("brings an old content back under a new version, to everybody at once, and weighs it against what was tried", async () => {
    const fleet = await open();
    await publish(fleet, stricter, "rings");
    await fleet.rollouts.halt({ by: "olga", reason: "by-hand" });
    expect(fleet.policies.concerns()).toEqual(["policy-rollout-halted"]);
    const answer = await fleet.policies.publishing.rollForward({ version: 1, by: olga });
    expect(answer).toMatchObject({ ok: true, needs: 2 });
    const args = proposed.at(-1);
    if (args === undefined) throw new Error("nothing was proposed");
    await fleet.approve(args, ["olga", "piet"]);
    expect(fleet.policies.current()).toMatchObject({
      version: 3,
      document: { base: PRODUCTION_SETTINGS, note: "As version 1" },
    });
    expect(fleet.rollouts.head()).toMatchObject({ stable: 3, rollout: null });
    expect(records.map(({ kind }) => kind).slice(-2)).toEqual(["policy.published", "policy.rolled-forward"]);
  });
});

describe("two people at one draft", () => {
  it("lose nothing: the second is told, and keeps a draft of their own", async () => {
    const { policies } = await open();
    const opened = await policies.drafts.open({ by: "olga" });
    if (!opened.ok) throw new Error(opened.code);
    const { id, revision, content } = opened.draft;
    const hers = await policies.drafts.save(id, { revision, content: stricter(content), by: "olga" });
    const his = await policies.drafts.save(id, { revision, content: laxer(content), by: "piet" });
    if (!hers.ok || his.ok || his.code !== "policy-draft-conflict") throw new Error("no conflict");
    expect(his.theirs).toEqual(hers.draft);
    expect(his.yours).toMatchObject({ revision: 1, content: laxer(content), by: "piet" });
    expect((await policies.drafts.list()).map((draft) => draft.content)).toEqual(
      expect.arrayContaining([stricter(content), laxer(content)]),
    );
    // The same save again, after an answer that was lost, is no conflict.
    expect(await policies.drafts.save(id, { revision, content: stricter(content), by: "olga" })).toEqual(hers);
  });

  it("saving at the same moment: one wins", async () => {
    const { policies } = await open();
    const opened = await policies.drafts.open({ by: "olga" });
    if (!opened.ok) throw new Error(opened.code);
    const { id, revision, content } = opened.draft;
    const saves = await Promise.all(
      [300, 400, 500].map((idle) =>
        policies.drafts.save(id, {
          revision,
          content: { ...content, base: { ...content.base, "idle.lockSeconds": idle } },
          by: "olga",
        }),
      ),
    );
    expect(saves.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await policies.drafts.list()).toHaveLength(3);
  });
});

describe("a git checkout as the source of truth", () => {
  it("is read from its folder, becomes a draft, and shuts out drafts by hand", async () => {
    const { policies } = await open({ keptInFiles: true });
    const folder = await mkdtemp(join(tmpdir(), "wardkey-checkout-"));
    try {
      const content: PolicyContent = {
        ...stricter({
          v: 1,
          site: SITE,
          note: "from git",
          base: PRODUCTION_SETTINGS,
          groups: {},
          layers: [],
          devices: [],
        }),
        groups: { icu: { wards: ["ICU"] } },
        layers: [{ group: "icu", settings: { "idle.stays": 0 } }],
      };
      for (const [path, text] of disassemble(content)) {
        await mkdir(join(folder, path, ".."), { recursive: true });
        await writeFile(join(folder, path), text);
      }
      await writeFile(join(folder, "README.md"), "left alone");
      const taken = await policies.takeFiles(await readCheckout(folder), "olga");
      expect(taken).toMatchObject({ ok: true, draft: { content, origin: "checkout" } });
      expect(await policies.drafts.open({ by: "olga" })).toEqual({ ok: false, code: "policy-kept-in-files" });
      await writeFile(join(folder, "base.json"), "{");
      expect(await policies.takeFiles(await readCheckout(folder), "olga")).toMatchObject({ code: "policy-malformed" });
      await expect(readCheckout(join(folder, "gone"))).rejects.toMatchObject({ code: "policy-files-missing" });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("before it ends", () => {
  it("a policy is a concern for thirty days", async () => {
    const { policies } = await open();
    expect(policies.concerns()).toEqual([]);
    authority.clock.move(days(340));
    expect(policies.concerns()).toEqual(["policy-expires-soon"]);
    authority.clock.move(days(26));
    expect(policies.concerns()).toEqual(["policy-expired"]);
  });
});
