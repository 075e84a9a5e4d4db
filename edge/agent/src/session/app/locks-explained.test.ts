import { beforeEach, describe, expect, it } from "vitest";
import { RecordedLocker } from "../../locking/index.js";
import type { LockAccount } from "../../presence/index.js";
import { runnerPorts } from "../../testing/runner-ports.js";
import { SimulatedSenses } from "../../testing/simulated-senses.js";
import { SimulatedTime, settle } from "../../testing/simulated-time.js";
import { SessionRunner } from "../index.js";

const anna = { id: "anna" };
const IDS = ["0b9f4c3e-52a1-4f2d-9d7a-6a1f3c9b2e10", "5a0c7d19-3b1e-4c55-8a51-2f4d9e6b7c31"];
const [HERS = ""] = IDS;

let time: SimulatedTime;
let senses: SimulatedSenses;
let notes: { kind: string; body: object }[];
let runner: SessionRunner;

beforeEach(() => {
  time = new SimulatedTime();
  senses = new SimulatedSenses();
  notes = [];
  const ids = [...IDS];
  runner = new SessionRunner(
    runnerPorts(senses, {
      clock: time,
      timers: time,
      newId: () => ids.shift() ?? "no more ids",
      locker: new RecordedLocker(),
      journal: {
        append: async (kind, body) => {
          notes.push({ kind, body });
          return { ok: true, event: { seq: 1, id: "e", at: 0, kind, body: {}, hash: "" } };
        },
        note: (kind, body) => void notes.push({ kind, body }),
      },
    }),
  );
  senses.presence.on((event) => runner.sense(event));
});

const account = (bend: Partial<LockAccount> = {}): LockAccount => ({
  leftAt: time.monotonic() - 1_499.6,
  gone: 0.99,
  metres: 3.1,
  faceGoneMs: 1_834.4,
  inputGoneMs: 4_000.5,
  heartbeatGapMs: 211.2,
  phone: "moving",
  reasons: ["phone-far", "face-gone", "input-gone"],
  strip: [],
  ...bend,
});

/** She comes in, and presence would say this of her leaving from then on. */
async function comeIn(told: LockAccount | null): Promise<void> {
  senses.presence.say({ type: "near", holder: anna });
  await settle();
  expect(runner.session.mode.name).toBe("unlocked");
  senses.presence.told = told;
}

const of = (kind: string): object[] => notes.filter((note) => note.kind === kind).map(({ body }) => body);

describe("a lock that presence explains is journaled", () => {
  it.each<[string, Partial<LockAccount>, object]>([
    [
      "with what spoke for it, in whole milliseconds",
      {},
      {
        ...{ evidence: "phone-far,face-gone,input-gone", phone: "moving", leftMs: 1_500, metres: 3.1 },
        ...{ faceGoneMs: 1_834, inputGoneMs: 4_001, heartbeatGapMs: 211 },
      },
    ],
    [
      "without what nobody measured",
      { metres: null, faceGoneMs: null, inputGoneMs: null, heartbeatGapMs: null, phone: "silent", reasons: [] },
      { phone: "silent", leftMs: 1_500 },
    ],
    [
      "with the six heaviest reasons",
      {
        reasons: [
          ...(["link-lost", "phone-far", "phone-still", "phone-silent"] as const),
          ...(["face-gone", "other-face", "input-gone"] as const),
        ],
        ...{ metres: null, faceGoneMs: 0, inputGoneMs: null, heartbeatGapMs: null, phone: "still" },
      },
      {
        evidence: "link-lost,phone-far,phone-still,phone-silent,face-gone,other-face",
        ...{ phone: "still", leftMs: 1_500, faceGoneMs: 0 },
      },
    ],
    [
      "as no longer than a week, and never as before it began",
      { leftAt: 5_000, faceGoneMs: 9e9, reasons: ["face-gone"] },
      {
        ...{ evidence: "face-gone", phone: "moving", leftMs: 0, metres: 3.1 },
        ...{ faceGoneMs: 604_800_000, inputGoneMs: 4_001, heartbeatGapMs: 211 },
      },
    ],
  ])("%s", async (_, bend, told) => {
    await comeIn(account(bend));
    runner.send({ type: "lock-now" });
    expect(of("session.locked")).toEqual([{ reason: "lock-now", staffId: "anna", session: HERS, heldMs: 0, ...told }]);
  });

  it("alone: of one that presence knows nothing of, the reason is all", async () => {
    await comeIn(null);
    runner.send({ type: "lock-now" });
    expect(of("session.locked")).toEqual([{ reason: "lock-now", staffId: "anna", session: HERS, heldMs: 0 }]);
    expect(runner.lockWasWrong(HERS)).toBe(false);
    expect(of("session.lock-disputed")).toEqual([]);
  });
});

describe("whoever says that it was wrong", () => {
  const walkAway = async (): Promise<void> => {
    await comeIn(account());
    senses.presence.say({ type: "leaving", holder: anna, why: "distance" });
    await time.advance(2_000);
    expect(of("session.locked")).toMatchObject([{ reason: "walked-away", session: HERS }]);
  };

  it("is journaled once, with the session and why it had locked, and thanked on the screen", async () => {
    await walkAway();
    expect(runner.lockAccount).toMatchObject({ id: HERS, feedback: "open" });
    expect([runner.lockWasWrong(HERS), runner.lockWasWrong(HERS)]).toEqual([true, false]);
    expect(of("session.lock-disputed")).toEqual([{ session: HERS, reason: "walked-away" }]);
    expect(runner.lockAccount).toMatchObject({ id: HERS, feedback: "given" });
  });

  it("is heard of no other lock, nor after two minutes", async () => {
    await walkAway();
    expect(runner.lockWasWrong(IDS[1] ?? "")).toBe(false);
    await time.advance(120_000);
    expect(runner.lockWasWrong(HERS)).toBe(false);
    expect(of("session.lock-disputed")).toEqual([]);
  });

  it("disputes the lock that is told of, although somebody who was not let in locked since", async () => {
    await walkAway();
    senses.vision.match = () => new Promise(() => {});
    senses.presence.say({ type: "near", holder: { id: "bruno" } });
    await settle();
    expect(runner.session.mode.name).toBe("identifying");
    runner.send({ type: "lock-now" });
    expect(runner.session.lastLock.why).toBe("lock-now");
    expect(runner.lockWasWrong(HERS)).toBe(true);
    expect(of("session.lock-disputed")).toEqual([{ session: HERS, reason: "walked-away" }]);
  });
});
