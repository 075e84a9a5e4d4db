import { days, hours, seconds } from "@wardkey/protocol";
import { DEMO_SETTINGS, PRODUCTION_SETTINGS, ringPlace, STRICTEST, strictestOver } from "@wardkey/protocol/policy";
import { signPolicy } from "@wardkey/protocol/policy/signed";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { liveProfile, PROFILES } from "../profile/index.js";
import { SimulatedTime } from "../testing/simulated-time.js";
import { PolicyInForce, type PolicyPorts, type PolicyRecord } from "./policy-in-force.js";
import { MemoryFiles } from "./testing/memory-files.js";
import { openPolicyDesk, type PolicyDesk } from "./testing/policy-desk.js";

const NOW = new SimulatedTime().now();
let desk: PolicyDesk;
let stranger: PolicyDesk;
beforeAll(async () => {
  desk = await openPolicyDesk("st-mary", NOW);
  stranger = await openPolicyDesk("st-mary", NOW);
});

let time: SimulatedTime;
let files: MemoryFiles;
let records: PolicyRecord[];
let codes: string[];
beforeEach(() => {
  time = new SimulatedTime();
  files = new MemoryFiles();
  records = [];
  codes = [];
});

const open = (bend: Partial<PolicyPorts> = {}): Promise<PolicyInForce> =>
  PolicyInForce.open({
    files,
    floor: "production",
    device: () => ({ device: "bed-7", kind: "kiosk", ward: "Ward 3B", tags: [] }),
    trust: () => desk.trust,
    at: () => time.now(),
    timers: time,
    journalled: null,
    record: (record) => records.push(record),
    log: ({ code }) => codes.push(code),
    ...bend,
  });
const head = (jws: string) => ({ stable: jws, candidate: null });

describe("a kiosk without a policy", () => {
  it("is as strict as can be in production, and open in the demo", async () => {
    expect((await open()).current()).toEqual({ settings: STRICTEST, version: 0, digest: null, state: "none" });
    const demo = await open({ floor: "demo" });
    expect(demo.current()).toEqual({ settings: DEMO_SETTINGS, version: 0, digest: null, state: "none" });
  });

  it("is strict in the demo too when it once had one and its file is gone", async () => {
    const first = await open({ floor: "demo" });
    await first.accept(head((await desk.sign()).jws));
    files.kept = null;
    expect((await open({ floor: "demo" })).current().settings).toEqual(STRICTEST);
  });
});

describe("a policy", () => {
  it("comes into force, is told, and is there after a restart", async () => {
    const policy = await open();
    const told: number[] = [];
    policy.onChange(({ version }) => told.push(version));
    const { jws, digest } = await desk.sign({ version: 4 });
    expect(await policy.accept(head(jws))).toEqual({ ok: true, version: 4, changed: true });
    expect(await policy.accept(head(jws))).toEqual({ ok: true, version: 4, changed: false });
    const current = { settings: PRODUCTION_SETTINGS, version: 4, digest, state: "in-force" };
    expect(policy.current()).toEqual(current);
    expect(told).toEqual([4]);
    expect(records).toEqual([{ kind: "policy.in-force", body: { version: 4, digest, ring: "stable" } }]);
    expect((await open()).current()).toEqual(current);
  });

  it("is tried first where the device is in the ring, and nowhere else", async () => {
    const stable = await desk.sign({ version: 1 });
    const next = await desk.sign({ version: 2 });
    const place = ringPlace("bed-7", "salt");
    const at = (percent: number) => ({
      stable: stable.jws,
      candidate: { policy: next.jws, percent: Math.floor(percent), salt: "salt" },
    });
    const policy = await open();
    await policy.accept(at(place));
    expect(policy.reference()).toEqual({ version: 1, digest: stable.digest });
    await policy.accept(at(place + 1));
    expect(policy.reference()).toEqual({ version: 2, digest: next.digest });
  });

  it("stays when a roll-out is halted, and gives way to the old content under a new version", async () => {
    const [old, bad, mended] = await Promise.all([1, 2, 3].map((version) => desk.sign({ version })));
    const policy = await open();
    await policy.accept(head(old?.jws ?? ""));
    await policy.accept({ stable: old?.jws ?? "", candidate: { policy: bad?.jws ?? "", percent: 100, salt: "s" } });
    expect(await policy.accept(head(old?.jws ?? ""))).toEqual({ ok: false, code: "policy-older" });
    expect(policy.current().version).toBe(2);
    expect(await policy.accept(head(mended?.jws ?? ""))).toEqual({ ok: true, version: 3, changed: true });
  });

  it("follows the device into another group", async () => {
    let ward = "Ward 3B";
    const policy = await open({ device: () => ({ device: "bed-7", kind: "kiosk", ward, tags: [] }) });
    const { jws } = await desk.sign({
      groups: { icu: { wards: ["ICU"] } },
      layers: [{ group: "icu", settings: { "idle.lockSeconds": 60 } }],
    });
    await policy.accept(head(jws));
    expect(policy.current().settings["idle.lockSeconds"]).toBe(900);
    ward = "ICU";
    await policy.review();
    expect(policy.current().settings["idle.lockSeconds"]).toBe(60);
  });

  it("is verified as soon as the kiosk knows its site", async () => {
    const { jws } = await desk.sign();
    await (await open()).accept(head(jws));
    let trust: typeof desk.trust | null = null;
    const policy = await open({ trust: () => trust });
    expect(policy.current().state).toBe("none");
    expect(await policy.accept(head(jws))).toEqual({ ok: false, code: "policy-no-trust" });
    trust = desk.trust;
    await policy.review();
    expect(policy.current().version).toBe(1);
  });
});

describe("when a policy expires", () => {
  it("the strictest settings hold, nothing laxer than it said, until a new one comes", async () => {
    const base = { ...PRODUCTION_SETTINGS, "breakGlass.allowed": false, "breakGlass.operations": [] };
    const policy = await open();
    const states: string[] = [];
    policy.onChange(({ state }) => states.push(state));
    await policy.accept(head((await desk.sign({ base, expiresAt: NOW + hours(10) })).jws));
    await time.advance(hours(10) + seconds(1));
    expect(policy.current()).toMatchObject({ settings: strictestOver(base), version: 1, state: "expired" });
    expect(policy.current().settings["breakGlass.allowed"]).toBe(false);
    expect(states).toEqual(["in-force", "expired"]);
    expect(records.at(-1)).toEqual({ kind: "policy.expired", body: { version: 1 } });
    expect((await open()).current().state).toBe("expired");
    await policy.accept(head((await desk.sign({ version: 2 })).jws));
    expect(policy.current()).toMatchObject({ settings: PRODUCTION_SETTINGS, state: "in-force" });
  });
});

describe("what is refused, and leaves the last good policy in force", () => {
  const cases: readonly (readonly [string, string, () => Promise<string>])[] = [
    ["an older one", "policy-older", async () => (await desk.sign({ version: 4 })).jws],
    ["another one of the same version", "policy-forked", async () => (await desk.sign({ version: 5, note: "!" })).jws],
    ["one of a foreign root", "certificate-untrusted", async () => (await stranger.sign({ version: 6 })).jws],
    [
      "one of another site under this root",
      "policy-site",
      async () => (await signPolicy(desk.document({ version: 6, site: "st-else" }), desk.issuer)).jws,
    ],
    [
      "one by a key for something else",
      "certificate-usage",
      async () => (await signPolicy(desk.document({ version: 6 }), desk.wrongUsage)).jws,
    ],
    [
      "one that expired",
      "policy-expired",
      async () => (await desk.sign({ version: 6, issuedAt: NOW - hours(3), expiresAt: NOW - 1 })).jws,
    ],
    [
      "one of tomorrow",
      "policy-not-yet-valid",
      async () => (await desk.sign({ version: 6, issuedAt: NOW + days(1) })).jws,
    ],
    [
      "one that was changed",
      "policy-signature",
      async () => {
        const [header, payload, signature] = (await desk.sign({ version: 6 })).jws.split(".");
        const text = Buffer.from(payload ?? "", "base64url")
          .toString("utf8")
          .replace('"version":6', '"version":7');
        return `${header}.${Buffer.from(text).toString("base64url")}.${signature}`;
      },
    ],
    ["no policy at all", "policy-malformed", async () => "not.a.policy"],
    ["one larger than allowed", "policy-malformed", async () => `${"a".repeat(70_000)}.a.a`],
  ];
  it.each(cases)("%s: %s", async (_what, code, make) => {
    const policy = await open();
    const { jws, digest } = await desk.sign({ version: 5 });
    await policy.accept(head(jws));
    records.length = 0;
    const wrong = head(await make());
    expect(await policy.accept(wrong)).toEqual({ ok: false, code });
    expect(await policy.accept(wrong)).toEqual({ ok: false, code });
    expect(policy.reference()).toEqual({ version: 5, digest });
    // Told once, however often the broker repeats it.
    expect(records.map(({ kind }) => kind)).toEqual(["policy.refused"]);
  });

  it("a candidate that is refused gives way to the stable one", async () => {
    const policy = await open();
    const { jws } = await desk.sign({ version: 5 });
    const candidate = { policy: (await stranger.sign({ version: 6 })).jws, percent: 100, salt: "s" };
    expect(await policy.accept({ stable: jws, candidate })).toEqual({ ok: true, version: 5, changed: true });
  });

  it("one that the disk does not take: not in force, and taken when there is room", async () => {
    const policy = await open();
    const { jws } = await desk.sign();
    files.full = true;
    expect(await policy.accept(head(jws))).toEqual({ ok: false, code: "policy-not-kept" });
    expect(policy.current().state).toBe("none");
    files.full = false;
    expect(await policy.accept(head(jws))).toEqual({ ok: true, version: 1, changed: true });
  });
});

describe("files that were exchanged", () => {
  const kept = async () => {
    const policy = await open();
    await policy.accept(head((await desk.sign({ version: 1 })).jws));
    const old = files.snapshot();
    const { digest } = await desk.sign({ version: 2 });
    await policy.accept(head((await desk.sign({ version: 2 })).jws));
    records.length = 0;
    return { old, journalled: { version: 2, digest } };
  };

  it("an old policy is found out by the mark", async () => {
    const { old } = await kept();
    files.kept = old.kept;
    expect((await open()).current()).toMatchObject({ settings: STRICTEST, state: "none" });
    expect(records).toEqual([{ kind: "policy.refused", body: { reason: "policy-rolled-back", version: 1 } }]);
  });

  it("an old policy with its old mark is found out by the journal", async () => {
    const { old, journalled } = await kept();
    files.restore(old);
    expect((await open({ journalled })).current().state).toBe("none");
  });

  it("the right policy comes back with the fleet's next word", async () => {
    const { old, journalled } = await kept();
    files.restore(old);
    const policy = await open({ journalled });
    expect(await policy.accept(head((await desk.sign({ version: 1 })).jws))).toEqual({
      ok: false,
      code: "policy-older",
    });
    expect((await policy.accept(head((await desk.sign({ version: 3 })).jws))).ok).toBe(true);
  });
});

describe("a profile under a policy", () => {
  it("follows it live, and never gives up what the profile demands", async () => {
    const policy = await open({ floor: "demo" });
    const demo = liveProfile(PROFILES.demo, policy);
    const production = liveProfile(PROFILES.production, policy);
    expect([demo.livenessEnforced, demo.pageCamera]).toEqual([false, "accepted-unattested"]);
    const lax = { ...DEMO_SETTINGS, "idle.lockSeconds": 120, "presence.leaveSeconds": 5 };
    await policy.accept(head((await desk.sign({ base: lax })).jws));
    expect([demo.session.idleAfter, demo.session.leavingCountdown]).toEqual([seconds(120), seconds(5)]);
    expect([production.livenessEnforced, production.pageCamera]).toEqual([true, "refused"]);
    await policy.accept(head((await desk.sign({ version: 2 })).jws));
    expect([demo.livenessEnforced, demo.pageCamera, demo.session.idleAfter]).toEqual([true, "refused", seconds(900)]);
  });
});
