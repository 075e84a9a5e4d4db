import { randomUUID } from "node:crypto";
import { days, hours } from "@wardkey/protocol";
import { DEMO_SETTINGS, type PolicyContent, PRODUCTION_SETTINGS } from "@wardkey/protocol/policy";
import { verifyPolicy } from "@wardkey/protocol/policy/signed";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestPki } from "../pki/testing/test-pki.js";
import { publishApproval } from "./index.js";
import { bed7, draftOf, laxer, olga, PolicyRoom, publish, stricter } from "./testing/policy-room.js";

let room: PolicyRoom;
beforeEach(async () => {
  room = await PolicyRoom.make(await TestPki.opened());
});
afterEach(() => room.remove());

describe("a site's first start", () => {
  it.each([
    ["demo", DEMO_SETTINGS],
    ["production", PRODUCTION_SETTINGS],
  ] as const)("in %s signs its first policy, once, and states it to every device", async (profile, settings) => {
    const { policies, rollouts } = await room.open({ profile });
    await rollouts.restate();
    expect(policies.settingsFor(bed7)).toEqual(settings);
    const { jws, digest } = policies.current();
    expect(room.sent.at(-1)).toEqual({ body: { stable: jws, candidate: null }, epoch: 1 });
    const verified = verifyPolicy(jws, {
      trust: room.authority.pki.trust(),
      at: room.authority.clock.now(),
      device: bed7,
    });
    expect(verified).toMatchObject({ ok: true, policy: { digest } });
    expect(room.records).toEqual([
      { kind: "policy.published", body: { version: 1, by: "fleet", digest, weakening: false } },
    ]);
    const again = await room.open({ profile });
    expect(again.policies.of("bed-7")).toEqual({ version: 1, digest });
    expect(room.records).toHaveLength(1);
  });
});

describe("publishing", () => {
  it("signs exactly what was approved, and offers it ring by ring", async () => {
    const fleet = await room.open();
    const draft = await draftOf(fleet, stricter);
    const answer = await fleet.policies.publishing.proposeDraft({ ...draft, pace: "rings", by: olga });
    expect(answer).toMatchObject({ ok: true, needs: 1, args: { version: 2, weakening: false, pace: "rings" } });
    expect(await fleet.policies.version(2)).toBeNull();
    const args = room.newest;
    expect(await fleet.approve(args, ["olga"])).toEqual({ version: 2, digest: args.digest });
    const published = await fleet.policies.version(2);
    expect(published?.digest).toBe(args.digest);
    expect(room.sent.at(-1)?.body.candidate).toEqual({ policy: published?.jws, percent: 1, salt: "salt" });
    expect(await fleet.policies.drafts.one(draft.id)).toBeNull();
    expect(room.records.map(({ kind }) => kind)).toEqual([
      "policy.published",
      "policy.drafted",
      "policy.published",
      "policy.rollout-started",
    ]);
  });

  it("answers the same approval again with what it made", async () => {
    const fleet = await room.open();
    const draft = await draftOf(fleet, stricter);
    await fleet.policies.publishing.proposeDraft({ ...draft, pace: "at-once", by: olga });
    const args = room.newest;
    const approval = randomUUID();
    const first = await fleet.approve(args, ["olga"], approval);
    expect(await fleet.approve(args, ["olga"], approval)).toEqual(first);
    expect((await fleet.policies.versions({ before: 100, limit: 10 })).map(({ version }) => version)).toEqual([2, 1]);
  });

  it("wants two people where it weakens, whatever the proposal says of itself", async () => {
    const fleet = await room.open();
    const draft = await draftOf(fleet, laxer);
    expect(await fleet.policies.publishing.proposeDraft({ ...draft, pace: "at-once", by: olga })).toMatchObject({
      needs: 2,
      args: { weakening: true },
    });
    const args = room.newest;
    const forged = { ...args, weakening: false };
    const { weight } = publishApproval(fleet.policies.publishing);
    expect(await weight(args)).toBe(2);
    // What the second person reads is what the proposal holds.
    for (const said of [
      forged,
      { ...args, version: 7 },
      { ...args, digest: "x".repeat(43) },
      { ...args, pace: "rings" as const },
    ]) {
      await expect(weight(said)).rejects.toMatchObject({ code: "policy-proposal-differs" });
    }
    await expect(fleet.approve(forged, ["olga"])).rejects.toMatchObject({ code: "policy-needs-two" });
    await expect(fleet.approve(args, [])).rejects.toMatchObject({ code: "policy-needs-two" });
    expect(fleet.policies.current().version).toBe(1);
    await fleet.approve(args, ["piet"]);
    expect([fleet.policies.current().version, fleet.policies.longestLeaseHours()]).toEqual([2, 72]);
  });

  it("signs nothing else than what was approved", async () => {
    const fleet = await room.open();
    const draft = await draftOf(fleet, stricter);
    await fleet.policies.publishing.proposeDraft({ ...draft, pace: "at-once", by: olga });
    const args = room.newest;
    await expect(fleet.approve({ ...args, digest: "x".repeat(43) }, ["piet"])).rejects.toMatchObject({
      code: "policy-digest",
    });
    await expect(fleet.approve({ ...args, proposal: randomUUID() }, ["piet"])).rejects.toMatchObject({
      code: "policy-proposal-unknown",
    });
    const bytes = JSON.stringify(laxer(draft.content));
    await room.database.database("policy_proposals").update({ bytes });
    await expect(fleet.approve(args, ["piet"])).rejects.toMatchObject({ code: "policy-digest" });
    expect(fleet.policies.current().version).toBe(1);
    expect(room.records.filter(({ kind }) => kind === "policy.refused").map(({ body }) => body["code"])).toEqual([
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
    const fleet = await room.open();
    const draft = await draftOf(fleet, change);
    const answer = await fleet.policies.publishing.proposeDraft({ ...draft, pace: "rings", by: olga });
    expect(answer).toMatchObject({ ok: false, code });
    expect(room.proposed).toEqual([]);
    expect(room.records.at(-1)).toEqual({ kind: "policy.refused", body: { by: "olga", code } });
  });

  it("refuses what is older, foreign or expired", async () => {
    const fleet = await room.open();
    const [stale, late] = [await draftOf(fleet, stricter), await draftOf(fleet, stricter)];
    await fleet.policies.publishing.proposeDraft({ ...late, pace: "at-once", validDays: 1, by: olga });
    const args = room.newest;
    room.authority.clock.move(hours(25));
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
    const fleet = await room.open();
    room.brokerDown = true;
    await expect(publish(fleet, stricter)).rejects.toThrow("no broker");
    room.brokerDown = false;
    const restarted = await room.open();
    await restarted.rollouts.restate();
    expect(restarted.policies.current().version).toBe(2);
    expect(room.sent.at(-1)).toMatchObject({ epoch: 2, body: { stable: restarted.policies.current().jws } });
  });
});

describe("rolling forward", () => {
  it("brings an old content back under a new version, to everybody at once, and weighs it against what was tried", async () => {
    const fleet = await room.open();
    await publish(fleet, stricter, "rings");
    await fleet.rollouts.halt({ by: "olga", reason: "by-hand" });
    expect(fleet.policies.concerns()).toEqual(["policy-rollout-halted"]);
    const answer = await fleet.policies.publishing.rollForward({ version: 1, by: olga });
    expect(answer).toMatchObject({ ok: true, needs: 2 });
    const args = room.newest;
    await fleet.approve(args, ["olga", "piet"]);
    expect(fleet.policies.current()).toMatchObject({
      version: 3,
      document: { base: PRODUCTION_SETTINGS, note: "As version 1" },
    });
    expect(fleet.rollouts.head()).toMatchObject({ stable: 3, rollout: null });
    expect(room.records.map(({ kind }) => kind).slice(-2)).toEqual(["policy.published", "policy.rolled-forward"]);
  });
});

describe("before it ends", () => {
  it("a policy is a concern for thirty days", async () => {
    const { policies } = await room.open();
    expect(policies.concerns()).toEqual([]);
    room.authority.clock.move(days(340));
    expect(policies.concerns()).toEqual(["policy-expires-soon"]);
    room.authority.clock.move(days(26));
    expect(policies.concerns()).toEqual(["policy-expired"]);
  });
});
