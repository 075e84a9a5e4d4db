import { describe, expect, it } from "vitest";
import { assemble, disassemble } from "./checkout.js";
import { diff, diffAt, explain } from "./diff.js";
import { type PolicyContent, parseContent, parsePolicy } from "./document.js";
import { lint } from "./lint.js";
import { maskedRateInForce } from "./operating-point.js";
import { groupsOf } from "./resolve.js";
import { inRing, ringPlace } from "./ring.js";
import { PRODUCTION_SETTINGS, type Settings } from "./settings.js";
import { contentOf } from "./test-support/arbitrary.js";

const base = (bend: Partial<Settings>): PolicyContent => contentOf({ base: { ...PRODUCTION_SETTINGS, ...bend } });
const told = (content: PolicyContent, devices = [] as Parameters<typeof lint>[1]) =>
  lint(content, devices).map(({ severity, code, path }) => `${severity} ${code} ${path}`);
const bed7 = { device: "bed-7", kind: "kiosk", ward: "ICU", tags: ["night"] } as const;
const facts = { ...bed7, tags: [...bed7.tags] };

describe("lint", () => {
  it("finds nothing in the policy that a site starts with", () => {
    expect(lint(contentOf())).toEqual([]);
  });

  it.each<[string, Partial<Settings>, string]>([
    [
      "a line to leave inside the line to come",
      { "presence.leaveMetres": 2 },
      "error policy-contradictory base/presence.leaveMetres",
    ],
    [
      "liveness on pictures of nobody's camera",
      { "camera.attested": false },
      "error policy-contradictory base/liveness.mode",
    ],
    ["a challenge without liveness", { "liveness.mode": "off" }, "error policy-contradictory base/liveness.challenge"],
    [
      "a laxer aim",
      { "matching.falseMatchRate.maskedTarget": 1e-2 },
      "error policy-contradictory base/matching.falseMatchRate.maskedTarget",
    ],
    [
      "masked people sent to a badge that does not exist",
      {
        "matching.falseMatchRate.masked": "badge-and-pin",
        "ways.withoutFace": ["one-time-code"],
        "risk.high": "confirm-on-phone",
      },
      "error policy-contradictory base/matching.falseMatchRate.masked",
    ],
    ["a milder answer to a higher risk", { "risk.high": "nothing" }, "error policy-contradictory base/risk.high"],
    [
      "more for one kiosk than for all",
      { "quota.perKioskHour": 60, "quota.allHour": 20 },
      "error policy-contradictory base/quota.perKioskHour",
    ],
    ["break-glass for no time", { "breakGlass.minutes": 0 }, "error policy-contradictory base/breakGlass.operations"],
    [
      "forbidden break-glass with operations",
      { "breakGlass.allowed": false },
      "error policy-contradictory base/breakGlass.operations",
    ],
    [
      "a veil before anybody is idle",
      { "idle.lockSeconds": 60, "veil.seconds": 60 },
      "error policy-contradictory base/veil.seconds",
    ],
    [
      "a procedure without a veil",
      { "veil.mode": "off", "veil.procedureMinutes": 5 },
      "error policy-contradictory base/veil.procedureMinutes",
    ],
    [
      "quiet hours of no length",
      { "nudge.quietHours": [{ from: "22:00", to: "22:00" }] },
      "error policy-contradictory base/nudge.quietHours",
    ],
    ["an hour at a shared screen", { "idle.lockSeconds": 3_600 }, "error policy-over-broad base/idle.lockSeconds"],
    [
      "everything open for two hours",
      {
        "breakGlass.minutes": 120,
        "breakGlass.operations": ["unlock-workstation", "unlock-medical-device", "open-dispenser"],
      },
      "error policy-over-broad base/breakGlass.operations",
    ],
    [
      "no way without a face",
      { "ways.withoutFace": [], "risk.high": "refuse" },
      "error policy-no-way-without-face base/ways.withoutFace",
    ],
  ])("finds %s", (_what, bend, finding) => {
    expect(told(base(bend))).toEqual([finding]);
  });

  it("finds what two layers only contradict together, and blames the one that says it last", () => {
    const content = contentOf({
      groups: { icu: { wards: ["ICU"] }, nights: { tags: ["night"] } },
      layers: [
        { group: "icu", settings: { "presence.nearMetres": 1, "presence.leaveMetres": 2 } },
        { group: "nights", settings: { "presence.nearMetres": 1.8 } },
      ],
    });
    expect(told(content)).toEqual(["error policy-contradictory layers[0]/presence.leaveMetres"]);
  });

  it("finds layers that nobody hears, groups without conditions, and groups that are not there", () => {
    const content = contentOf({
      groups: {
        icu: { wards: ["ICU"] },
        "icu-beds": { wards: ["ICU"], kinds: ["kiosk"] },
        all: {},
        spare: { wards: ["Lab"] },
      },
      layers: [
        { group: "icu-beds", settings: { "idle.stays": 1 } },
        { group: "icu", settings: { "idle.stays": 0 } },
        { group: "gone", settings: { "idle.stays": 0 } },
        { group: "all", settings: {} },
        { group: "icu", settings: { "idle.stays": 3 } },
      ],
    });
    expect(told(content).sort()).toEqual([
      "error policy-over-broad groups/all",
      "error policy-repeated-layer layers[4]",
      "error policy-unknown-group layers[2]",
      "warning policy-empty-layer layers[3]",
      "warning policy-shadowed-layer layers[0]",
      "warning policy-shadowed-layer layers[1]",
      "warning policy-unused-group groups/spare",
    ]);
  });

  it("compares with the devices of the site", () => {
    const content = contentOf({
      groups: { labs: { wards: ["Lab"], tags: ["wet"] } },
      layers: [{ group: "labs", settings: { "idle.stays": 1 } }],
      devices: [{ device: "bed-9", settings: { "idle.stays": 1 } }],
    });
    expect(told(content, [facts])).toEqual([
      "warning policy-unused-group groups/labs",
      "warning policy-unknown-device devices.bed-9",
      "warning policy-unknown-ward groups/labs/wards",
      "warning policy-unknown-tag groups/labs/tags",
    ]);
  });

  it("refuses what is too long, lasts too long, or ends before it begins", () => {
    const signed = { ...contentOf(), version: 1, issuedAt: 0 };
    const ending = (expiresAt: number) => lint({ ...signed, expiresAt }).map(({ code }) => code);
    expect([ending(365 * 86_400_000), ending(366 * 86_400_000), ending(0)]).toEqual([
      [],
      ["policy-over-broad"],
      ["policy-contradictory"],
    ]);
    const devices = Array.from({ length: 512 }, (_, n) => ({
      device: `bed-${n}`,
      settings: { "idle.stays": 1, "lease.hours": 12, "veil.seconds": 20 },
    }));
    expect(told(contentOf({ devices }))).toContain("error policy-too-large document");
  });
});

describe("the form", () => {
  it.each<[string, unknown]>([
    ["nothing", null],
    ["a setting out of bounds", { ...contentOf(), base: { ...PRODUCTION_SETTINGS, "lease.hours": 73 } }],
    ["an unknown setting", { ...contentOf(), base: { ...PRODUCTION_SETTINGS, "lease.days": 1 } }],
    ["a missing setting", { ...contentOf(), base: {} }],
    ["an unknown member", { ...contentOf(), extra: 1 }],
    ["a rate that nobody measures", base({ "matching.falseMatchRate.bare": 0.5 as 1e-3 })],
    ["a layer that unsets", { ...contentOf(), devices: [{ device: "bed-7", settings: { "idle.stays": undefined } }] }],
    ["a device id that is no id", { ...contentOf(), devices: [{ device: "../x", settings: {} }] }],
    ["a group called __proto__", JSON.parse('{"v":1,"groups":{"__proto__":{}}}')],
  ])("refuses %s", (_what, value) => {
    expect(parseContent(value).ok).toBe(false);
  });

  it("says where it is wrong, never what was there", () => {
    const wrong = {
      ...contentOf(),
      version: 1,
      issuedAt: 0,
      expiresAt: 1,
      base: { ...PRODUCTION_SETTINGS, "lease.hours": "CANARY" },
    };
    const parsed = parsePolicy(wrong);
    expect(parsed).toMatchObject({ ok: false, findings: [{ code: "policy-malformed", path: "base/lease.hours" }] });
    expect(JSON.stringify(parsed)).not.toContain("CANARY");
  });
});

const layered = contentOf({
  groups: { icu: { wards: ["ICU"] }, nights: { tags: ["night"] } },
  layers: [
    { group: "icu", settings: { "idle.lockSeconds": 60, "idle.stays": 1 } },
    { group: "nights", settings: { "idle.stays": 0 } },
  ],
  devices: [{ device: "bed-7", settings: { "lease.hours": 12 } }],
});

describe("explaining", () => {
  it("says of every setting who said it", () => {
    expect(groupsOf(layered, facts)).toEqual(["icu", "nights"]);
    const lines = explain(layered, facts);
    expect(lines).toHaveLength(Object.keys(PRODUCTION_SETTINGS).length);
    expect(lines.filter(({ from }) => from !== "base")).toEqual([
      { setting: "idle.lockSeconds", value: 60, from: "layers[0]", group: "icu" },
      { setting: "idle.stays", value: 0, from: "layers[1]", group: "nights" },
      { setting: "lease.hours", value: 12, from: "devices.bed-7", group: null },
    ]);
  });

  it("tells two documents apart, place by place and at one device", () => {
    const next = {
      ...layered,
      base: { ...layered.base, "consent.mode": "B" as const },
      layers: [...layered.layers].reverse(),
      devices: [],
    };
    expect(diff(layered, next)).toEqual([
      { path: "base", setting: "consent.mode", from: "A", to: "B", direction: "stronger" },
      { path: "layers", setting: null, from: ["icu", "nights"], to: ["nights", "icu"], direction: null },
      { path: "devices/bed-7", setting: "lease.hours", from: 12, to: undefined, direction: null },
    ]);
    expect(diffAt(layered, next, facts).map(({ setting, direction }) => [setting, direction])).toEqual([
      ["consent.mode", "stronger"],
      ["idle.stays", "weaker"],
      ["lease.hours", "weaker"],
    ]);
  });
});

describe("a git checkout", () => {
  it("and a document are the same thing in two forms", () => {
    expect(assemble(disassemble(layered))).toEqual({ ok: true, content: layered });
    expect([...disassemble(layered).keys()]).toEqual([
      "base.json",
      "groups/icu.json",
      "groups/nights.json",
      "devices/bed-7.json",
    ]);
  });

  it.each<[string, Record<string, string>, string]>([
    ["no base", { "groups/icu.json": '{"order":1,"match":{},"settings":{}}' }, "base.json"],
    ["a file that is no JSON", { "base.json": "{" }, "base.json"],
    ["a file that belongs nowhere", { "wards/icu.json": "{}" }, "wards/icu.json"],
    ["a path that climbs", { "groups/../../etc.json": "{}" }, "groups/../../etc.json"],
    [
      "a wrong setting",
      { "devices/bed-7.json": '{"settings":{"idle.stays":99}}' },
      "devices/bed-7.json#settings/idle.stays",
    ],
  ])("with %s is refused, and the file named", (_what, files, path) => {
    const all = new Map([...disassemble(contentOf()), ...Object.entries(files)]);
    if (_what === "no base") all.delete("base.json");
    const assembled = assemble(all);
    expect(assembled.ok ? [] : assembled.findings.map((finding) => finding.path)).toEqual([path]);
  });
});

describe("rings", () => {
  it("grow: who is in at one percent is in at every larger one", () => {
    const ids = Array.from({ length: 5_000 }, (_, n) => `bed-${n}`);
    for (const id of ids) {
      const place = ringPlace(id, "salt");
      for (const percent of [0, 1, 10, 50, 99, 100]) expect(inRing(id, "salt", percent)).toBe(place < percent);
    }
    const inside = (percent: number): number => ids.filter((id) => inRing(id, "salt", percent)).length;
    expect([inside(0), inside(100)]).toEqual([0, 5_000]);
    // Three standard deviations of a binomial draw.
    expect(Math.abs(inside(1) - 50)).toBeLessThan(22);
    expect(Math.abs(inside(10) - 500)).toBeLessThan(64);
  });

  it("are the same everywhere, and others under another salt", () => {
    expect(["bed-7", "bed-8", "analyser-1"].map((id) => ringPlace(id, "2026-11"))).toEqual([6.43, 47.78, 20.21]);
    const ids = Array.from({ length: 1_000 }, (_, n) => `bed-${n}`);
    const both = ids.filter((id) => inRing(id, "a", 10) && inRing(id, "b", 10)).length;
    expect(both).toBeLessThan(30);
  });
});

describe("the rate for masked faces", () => {
  it.each([
    ["the target once it costs little enough", [{ falseMatchRate: 9e-5, falseNonMatchRate: 0.05 }], 1e-4],
    [
      "the rate until then",
      [
        { falseMatchRate: 9e-5, falseNonMatchRate: 0.06 },
        { falseMatchRate: 9e-4, falseNonMatchRate: 0.3 },
      ],
      1e-3,
    ],
    ["badge and PIN where nothing was measured", [{ falseMatchRate: 2e-3, falseNonMatchRate: 0.01 }], "badge-and-pin"],
  ] as const)("is %s", (_what, measured, rate) => {
    expect(maskedRateInForce(PRODUCTION_SETTINGS, measured)).toBe(rate);
  });
});
