import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Asset, Link } from "./asset.js";
import { deviceAsset, RiskPicture, type Settled } from "./risk-picture.js";
import { FLEET_SOURCE, type SeenEvent } from "./seen-event.js";

const NOW = Date.UTC(2026, 10, 23, 9);
const MINUTE = 60_000;
const WARDS: Readonly<Record<string, string>> = { "bed-7": "3B", "bed-8": "3B", "lab-1": "Lab" };
const device = (id: string, more: Partial<Asset> = {}): Asset => ({
  ...{ id: deviceAsset(id), kind: "device", name: id, zone: WARDS[id] ?? null, impact: 0.4, exposure: 0.02 },
  ...more,
});
const DRAWN: readonly Asset[] = [
  device("bed-7"),
  device("bed-8"),
  device("lab-1"),
  { id: "service:fleet", kind: "service", name: "Fleet", zone: null, impact: 0.6, exposure: 0 },
  { id: "person:anna", kind: "person", name: "anna", zone: null, impact: 0.1, exposure: 0 },
];
let picture: RiskPicture;
let now: number;
function pictureOf(links: readonly Link[] = []): RiskPicture {
  let ids = 0;
  const made = new RiskPicture({
    newId: () => {
      ids += 1;
      return `00000000-0000-7000-8000-${String(ids).padStart(12, "0")}`;
    },
    wardOf: (id) => WARDS[id] ?? null,
  });
  made.redraw({ assets: new Map(DRAWN.map((each) => [each.id, each])), links }, NOW);
  made.settle(NOW);
  return made;
}
beforeEach(() => {
  now = NOW;
  picture = pictureOf();
});
const event = (kind: string, body: SeenEvent["body"], at = now, source = "bed-7"): SeenEvent => ({
  source,
  kind,
  at,
  body,
});
const see = (...events: readonly SeenEvent[]): Settled => {
  for (const each of events) picture.see(each, now);
  return picture.settle(now);
};
const refused = (reason: string, count: number, apart = 1_000): SeenEvent[] =>
  Array.from({ length: count }, (_, index) => event("tap.refused", { reason }, now - index * apart));
const unlocked = (staffId: string, source: string, at: number): SeenEvent =>
  event("session.unlocked", { staffId, session: "s" }, at, source);

describe("a detector notices", () => {
  const noticed: readonly [string, () => readonly SeenEvent[], string, string | null][] = [
    ["a burst of refusals", () => refused("no-match", 6), "refusal-burst", "bed-7"],
    [
      "guesses at badges",
      () =>
        Array.from({ length: 6 }, () =>
          event("identify.refused", { kiosk: "bed-8", reason: "wrong" }, now, FLEET_SOURCE),
        ),
      "refusal-burst",
      "bed-8",
    ],
    ["pictures held before a camera", () => refused("not-live", 3), "presentation-attack", "bed-7"],
    [
      "frames put into a camera",
      () => [event("camera.lost", { reason: "camera-injected" })],
      "presentation-attack",
      "bed-7",
    ],
    [
      "a badge of somebody who left",
      () => [event("identify.refused", { kiosk: "bed-8", reason: "standing", staffId: "anna" }, now, FLEET_SOURCE)],
      "revoked-credential",
      "bed-8",
    ],
    [
      "a denied certificate",
      () => [event("broker.refused", { device: "lab-1", code: "certificate-denied", count: 1 }, now, FLEET_SOURCE)],
      "certificate-misuse",
      "lab-1",
    ],
    [
      "a kiosk that a phone refused",
      () => [event("security.alert", { reason: "reader-denied", kiosk: "bed-8", staffId: "anna" })],
      "certificate-misuse",
      "bed-8",
    ],
    ["a journal of the future", () => [event("agent.started", {}, now + 10 * MINUTE)], "clock-tampering", "bed-7"],
    [
      "a clock that was set back",
      () => [event("agent.started", {}, now - MINUTE), event("agent.stopped", {}, now - 20 * MINUTE)],
      "clock-tampering",
      "bed-7",
    ],
    ["a policy that expired at a kiosk", () => [event("policy.expired", { version: 3 })], "policy-lag", "bed-7"],
    ["a policy put back", () => [event("security.alert", { reason: "policy-rolled-back" })], "policy-lag", "bed-7"],
    [
      "a rewritten journal",
      () => [event("audit.alarm", { device: "bed-8", code: "journal-fork", seq: 7 }, now, FLEET_SOURCE)],
      "journal-tampering",
      "bed-8",
    ],
    [
      "guesses at an administrator's sign-in",
      () => Array.from({ length: 8 }, () => event("admin.sign-in-refused", { code: "x" }, now, FLEET_SOURCE)),
      "sign-in-burst",
      null,
    ],
    [
      "one person in two wards",
      () => [unlocked("anna", "bed-7", now - 12_000), unlocked("anna", "lab-1", now)],
      "impossible-travel",
      "lab-1",
    ],
  ];
  it.each(noticed)("%s", (_what, events, detector, about) => {
    expect(see(...events()).fresh.map((each) => [each.detector, each.device])).toEqual(
      expect.arrayContaining([[detector, about]]),
    );
  });

  it("nothing in an ordinary day", () => {
    const day = [
      ...refused("no-face", 20),
      ...refused("phone-lost", 20),
      ...refused("no-match", 5),
      ...refused("not-live", 2),
      unlocked("anna", "bed-7", now - 5 * MINUTE),
      unlocked("anna", "bed-8", now - 4 * MINUTE),
      unlocked("anna", "lab-1", now),
      ...Array.from({ length: 8 }, (_, index) =>
        event("admin.sign-in-refused", { code: "x" }, now - index * MINUTE, FLEET_SOURCE),
      ),
    ].sort((a, b) => a.at - b.at);
    expect(see(...day).fresh).toEqual([]);
  });

  it("in whatever order kiosks tell of it", () => {
    const at = (source: string, events: readonly SeenEvent[]): readonly SeenEvent[] =>
      events.map((each) => ({ ...each, source })).sort((a, b) => a.at - b.at);
    // Each kiosk tells in its own order; whose turn it is, is anybody's guess.
    const told = [
      at("bed-7", [...refused("no-match", 7, 20_000), unlocked("anna", "bed-7", now - 12_000)]),
      at("bed-8", [...refused("not-live", 3, 30_000), event("policy.expired", { version: 3 })]),
      at("lab-1", [...refused("not-live", 5, 200_000), unlocked("anna", "lab-1", now)]),
    ];
    const tell = (turns: readonly number[]) => {
      picture = pictureOf();
      const left = told.map((events) => [...events]);
      const inTurn = turns.flatMap((turn) => left[turn]?.shift() ?? []);
      see(...inTurn, ...left.flat());
      return picture.detections
        .active()
        .map(({ detector, device: about, strength, until }) => [detector, about, strength, until])
        .sort((a, b) => String(a).localeCompare(String(b)));
    };
    const inOrder = tell([]);
    expect(inOrder.map(([detector, about]) => [detector, about])).toEqual([
      ["impossible-travel", "lab-1"],
      ["policy-lag", "bed-8"],
      ["presentation-attack", "bed-8"],
      ["presentation-attack", "lab-1"],
      ["refusal-burst", "bed-7"],
    ]);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 }), { maxLength: 25 }), (turns) => {
        expect(tell(turns)).toEqual(inOrder);
      }),
      { numRuns: 100 },
    );
  });
  it("what a clock that is a year ahead tells, for no longer than what happens now", () => {
    const year = 365 * 24 * 60 * MINUTE;
    see(...refused("not-live", 3).map((each) => ({ ...each, at: each.at + year })));
    const ends = picture.detections.active().map(({ detector, lastAt, until }) => [detector, lastAt, until - now]);
    expect(ends.sort()).toEqual([
      ["clock-tampering", now, 120 * MINUTE],
      ["presentation-attack", now, 60 * MINUTE],
    ]);
    now += 121 * MINUTE;
    see();
    expect(picture.detections.active()).toEqual([]);
  });
  it("what really happens after a clock that was ahead had told of more than is kept", () => {
    const ahead = now + 24 * 60 * MINUTE;
    see(...Array.from({ length: 40 }, () => event("tap.refused", { reason: "no-match" }, ahead)));
    see(...Array.from({ length: 10 }, () => unlocked("anna", "bed-7", ahead)));
    now += 6 * 60 * MINUTE;
    expect(see().over.length).toBeGreaterThan(0);
    const { fresh } = see(...refused("no-match", 6), unlocked("anna", "bed-7", now), unlocked("anna", "lab-1", now));
    expect(fresh.map(({ detector }) => detector)).toEqual(
      expect.arrayContaining(["refusal-burst", "impossible-travel"]),
    );
  });
  it("nothing that was over before it was told", () => {
    expect(see(event("policy.expired", { version: 3 }, now - 7 * 60 * MINUTE)).fresh).toEqual([]);
  });
});

describe("a device's level", () => {
  it("is raised for a reason, until a time, and let go again by itself", () => {
    expect(see(...refused("no-match", 6)).stated).toEqual([]);
    expect(see(...refused("not-live", 4)).stated).toEqual([
      {
        ...{ device: "bed-7", level: "raised", reasons: ["presentation-attack", "refusal-burst"] },
        ...{ until: now + 60 * MINUTE, score: expect.closeTo(0.46, 1) },
      },
    ]);
    now += 45 * MINUTE;
    expect(see().stated.map(({ level, reasons }) => [level, reasons])).toEqual([["raised", ["presentation-attack"]]]);
    now += 20 * MINUTE;
    const after = see();
    expect(after.over.map(({ detector }) => detector)).toEqual(["presentation-attack"]);
    expect(after.stated).toEqual([{ device: "bed-7", level: "normal", reasons: [], until: null, score: 0 }]);
    expect(see().stated).toEqual([]);
  });

  it("is high where more can be reached from the device", () => {
    const data: Asset = { id: "data:records", kind: "data", name: "Records", zone: null, impact: 1, exposure: 0 };
    const assets = new Map([...DRAWN, data].map((each) => [each.id, each]));
    see(event("camera.lost", { reason: "camera-injected" }));
    const alone = picture.statedOf("bed-7");
    picture.redraw({ assets, links: [{ from: "device:bed-7", to: "data:records", relation: "holds" }] }, now);
    picture.settle(now);
    const [before, after] = [alone?.score ?? 0, picture.model.riskOf("device:bed-7")?.score ?? 0];
    expect([before < after, picture.model.riskOf("device:bed-7")?.level]).toEqual([true, "high"]);
  });

  it("follows an attack to a weak neighbour, and says where it came from", () => {
    picture = pictureOf([{ from: "device:bed-7", to: "device:bed-8", relation: "sends-to" }]);
    picture.model.weaken("device:bed-8", [{ cve: "CVE-2026-1", cvss: 10, epss: 1 }]);
    const { stated } = see(event("audit.alarm", { device: "bed-7", code: "journal-fork", seq: 1 }, now, FLEET_SOURCE));
    expect(stated.map((each) => [each.device, each.level, each.reasons])).toEqual([
      ["bed-7", "high", ["journal-tampering"]],
      ["bed-8", "raised", ["journal-tampering"]],
    ]);
  });

  it("is raised by no list of vulnerabilities, however long", () => {
    for (const id of ["bed-7", "bed-8", "lab-1"]) {
      picture.model.weaken(
        deviceAsset(id),
        Array.from({ length: 50 }, (_, index) => ({ cve: `CVE-2026-${index}`, cvss: 10, epss: 1 })),
      );
    }
    expect(see().stated).toEqual([]);
  });

  it("is let go when somebody says that it was a false alarm", () => {
    const { fresh } = see(...refused("not-live", 4));
    const dismissed = { by: "admin-1", at: now, reason: "false-alarm" } as const;
    expect(picture.dismiss(fresh[0]?.id ?? "", dismissed)?.dismissed).toEqual(dismissed);
    expect(see().stated.map(({ device: id, level }) => [id, level])).toEqual([["bed-7", "normal"]]);
    expect(picture.dismiss(fresh[0]?.id ?? "", dismissed)).toBeNull();
  });

  it("never falls when one more thing is seen", () => {
    const Kind = fc.constantFrom<readonly SeenEvent[]>(
      refused("not-live", 1),
      refused("no-match", 2),
      [event("policy.expired", { version: 1 }, NOW)],
      [event("camera.lost", { reason: "camera-injected" }, NOW)],
    );
    fc.assert(
      fc.property(fc.array(Kind, { maxLength: 12 }), (story) => {
        picture = pictureOf();
        let before = 0;
        for (const events of story) {
          see(...events);
          const score = picture.model.riskOf("device:bed-7")?.score ?? 0;
          expect(score).toBeGreaterThanOrEqual(before);
          before = score;
        }
      }),
      { numRuns: 60 },
    );
  });
});
