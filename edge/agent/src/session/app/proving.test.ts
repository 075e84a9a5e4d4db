import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import type { Appended } from "../../journal/index.js";
import { RecordedLocker } from "../../locking/index.js";
import { PROFILES } from "../../profile/index.js";
import { runnerPorts } from "../../testing/runner-ports.js";
import { SimulatedSenses } from "../../testing/simulated-senses.js";
import { SimulatedTime, settle } from "../../testing/simulated-time.js";
import { ALL_WELL } from "../domain/session-world.js";
import { type ProofAnswer, SessionRunner } from "../index.js";

const SESSION = "0b9f4c3e-52a1-4f2d-9d7a-6a1f3c9b2e10";
const CARLA: ProofAnswer = { ok: true, who: { staffId: "carla", name: "Carla", way: "code", weak: false } };

let time: SimulatedTime;
let locker: RecordedLocker;
let events: { kind: string; body: Record<string, unknown> }[];
/** What the disk does with the next entry that must be durable. */
let write: () => Promise<boolean>;
let runner: SessionRunner;

beforeEach(() => {
  time = new SimulatedTime();
  locker = new RecordedLocker();
  events = [];
  write = async () => true;
  runner = new SessionRunner(
    runnerPorts(new SimulatedSenses(), {
      clock: time,
      timers: time,
      newId: () => SESSION,
      locker,
      journal: {
        append: async (kind: string, body: Record<string, unknown>): Promise<Appended> => {
          if (!(await write())) return { ok: false, code: "SQLITE_FULL" };
          events.push({ kind, body });
          return { ok: true, event: { seq: 1, id: randomUUID(), at: 0, kind, body: {}, hash: "" } };
        },
        note: (kind: string, body: Record<string, unknown>) => void events.push({ kind, body }),
      },
      facts: () => ({ ...ALL_WELL, camera: "unavailable", radio: "down", face: "unknown" }),
      tapped: () => {
        throw new Error("no tap");
      },
    }),
  );
});

describe("a proof without a face", () => {
  it("is journaled before it opens, and whoever typed it is told", async () => {
    expect(await runner.prove("code", async () => CARLA)).toEqual({ ok: true });
    expect(locker.turns).toEqual(["lock", "unlock"]);
    expect(events).toEqual([
      {
        kind: "session.unlocked",
        body: { session: SESSION, staffId: "carla", ms: 0, way: "code", weak: false },
      },
    ]);
    await time.advance(PROFILES.demo.session.idleAfter);
    expect(locker.locked).toBe(true);
    expect(events.at(-1)).toMatchObject({ kind: "session.locked", body: { reason: "idle", staffId: "carla" } });
  });

  it("does not open when the journal cannot write", async () => {
    write = async () => false;
    expect(await runner.prove("code", async () => CARLA)).toEqual({ ok: false, code: "journal-unavailable" });
    expect(locker.turns).toEqual(["lock"]);
  });

  it("is overtaken by a lock while the journal still writes", async () => {
    let finish = (): void => {};
    write = () =>
      new Promise((resolve) => {
        finish = () => resolve(true);
      });
    const outcome = runner.prove("code", async () => CARLA);
    await settle();
    runner.send({ type: "lock-now" });
    finish();
    expect(await outcome).toEqual({ ok: false, code: "way-overtaken" });
    await settle();
    expect(locker.turns).not.toContain("unlock");
  });

  it.each<[string, ProofAnswer | Error, string]>([
    ["is wrong", { ok: false, code: "way-wrong" }, "way-wrong"],
    ["breaks whoever judges it", new Error("no such thing"), "unexpected"],
  ])("that %s is refused with its code, and names nobody", async (_what, answer, code) => {
    const ask = async (): Promise<ProofAnswer> => {
      if (answer instanceof Error) throw answer;
      return answer;
    };
    expect(await runner.prove("badge", ask)).toEqual({ ok: false, code });
    expect(events).toEqual([{ kind: "tap.refused", body: { session: SESSION, ms: 0, reason: code, way: "badge" } }]);
  });

  it("is not even asked about while another is, nor after the kiosk has stopped; who waits is let go", async () => {
    let asked: AbortSignal | null = null;
    const first = runner.prove("code", (signal) => {
      asked = signal;
      return new Promise(() => {});
    });
    expect(await runner.prove("badge", async () => CARLA)).toEqual({ ok: false, code: "way-busy" });
    void runner.stop();
    expect(await first).toEqual({ ok: false, code: "way-overtaken" });
    expect(asked).toMatchObject({ aborted: true });
    expect(await runner.prove("code", async () => CARLA)).toEqual({ ok: false, code: "way-overtaken" });
  });

  it("is let go after ten seconds without an answer", async () => {
    const outcome = runner.prove("code", () => new Promise(() => {}));
    await time.advance(10_000);
    expect(await outcome).toEqual({ ok: false, code: "too-slow" });
  });
});
