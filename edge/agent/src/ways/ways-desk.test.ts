import { milliseconds, seconds } from "@wardkey/protocol";
import type { IdentifyRequest } from "@wardkey/protocol/fleet";
import { beforeEach, describe, expect, it } from "vitest";
import type { ProofEvidence, ProofPermit } from "../policy/index.js";
import type { AskProof, FacelessWay, ProofOutcome } from "../session/index.js";
import { SimulatedBadgeReader } from "../testing/simulated-badge-reader.js";
import { SimulatedTime } from "../testing/simulated-time.js";
import { type Judged, WaysDesk } from "./index.js";

const BADGE = { kind: "desfire", uid: "04a1b2c3d4e5f6" } as const;
const carla = (way: "badge" | "code", weak = false): Judged => ({
  ok: true,
  who: { staffId: "carla", displayName: "Carla", role: "nurse", way, weak },
});

let time: SimulatedTime;
let badges: SimulatedBadgeReader;
let asked: IdentifyRequest[];
let answer: Judged;
let open: Set<FacelessWay>;
let permit: (evidence: ProofEvidence) => ProofPermit;
let proven: unknown[];
let desk: WaysDesk;

/** A session that opens for whoever is proven. */
async function prove(way: FacelessWay, ask: AskProof): Promise<ProofOutcome> {
  const told = await ask(new AbortController().signal);
  proven.push(told.ok ? told.who : { way, code: told.code });
  return told.ok ? { ok: true } : told;
}

beforeEach(() => {
  time = new SimulatedTime();
  badges = new SimulatedBadgeReader();
  asked = [];
  answer = carla("code");
  open = new Set(["badge", "code"]);
  permit = () => ({ ok: true });
  proven = [];
  desk = new WaysDesk({
    clock: time,
    timers: time,
    judge: {
      judge: async (request) => {
        asked.push(request);
        return answer;
      },
    },
    badges,
    session: { prove },
    open: () => open,
    permit: (evidence) => permit(evidence),
    changed: () => {},
  });
  desk.start();
});

describe("the desk for ways without a face", () => {
  it("asks who has typed a code, whether the policy takes it, and lets the session open", async () => {
    const evidence: ProofEvidence[] = [];
    permit = (each) => {
      evidence.push(each);
      return { ok: true };
    };
    expect(await desk.enterCode("7QK4-MZ93")).toEqual({ ok: true });
    expect(asked).toEqual([{ way: "code", code: "7QK4-MZ93" }]);
    expect(evidence).toEqual([{ way: "code", weak: false, consent: null }]);
    expect(proven).toEqual([{ way: "code", staffId: "carla", name: "Carla", weak: false }]);
  });

  it("says what is offered: a badge only with a reader, and nothing where the policy has nothing", () => {
    const shown = { code: true, phone: "none", asking: false, waitUntil: null };
    expect(desk.view()).toEqual({ ...shown, badge: "ready" });
    badges.plug(false);
    expect(desk.view()).toEqual({ ...shown, badge: "none" });
    open = new Set(["badge"]);
    expect(desk.view()).toBeNull();
    badges.plug(true);
    expect(desk.view()).toEqual({ ...shown, code: false, badge: "ready" });
    open = new Set();
    expect(desk.view()).toBeNull();
  });

  it("takes a PIN for the badge that was read, and keeps the badge for another try at the PIN", async () => {
    expect(await desk.enterPin("badge", "739154")).toEqual({ ok: false, code: "badge-missing" });
    badges.hold(BADGE);
    expect(desk.view()?.badge).toBe("read");
    answer = { ok: false, code: "way-wrong", retryAfter: null };
    expect(await desk.enterPin("badge", "739155")).toEqual({ ok: false, code: "way-wrong" });
    expect(desk.view()?.badge).toBe("read");
    answer = carla("badge");
    expect(await desk.enterPin("badge", "739154")).toEqual({ ok: true });
    expect(asked).toEqual([
      { way: "badge", badge: BADGE, pin: "739155" },
      { way: "badge", badge: BADGE, pin: "739154" },
    ]);
    expect(desk.view()?.badge).toBe("ready");
  });

  it.each([
    ["half a minute passes", () => time.advance(30_000)],
    ["somebody goes back", async () => void desk.cancel()],
    ["the reader is pulled out", async () => badges.plug(false)],
    ["the agent stops", async () => desk.stop()],
  ])("forgets a badge when %s", async (_when, happens) => {
    badges.hold(BADGE);
    await happens();
    expect(await desk.enterPin("badge", "739154")).toEqual({ ok: false, code: "badge-missing" });
    expect(asked).toEqual([]);
  });

  it("does not even read a badge where the policy takes none", async () => {
    open = new Set(["code"]);
    badges.hold(BADGE);
    open = new Set(["badge", "code"]);
    expect(desk.view()?.badge).toBe("ready");
  });

  it("says that a badge which can be copied opens nothing, and forgets it", async () => {
    permit = ({ weak }) => (weak ? { ok: false, code: "badge-weak" } : { ok: true });
    answer = carla("badge", true);
    badges.hold({ kind: "uid-only", uid: "04a1b2c3" });
    expect(await desk.enterPin("badge", "739154")).toEqual({ ok: false, code: "badge-weak" });
    expect(desk.view()?.badge).toBe("ready");
  });

  it("keeps the wait that was imposed, asks nobody until it is over, and says when that is", async () => {
    answer = { ok: false, code: "way-locked", retryAfter: seconds(30) };
    expect(await desk.enterCode("7QK4-MZ93")).toEqual({ ok: false, code: "way-locked" });
    expect(desk.view()?.waitUntil).toBe(time.now() + 30_000);
    await time.advance(29_999);
    expect(await desk.enterCode("7QK4-MZ93")).toEqual({ ok: false, code: "way-locked" });
    expect(asked).toHaveLength(1);
    await time.advance(1);
    expect(desk.view()?.waitUntil).toBeNull();
    answer = carla("code");
    expect(await desk.enterCode("7QK4-MZ93")).toEqual({ ok: true });
  });

  it("takes three tries at once and then one in two seconds, whatever the page sends", async () => {
    answer = { ok: false, code: "way-unreachable", retryAfter: null };
    const codes = async (tries: number) => {
      const told: string[] = [];
      for (let each = 0; each < tries; each++) {
        const outcome = await desk.enterCode("7QK4-MZ93");
        told.push(outcome.ok ? "ok" : outcome.code);
      }
      return told;
    };
    expect(await codes(4)).toEqual(["way-unreachable", "way-unreachable", "way-unreachable", "way-hurried"]);
    await time.advance(milliseconds(2_000));
    expect(await codes(2)).toEqual(["way-unreachable", "way-hurried"]);
    expect(asked).toHaveLength(4);
  });

  it("counts nobody's try who came in", async () => {
    const tries = async (count: number, right: boolean) => {
      answer = right ? carla("code") : { ok: false, code: "way-wrong", retryAfter: null };
      for (let each = 0; each < count; each++) {
        expect(await desk.enterCode("7QK4-MZ93")).toEqual(right ? { ok: true } : { ok: false, code: "way-wrong" });
      }
    };
    await tries(4, true);
    await tries(2, false);
    await tries(1, true);
    await tries(1, false);
    expect(await desk.enterCode("7QK4-MZ93")).toEqual({ ok: false, code: "way-hurried" });
  });

  it("judges one at a time, and says so while it does", async () => {
    const first = desk.enterCode("7QK4-MZ93");
    expect(desk.view()?.asking).toBe(true);
    expect(await desk.enterCode("7QK4-MZ94")).toEqual({ ok: false, code: "way-busy" });
    expect(await first).toEqual({ ok: true });
    expect([asked.length, desk.view()?.asking]).toEqual([1, false]);
  });

  it("takes no way that the policy has closed, and no phone's PIN", async () => {
    open = new Set(["badge"]);
    expect(await desk.enterCode("7QK4-MZ93")).toEqual({ ok: false, code: "way-not-permitted" });
    expect(await desk.enterPin("phone", "739154")).toEqual({ ok: false, code: "way-not-permitted" });
    expect(asked).toEqual([]);
  });
});
