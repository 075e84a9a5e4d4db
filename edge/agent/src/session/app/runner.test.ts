import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import type { Appended } from "../../journal/index.js";
import { RecordedLocker } from "../../locking/index.js";
import type { Permit } from "../../policy/index.js";
import { runnerPorts } from "../../testing/runner-ports.js";
import { SimulatedSenses } from "../../testing/simulated-senses.js";
import { SimulatedTime, settle } from "../../testing/simulated-time.js";
import { type Facts, type Session, SessionRunner, type TapReport } from "../index.js";

const anna = { id: "anna" };

/** A journal in memory whose disk a test can stop. */
class SimulatedJournal {
  readonly events: { kind: string; body: Record<string, unknown> }[] = [];
  failing = false;
  hold: Promise<void> | null = null;

  async append(kind: string, body: Record<string, unknown>): Promise<Appended> {
    await this.hold;
    if (this.failing) return { ok: false, code: "SQLITE_FULL" };
    this.events.push({ kind, body });
    return { ok: true, event: { seq: 1, id: randomUUID(), at: 0, kind, body: {}, hash: "" } };
  }

  note(kind: string, body: Record<string, unknown>): void {
    this.events.push({ kind, body });
  }

  get kinds(): string[] {
    return this.events.map((event) => event.kind);
  }
}

let time: SimulatedTime;
let senses: SimulatedSenses;
let journal: SimulatedJournal;
let locker: RecordedLocker;
let facts: Omit<Facts, "now" | "monotonic">;
let reports: TapReport[];
let runner: SessionRunner;
let permitted: Permit;
/** What the screen does while it is told. */
let shown: (session: Session) => void;

beforeEach(() => {
  time = new SimulatedTime();
  senses = new SimulatedSenses();
  journal = new SimulatedJournal();
  locker = new RecordedLocker();
  facts = { leaseValid: true, cutOff: false, denied: new Set(), camera: "ok", journal: "ok", radio: "ok", face: "one" };
  reports = [];
  permitted = { ok: true };
  shown = () => {};
  runner = new SessionRunner(
    runnerPorts(senses, {
      clock: time,
      timers: time,
      locker,
      journal,
      permit: () => permitted,
      facts: () => facts,
      changed: (session) => shown(session),
      tapped: (report) => reports.push(report),
    }),
  );
  senses.presence.on((event) => runner.sense(event));
});

async function comeIn() {
  senses.presence.say({ type: "near", holder: anna });
  await settle();
  const session = senses.taps.sessions.at(-1);
  if (session === undefined) throw new Error("nobody was asked");
  return session;
}

describe("a tap", () => {
  it("is journaled before it opens, and told to the phone after", async () => {
    const session = await comeIn();
    expect(locker.turns).toEqual(["lock", "unlock"]);
    expect(session.outcomes).toEqual(["unlocked"]);
    expect(senses.presence.served).toEqual([session]);
    expect(journal.events).toEqual([
      { kind: "tap.started", body: { session: "0b9f4c3e-52a1-4f2d-9d7a-6a1f3c9b2e10", staffId: "anna" } },
      {
        kind: "session.unlocked",
        body: {
          session: "0b9f4c3e-52a1-4f2d-9d7a-6a1f3c9b2e10",
          staffId: "anna",
          way: "face",
          branch: "bare",
          ms: 0,
          cameraAttested: false,
          livenessEnforced: false,
        },
      },
    ]);
    expect(reports).toMatchObject([{ outcome: "unlocked", code: null, timings: { connect: 1 } }]);
  });

  it("compares three faces at most, then tells the phone that nobody matched, and erases the template", async () => {
    senses.vision.answers = [{ outcome: "no-match" }];
    let asked = 0;
    const { match } = senses.vision;
    senses.vision.match = async (request) => {
      asked++;
      return await match(request);
    };
    const session = await comeIn();
    await settle();
    expect(asked).toBe(3);
    expect(session.outcomes).toEqual(["not-matched"]);
    expect(session.closed).toBe(true);
    expect(() => session.template.copy()).toThrow(expect.objectContaining({ code: "template-erased" }));
    expect(runner.session.mode).toMatchObject({ name: "refused", reason: "no-match" });
    expect(journal.kinds).toEqual(["tap.started", "tap.refused"]);
    expect(locker.locked).toBe(true);
  });

  it("that the policy does not permit stays shut, is journaled, and erases the template", async () => {
    permitted = { ok: false, reason: "phone-refused" };
    const session = await comeIn();
    await settle();
    expect(locker.turns).toEqual(["lock"]);
    expect(session.outcomes).toEqual(["refused"]);
    expect(() => session.template.copy()).toThrow(expect.objectContaining({ code: "template-erased" }));
    expect(runner.session.mode).toMatchObject({ name: "refused", reason: "phone-refused" });
    expect(journal.kinds).toEqual(["tap.started", "tap.refused"]);
  });

  it("does not open when the journal cannot write, and opens again when it can", async () => {
    journal.failing = true;
    const session = await comeIn();
    expect(locker.turns).toEqual(["lock"]);
    expect(session.outcomes).toEqual(["refused"]);
    expect(runner.session.mode).toMatchObject({ name: "refused", reason: "journal-unavailable" });
    journal.failing = false;
    await time.advance(3_000);
    expect(locker.locked).toBe(false);
  });

  it("is overtaken by a lock while the journal still writes", async () => {
    let write = (): void => {};
    journal.hold = new Promise((resolve) => {
      write = resolve;
    });
    await comeIn();
    runner.send({ type: "lock-now" });
    write();
    await settle();
    expect(locker.turns).not.toContain("unlock");
    expect(journal.events.at(-1)).toMatchObject({ kind: "session.unlocked" });
    expect(journal.events.filter((event) => event.kind === "session.locked")).toHaveLength(1);
  });

  it("lets a link go that comes after the holder has gone", async () => {
    let answer = (): void => {};
    const ready = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const tap = senses.taps.tap.bind(senses.taps);
    senses.taps.tap = async (holder) => {
      await ready;
      return await tap(holder);
    };
    senses.presence.say({ type: "near", holder: anna });
    senses.presence.say({ type: "gone", holder: anna });
    answer();
    await settle();
    expect(senses.taps.sessions[0]?.closed).toBe(true);
    expect(senses.taps.sessions[0]?.outcomes).toEqual([]);
    expect(locker.turns).toEqual(["lock"]);
  });

  it("raises the alert that the phone brings about a kiosk it refused", async () => {
    senses.taps.phoneRefusals = [{ kiosk: null, code: "reader-untrusted", at: time.now() }];
    await comeIn();
    expect(journal.events).toContainEqual({
      kind: "security.alert",
      body: { reason: "reader-untrusted", staffId: "anna", kiosk: null, seenAt: time.now(), count: 1 },
    });
  });

  it("says why when the phone gives nothing", async () => {
    senses.taps.refusal = { ok: false, code: "quota-kiosk", reason: "phone-refused", timings: {} };
    senses.presence.say({ type: "near", holder: anna });
    await settle();
    expect(runner.session.mode).toMatchObject({ name: "refused", reason: "phone-refused" });
    expect(journal.events.at(-1)).toMatchObject({
      kind: "tap.refused",
      body: { reason: "quota-kiosk", staffId: "anna" },
    });
  });
});

describe("an open session", () => {
  it("locks by itself when heartbeats stop, and lets the link go", async () => {
    const session = await comeIn();
    for (let second = 0; second < 5; second++) {
      await time.advance(1_000);
      session.say({ type: "heartbeat", moved: true });
    }
    expect(locker.locked).toBe(false);
    facts = { ...facts, face: "none" };
    await time.advance(5_000);
    expect(locker.locked).toBe(true);
    expect(session.closed).toBe(true);
    expect(senses.presence.served).toEqual([]);
    expect(journal.events.at(-1)).toMatchObject({
      kind: "session.locked",
      body: { reason: "heartbeat-lost", staffId: "anna", heldMs: 10_000 },
    });
  });

  it("asks a phone again whose link broke while she stands there", async () => {
    const session = await comeIn();
    senses.presence.inside = [anna];
    session.say({ type: "lost", code: "link-lost" });
    senses.presence.say({ type: "leaving", holder: anna, why: "link" });
    await time.advance(2_000);
    expect(locker.turns).toEqual(["lock", "unlock", "lock", "unlock"]);
    expect(senses.taps.asked).toEqual(["anna", "anna"]);
  });

  it("forgets a phone that went while it was served", async () => {
    await comeIn();
    runner.send({ type: "lock-now" });
    await time.advance(10_000);
    expect(runner.session.nearby).toEqual([]);
    expect(senses.taps.asked).toEqual(["anna"]);
  });

  it("does not let in again whom two measures of one distance call gone and near", async () => {
    const session = await comeIn();
    senses.presence.inside = [anna];
    senses.presence.say({ type: "leaving", holder: anna, why: "distance" });
    for (let second = 0; second < 20; second++) {
      await time.advance(1_000);
      session.say({ type: "heartbeat", moved: true });
    }
    expect(locker.turns).toEqual(["lock", "unlock", "lock"]);
    facts = { ...facts, face: "none" };
    runner.send({ type: "look-again" });
    facts = { ...facts, face: "one" };
    runner.send({ type: "look-again" });
    await settle();
    expect(locker.locked).toBe(false);
  });

  it("locks although the machine stalled past the moment just after it was judged", async () => {
    const session = await comeIn();
    shown = ({ mode }) => {
      if (mode.name !== "leaving") return;
      shown = () => {};
      void time.leap(mode.lockAt - time.monotonic());
    };
    session.say({ type: "lost", code: "phone-lost" });
    await settle();
    expect(locker.turns).toEqual(["lock", "unlock", "lock"]);
  });

  it("locks although the timer woke a hair early and the moment passed while the screen was told", async () => {
    const session = await comeIn();
    session.say({ type: "lost", code: "phone-lost" });
    const { mode } = runner.session;
    if (mode.name !== "leaving") throw new Error(`not leaving: ${mode.name}`);
    await time.advance(mode.lockAt - time.monotonic() - 0.5);
    shown = () => {
      shown = () => {};
      void time.leap(1);
    };
    runner.send({ type: "look-again" });
    await settle();
    expect(locker.turns).toEqual(["lock", "unlock", "lock"]);
  });

  it("locks although nothing can be journaled", async () => {
    await comeIn();
    journal.failing = true;
    facts = { ...facts, journal: "down" };
    runner.send({ type: "lock-now" });
    expect(locker.locked).toBe(true);
  });

  it("is locked when the agent stops, with the link closed", async () => {
    const session = await comeIn();
    await runner.stop();
    expect(locker.locked).toBe(true);
    expect(session.closed).toBe(true);
    runner.send({ type: "near", holder: anna });
    await settle();
    expect(senses.taps.asked).toEqual(["anna"]);
  });
});
