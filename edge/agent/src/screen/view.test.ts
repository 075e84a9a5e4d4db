import { instant, minutes } from "@wardkey/protocol";
import { ScreenView } from "@wardkey/protocol/screen";
import { describe, expect, it } from "vitest";
import { type Mode, startSession } from "../session/index.js";
import { someServed } from "../testing/some-served.js";
import { buildView, paceOf } from "./index.js";

const served = someServed({ since: instant(1_000) });
const session = (mode: Mode) => ({ ...startSession({ now: instant(500) }), mode });
const view = (mode: Mode, more: Partial<Parameters<typeof buildView>[0]> = {}) =>
  buildView({
    device: { id: "kiosk-1", name: "Workstation 1", ward: "Ward 3" },
    profile: "demo",
    livenessEnforced: false,
    session: session(mode),
    face: { hint: "closer", liveness: 0.42 },
    challenge: null,
    cameraAttested: false,
    health: { phone: "ok", camera: "ok", fleet: "ok", journal: "ok" },
    enrolment: null,
    ways: { code: true, badge: "read", phone: "none", asking: false, waitUntil: null },
    breakGlass: null,
    frames: "fast",
    cues: { sound: "quiet", light: true },
    now: instant(10_000),
    monotonic: 300,
    ...more,
  });

const modes: [Mode, object][] = [
  [{ name: "locked" }, { state: "locked", why: "started", at: 500 }],
  [
    { name: "someone-near", evidence: 0.7 },
    { state: "someone-near", evidence: 0.7 },
  ],
  [
    { name: "identifying", phase: "tapping", attempt: 1, holder: { id: "anna" }, deadline: 900 },
    { state: "identifying", hint: "closer" },
  ],
  [
    { name: "identifying", phase: "proving", attempt: 1, holder: null, way: "code", deadline: 900 },
    { state: "identifying", hint: null },
  ],
  [
    { name: "unlocked", served, newcomer: null },
    { state: "unlocked", name: "Anna", since: 1_000, until: null },
  ],
  [
    { name: "unlocked", served: { ...served, holder: null, way: "code", endsAt: 3_300 }, newcomer: null },
    { state: "unlocked", name: "Anna", since: 1_000, until: 13_000 },
  ],
  [
    { name: "leaving", served, because: "walked-away", lockAt: 2_300 },
    { state: "leaving", name: "Anna", since: 1_000, lockAt: 12_000 },
  ],
  [
    { name: "refused", reason: "no-match", readUntil: 800, until: 1_300 },
    { state: "refused", reason: "no-match", until: 11_000 },
  ],
  [
    { name: "degraded", reason: "radio-unavailable" },
    { state: "degraded", reason: "radio-unavailable" },
  ],
];

describe("what the screen shows", () => {
  it.each(modes)("of $name: its deadlines in wall time, and nothing that names whose phone it was", (mode, shown) => {
    const built = view(mode);
    expect(built.session).toEqual(shown);
    expect(ScreenView.parse(built)).toEqual(built);
    if (mode.name !== "unlocked" && mode.name !== "leaving") expect(JSON.stringify(built)).not.toContain("anna");
  });
});

describe("how closely the camera is watched", () => {
  it.each([
    ["nobody is about", session({ name: "locked" }), false, "off"],
    [
      "somebody comes nearer",
      { ...session({ name: "locked" }), nearby: [{ holder: { id: "anna" }, near: false, evidence: 0.3, at: 0 }] },
      false,
      "slow",
    ],
    ["somebody is near", session({ name: "someone-near", evidence: 1 }), false, "fast"],
    [
      "somebody typed a code",
      session({ name: "identifying", phase: "proving", attempt: 1, holder: null, way: "code", deadline: 1 }),
      false,
      "slow",
    ],
    ["somebody is in", session({ name: "unlocked", served, newcomer: null }), false, "slow"],
    ["somebody is being enrolled", session({ name: "locked" }), true, "fast"],
    ["the camera has to come back", session({ name: "degraded", reason: "camera-unavailable" }), false, "slow"],
  ] as const)("when %s", (_when, state, enrolling, pace) => {
    expect(paceOf(state, enrolling)).toBe(pace);
  });
});

describe("the veil before a lock", () => {
  it("says what speaks for leaving, the three heaviest reasons", () => {
    const leaving: Mode = { name: "leaving", served, lockAt: 2_300, because: "walked-away" };
    const leavingBecause = ["phone-far", "face-gone", "input-gone", "phone-moving-off"] as const;
    expect(view(leaving, { leavingBecause }).session).toMatchObject({
      state: "leaving",
      because: ["phone-far", "face-gone", "input-gone"],
    });
  });
});

describe("a procedure", () => {
  const open: Mode = { name: "unlocked", served, newcomer: null };
  const away: Mode = { name: "unlocked", served: { ...served, elsewhere: { covered: true } }, newcomer: null };
  const emergency = { reason: "system-down" } as unknown as NonNullable<(typeof served)["emergency"]>;
  const allowed = { procedureAtMost: minutes(20) };

  it("is offered where the policy gives it time, and shown with its end in wall time", () => {
    expect(view(open, allowed).session).toMatchObject({ procedure: { minutes: 20, until: null } });
    const running = view(open, { ...allowed, deferred: 900_300 });
    expect(running.session).toMatchObject({ procedure: { minutes: 20, until: 910_000 } });
    expect(ScreenView.parse(running)).toEqual(running);
  });

  it.each<[string, Mode, Parameters<typeof view>[1]]>([
    ["where the policy gives it none", open, {}],
    ["at a kiosk whose person sits at another", away, allowed],
    ["in an emergency", { ...open, served: { ...served, emergency } }, allowed],
  ])("is not offered %s", (_where, mode, more) => {
    expect(view(mode, more).session).not.toHaveProperty("procedure");
  });
});
