import { bundledProfiles, type ProfileSet } from "@wardkey/firmware-profiles";
import { after, days, hours } from "@wardkey/protocol";
import type { SiteTrust } from "@wardkey/protocol/credential";
import { type ProfileFrame, signProfiles } from "@wardkey/protocol/fleet/signed";
import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openPolicyDesk } from "../policy/testing/policy-desk.js";
import { SimulatedTime } from "../testing/simulated-time.js";
import { type ProfileEvent, ProfilesInForce } from "./profiles-in-force.js";

const NOW = new SimulatedTime().now();
const bundled = await bundledProfiles();
let desk: Awaited<ReturnType<typeof openPolicyDesk>>;
let stranger: Awaited<ReturnType<typeof openPolicyDesk>>;
let trust: SiteTrust | null;
beforeAll(async () => {
  desk = await openPolicyDesk("st-mary", NOW);
  stranger = await openPolicyDesk("st-mary", NOW);
});

let kept: string | null;
let told: ProfileEvent[];
let now = NOW;
beforeEach(() => {
  kept = null;
  told = [];
  now = NOW;
  trust = desk.trust;
});

const open = (): Promise<ProfilesInForce> =>
  ProfilesInForce.open({
    bundled,
    file: {
      read: async () => kept,
      write: async (signed) => {
        kept = signed;
      },
    },
    trust: () => trust,
    at: () => now,
    record: (event) => told.push(event),
    log: () => {},
  });
const frame = (version: number, more: Partial<ProfileFrame> = {}): ProfileFrame => ({
  ...{ v: 1, site: "st-mary", version, issuedAt: NOW, profiles: [], retired: ["velleman-k8055"] },
  ...more,
});
const sign = (version: number, more: Partial<ProfileFrame> = {}, issuer = desk.issuer) =>
  signProfiles(frame(version, more), issuer);
const knows = (set: ProfileSet, id: string): boolean => set.profiles.some((profile) => profile.id === id);
const [reader] = bundled.profiles.filter(({ kind }) => kind === "badge-reader");

describe("profiles that the fleet signed", () => {
  it("are in force at once, kept, and known again after a restart when their signer's certificate has ended", async () => {
    const profiles = await open();
    const changed: number[] = [];
    profiles.onChange((set) => changed.push(set.profiles.length));
    await profiles.accept(await sign(3, { profiles: [{ ...reader, id: "ours", name: "Ours" }] }));
    expect(told).toMatchObject([{ kind: "profiles.in-force", body: { version: 3 } }]);
    expect(changed).toEqual([bundled.profiles.length]);
    now = after(NOW, days(3_000));
    const again = await open();
    expect([again.version, knows(again.current(), "ours"), knows(again.current(), "velleman-k8055")]).toEqual([
      3,
      true,
      false,
    ]);
  });

  it.each<[string, () => Promise<string>, string]>([
    ["no signature", async () => "{}", "profiles-malformed"],
    ["a stranger's signature", () => sign(9, {}, stranger.issuer), "certificate-untrusted"],
    ["a byte that was changed", async () => (await sign(9)).replace(/.{8}$/, "AAAAAAAA"), "profiles-signature"],
    ["another site", () => sign(9, { site: "st-else" }), "profiles-site"],
    ["a date to come", () => sign(9, { issuedAt: after(NOW, hours(2)) }), "profiles-not-yet-valid"],
    ["an older version", () => sign(1), "profiles-older"],
    ["another text of the same version", () => sign(2, { retired: [] }), "profiles-forked"],
    [
      "a profile that does not keep to the schema",
      () => sign(9, { profiles: [{ ...reader, script: "rm" }] }),
      "profiles-unreadable",
    ],
  ])("with %s are refused, journaled, and change nothing", async (_what, made, code) => {
    const profiles = await open();
    await profiles.accept(await sign(2));
    const before = kept;
    told = [];
    await profiles.accept(await made());
    expect(told).toEqual([{ kind: "profiles.refused", body: { reason: code } }]);
    expect([profiles.version, kept]).toEqual([2, before]);
  });

  it("that come again are no news", async () => {
    const profiles = await open();
    const signed = await sign(2);
    await profiles.accept(signed);
    await profiles.accept(signed);
    expect(told).toHaveLength(1);
  });

  it("are not in force while the disk does not take them", async () => {
    const profiles = await ProfilesInForce.open({
      ...{ bundled, trust: () => trust, at: () => now, record: (event) => told.push(event), log: () => {} },
      file: { read: async () => null, write: () => Promise.reject(new Error("no space left")) },
    });
    await profiles.accept(await sign(2));
    expect([profiles.version, told]).toEqual([0, []]);
  });

  it("that somebody put on the disk are as if they were not there", async () => {
    kept = await sign(7, {}, stranger.issuer);
    expect((await open()).version).toBe(0);
    kept = "x".repeat(10_000_000);
    expect((await open()).version).toBe(0);
  });

  it("never go back, whatever order they come in", async () => {
    const signed = await Promise.all([1, 2, 3, 4, 5].map((version) => sign(version)));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ version: fc.integer({ min: 1, max: 5 }), restart: fc.boolean() }), { maxLength: 12 }),
        async (steps) => {
          kept = null;
          let profiles = await open();
          let highest = 0;
          for (const { version, restart } of steps) {
            await profiles.accept(signed[version - 1] ?? "");
            highest = Math.max(highest, version);
            if (restart) profiles = await open();
            expect(profiles.version).toBe(highest);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});
