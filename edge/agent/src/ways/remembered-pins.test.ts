import { days, hours, seconds } from "@wardkey/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import { SimulatedTime } from "../testing/simulated-time.js";
import type { Judged } from "./index.js";
import { createJudgeHere } from "./judge-here.js";
import { RememberedPins } from "./remembered-pins.js";

const BADGE = { way: "badge", badge: { kind: "desfire", uid: "04a1b2c3d4e5f6" }, pin: "402913" } as const;
const CARLA = { staffId: "carla", displayName: "Carla", role: "nurse", way: "badge", weak: false } as const;
const AWAY: Judged = { ok: false, code: "way-unreachable", retryAfter: null };
const WRONG: Judged = { ok: false, code: "way-wrong", retryAfter: null };
const YES: Judged = { ok: true, who: CARLA };

let time: SimulatedTime;
let disk: Uint8Array | null;
let denied: ReadonlySet<string>;
let full: boolean;
let answer: Judged;
beforeEach(() => {
  time = new SimulatedTime();
  disk = null;
  denied = new Set();
  full = false;
  answer = YES;
});

/** The cost of a guess is not what these tests are about. */
const remembered = () =>
  RememberedPins.open({
    ...{ at: () => time.now(), denied: () => denied, log: () => {}, cost: { N: 2, r: 1, p: 1 } },
    file: {
      read: async () => disk,
      write: async (bytes) => {
        if (full) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
        disk = bytes;
      },
      remove: async () => {
        disk = null;
      },
    },
  });

/** A judge whose fleet answers as `answer` says, after a restart. */
async function asked(request: Parameters<ReturnType<typeof createJudgeHere>["judge"]>[0] = BADGE): Promise<Judged> {
  const known = await remembered();
  const judged = await createJudgeHere({ judge: async () => answer }, known).judge(
    request,
    new AbortController().signal,
  );
  // Whatever is remembered of it is behind this.
  await known.refused({ ...BADGE, badge: { ...BADGE.badge, uid: "00000000" } });
  return judged;
}
async function away(request: typeof BADGE | object = {}): Promise<Judged> {
  answer = AWAY;
  return asked({ ...BADGE, ...request });
}

describe("a phone and its PIN while the fleet is away", () => {
  it("open for whom the phone proved to be its owner, and for nobody else", async () => {
    const phone = { way: "phone", staffId: "carla", epoch: 1, pin: "402913" } as const;
    const yes: Judged = { ok: true, who: { ...CARLA, way: "phone" } };
    answer = yes;
    await asked(phone);
    answer = AWAY;
    expect(await asked(phone)).toEqual(yes);
    expect(await asked({ ...phone, pin: "402914" })).toEqual(AWAY);
    expect(await asked({ ...phone, staffId: "bo" })).toEqual(AWAY);
    expect(await asked(BADGE)).toEqual(AWAY);
  });
});

describe("a badge and its PIN while the fleet is away", () => {
  it("open where the fleet said yes to them before, also after a restart", async () => {
    expect(await away()).toEqual(AWAY);
    answer = YES;
    expect(await asked()).toEqual(YES);
    expect(await away()).toEqual(YES);
    expect(await away()).toEqual(YES);
  });

  it.each<[string, object]>([
    ["another PIN", { pin: "402914" }],
    ["another badge", { badge: { kind: "desfire", uid: "04a1b2c3d4e5f7" } }],
    ["a badge of another kind with that number", { badge: { kind: "uid-only", uid: "04a1b2c3d4e5f6" } }],
  ])("do not open with %s", async (_what, other) => {
    await asked();
    expect(await away(other)).toEqual(AWAY);
  });

  it("stop counting after three days, after the person was cut off, and when the clock is set back", async () => {
    await asked();
    await time.advance(hours(71));
    expect(await away()).toEqual(YES);
    denied = new Set(["carla"]);
    expect(await away()).toEqual(AWAY);
    denied = new Set();
    time.setWall(time.now() - days(5));
    expect(await away()).toEqual(AWAY);
    time.setWall(time.now() + days(5) + hours(2));
    expect(await away()).toEqual(AWAY);
  });

  it("are forgotten after five wrong PINs, whatever restarts in between", async () => {
    await asked();
    for (let guess = 0; guess < 4; guess += 1) expect(await away({ pin: `00000${guess}` })).toEqual(AWAY);
    expect(await away()).toEqual(YES);
    for (let guess = 0; guess < 5; guess += 1) await away({ pin: `00000${guess}` });
    expect(await away()).toEqual(AWAY);
  });

  it("are judged by nobody when the guess cannot be paid for", async () => {
    await asked();
    full = true;
    expect(await away()).toEqual(AWAY);
  });

  it("are forgotten when the fleet says no to what was right here", async () => {
    await asked();
    answer = WRONG;
    expect(await asked()).toEqual(WRONG);
    expect(await away()).toEqual(AWAY);
  });

  it("stay known when the fleet says no to a wrong PIN", async () => {
    await asked();
    answer = WRONG;
    await asked({ ...BADGE, pin: "402914" });
    expect(await away()).toEqual(YES);
  });

  it("are not remembered when the badge says a number alone, nor is a code", async () => {
    answer = { ok: true, who: { ...CARLA, weak: true } };
    await asked();
    expect([await away(), disk]).toEqual([AWAY, null]);
    expect(await asked({ way: "code", code: "7QK4-MZ93-TB0V" })).toEqual(AWAY);
  });

  it("are known to no reader of what is kept", async () => {
    await asked();
    const text = Buffer.from(disk ?? []).toString("utf8");
    expect([text.includes(BADGE.badge.uid), text.includes(BADGE.pin), text.includes("carla")]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("change nothing while the fleet has its own reason", async () => {
    await asked();
    answer = { ok: false, code: "way-locked", retryAfter: seconds(30) };
    expect(await asked()).toEqual(answer);
  });

  it("write nothing after the agent stopped, though a hash was under way", async () => {
    const known = await remembered();
    const work = known.remember(BADGE, CARLA);
    await known.stop();
    await expect(work).rejects.toMatchObject({ code: "stopped" });
    expect(disk).toBe(null);
  });
});
