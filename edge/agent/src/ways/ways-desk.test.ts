import { milliseconds, seconds } from "@wardkey/protocol";
import type { IdentifyRequest } from "@wardkey/protocol/fleet";
import { beforeEach, describe, expect, it } from "vitest";
import type { ProofEvidence, ProofPermit } from "../policy/index.js";
import type { AskProof, FacelessWay, ProofOutcome } from "../session/index.js";
import { SimulatedBadgeReader } from "../testing/simulated-badge-reader.js";
import { SimulatedSenses } from "../testing/simulated-senses.js";
import { SimulatedTime } from "../testing/simulated-time.js";
import { type Judged, PhoneInHand, WaysDesk } from "./index.js";

const BADGE = { kind: "desfire", uid: "04a1b2c3d4e5f6" } as const;
const carla = (way: "badge" | "code" | "phone", weak = false): Judged => ({
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
let senses: SimulatedSenses;
let refusals: unknown[];
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
  [senses, refusals] = [new SimulatedSenses(), []];
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
    phone: new PhoneInHand({
      clock: time,
      timers: time,
      presence: senses.presence,
      taps: senses.taps,
      refused: (staffId, { code }) => refusals.push([staffId, code]),
      changed: () => {},
    }),
    session: { prove },
    open: () => open,
    permit: (evidence) => permit(evidence),
    changed: () => {},
  });
  desk.start();
});

const CARLA = { id: "carla", faceless: true } as const;
const ANNA = { id: "anna" } as const;

describe("a phone and its PIN", () => {
  beforeEach(() => {
    open = new Set(["phone"]);
    answer = carla("phone");
    senses.presence.inside = [CARLA];
  });
  const shown = { code: false, badge: "none", asking: false, waitUntil: null };

  it("shows whose it is, takes the PIN for that one, and hands the phone with its link to the session", async () => {
    const evidence: ProofEvidence[] = [];
    permit = (each) => {
      evidence.push(each);
      return { ok: true };
    };
    expect(desk.view()).toEqual({ ...shown, phone: "ready" });
    expect(await desk.showPhone()).toEqual({ ok: true });
    expect(desk.view()).toEqual({ ...shown, phone: "read", phoneName: "Anna" });
    expect(desk.phoneOf).toBe("carla");
    expect(await desk.enterPin("phone", "739154")).toEqual({ ok: true });
    expect(asked).toEqual([{ way: "phone", staffId: "carla", epoch: 1, pin: "739154" }]);
    expect(evidence).toEqual([{ way: "phone", weak: false, consent: "A" }]);
    expect(proven).toEqual([{ way: "phone", staffId: "carla", name: "Carla", weak: false }]);
    expect(desk.view()).toEqual({ ...shown, phone: "ready" });
    expect(senses.taps.sessions.map(({ outcomes, closed }) => [outcomes, closed])).toEqual([[[], false]]);
  });

  it("asks first whom no camera would know, then the others, and the next when it is not theirs", async () => {
    senses.presence.inside = [ANNA, CARLA];
    await desk.showPhone();
    await desk.showPhone();
    await desk.showPhone();
    expect(senses.taps.asked).toEqual(["carla", "anna", "carla"]);
    expect(senses.taps.sessions.map(({ outcomes }) => outcomes)).toEqual([["refused"], ["refused"], []]);
    expect(await desk.showPhone()).toEqual({ ok: false, code: "way-hurried" });
    expect(desk.phoneOf).toBe("carla");
  });

  it("says that no phone is near, or why none of them showed its key", async () => {
    senses.presence.inside = [];
    expect(await desk.showPhone()).toEqual({ ok: false, code: "phone-not-near" });
    senses.presence.inside = [CARLA];
    senses.taps.refusal = { ok: false, code: "peer-closed", reason: "phone-refused", timings: {} };
    expect(await desk.showPhone()).toEqual({ ok: false, code: "phone-refused" });
    expect(refusals).toEqual([["carla", "peer-closed"]]);
    expect(desk.view()).toEqual({ ...shown, phone: "ready" });
  });

  it("keeps the phone for another try at the PIN, and lets it go when the policy does not take it", async () => {
    await desk.showPhone();
    answer = { ok: false, code: "way-wrong", retryAfter: null };
    expect(await desk.enterPin("phone", "739155")).toEqual({ ok: false, code: "way-wrong" });
    expect(desk.phoneOf).toBe("carla");
    answer = carla("phone");
    permit = () => ({ ok: false, code: "way-not-permitted" });
    expect(await desk.enterPin("phone", "739154")).toEqual({ ok: false, code: "way-not-permitted" });
    expect([desk.phoneOf, senses.taps.sessions[0]?.outcomes]).toEqual([null, ["refused"]]);
  });

  it("opens for nobody else than the phone's own person", async () => {
    senses.presence.inside = [ANNA];
    await desk.showPhone();
    expect(await desk.enterPin("phone", "739154")).toEqual({ ok: false, code: "way-refused" });
    expect(proven).toEqual([{ way: "phone", code: "way-refused" }]);
  });

  it("is closed although it cannot be told that nobody came in", async () => {
    await desk.showPhone();
    const [session] = senses.taps.sessions;
    if (session !== undefined) session.decide = () => Promise.reject(new Error("gone"));
    desk.cancel();
    await desk.stop();
    expect(session?.closed).toBe(true);
  });

  it.each([
    ["half a minute passes", () => time.advance(30_000)],
    ["somebody goes back", async () => void desk.cancel()],
    ["its link is lost", async () => senses.taps.sessions[0]?.say({ type: "lost", code: "phone-lost" })],
    ["the agent stops", () => desk.stop()],
  ])("is let go when %s", async (_when, happens) => {
    await desk.showPhone();
    await happens();
    expect(await desk.enterPin("phone", "739154")).toEqual({ ok: false, code: "phone-missing" });
    await desk.stop();
    expect([asked, senses.taps.sessions[0]?.closed]).toEqual([[], true]);
  });

  it("opens nothing when its link goes while the PIN is judged", async () => {
    await desk.showPhone();
    permit = () => {
      senses.taps.sessions[0]?.say({ type: "lost", code: "phone-lost" });
      return { ok: true };
    };
    expect(await desk.enterPin("phone", "739154")).toEqual({ ok: false, code: "phone-lost" });
  });
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

  it("takes no way that the policy has closed, and asks no phone for it", async () => {
    open = new Set(["badge"]);
    senses.presence.inside = [CARLA];
    expect(await desk.enterCode("7QK4-MZ93")).toEqual({ ok: false, code: "way-not-permitted" });
    expect(await desk.showPhone()).toEqual({ ok: false, code: "way-not-permitted" });
    expect(await desk.enterPin("phone", "739154")).toEqual({ ok: false, code: "phone-missing" });
    expect(senses.taps.asked).toEqual([]);
    expect(asked).toEqual([]);
  });
});
