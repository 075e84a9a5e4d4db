import { createHash } from "node:crypto";
import { type Duration, hours } from "@wardkey/protocol";
import type { NudgeBody } from "@wardkey/protocol/fleet";
import { type TestDatabase, testDatabase } from "../../platform/sql/testing/test-database.js";
import { nudgeMigrations } from "../adapters/schema.js";
import { createSqlNudgeStore } from "../adapters/sql-nudge-store.js";
import { Nudges } from "../app/nudges.js";
import type { NudgeStore } from "../app/ports.js";
import { Trials } from "../app/trials.js";

export const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** Nudges over a real database, with a clock that a test moves, and what would have been said to kiosks. */
export class NudgeBench {
  at = Date.UTC(2026, 2, 2, 9);
  auditFails = false;
  readonly sent: { device: string; body: NudgeBody }[] = [];
  readonly recorded: [string, Record<string, unknown>][] = [];
  readonly assigned: [string, string][] = [];
  readonly #made: TestDatabase;
  readonly #seqs = new Map<string, number>();
  #nudges: Nudges | null = null;
  #sessions = 0;

  private constructor(made: TestDatabase) {
    this.#made = made;
  }

  static async open(): Promise<NudgeBench> {
    const bench = new NudgeBench(await testDatabase(nudgeMigrations));
    await bench.restart();
    return bench;
  }

  get store(): NudgeStore {
    return createSqlNudgeStore(this.#made.database);
  }

  get nudges(): Nudges {
    if (this.#nudges === null) throw new Error("not open");
    return this.#nudges;
  }

  get trials(): Trials {
    return new Trials({
      store: this.store,
      now: () => this.at,
      newId: () => crypto.randomUUID(),
      newSeed: () => "seed",
      coin: (seed, name) => createHash("sha256").update(`${seed}\n${name}`).digest().readUInt32BE(0) / 2 ** 32,
      digest,
      record: async (kind, body) => {
        if (this.auditFails) throw new Error("the audit takes nothing");
        this.recorded.push([kind, body]);
      },
      changed: () => this.nudges.refresh(),
    });
  }

  /** As a restart of the server does; kiosks stand in the ward that begins their names. */
  async restart(): Promise<void> {
    await this.#nudges?.stop();
    this.#nudges = await Nudges.open({
      store: this.store,
      now: () => this.at,
      after: (_delay: Duration) => () => {},
      wardOf: (device) => device.split("-")[0] ?? null,
      send: async ({ device, body }) => this.sent.push({ device, body }),
      digest,
      newSalt: () => "salt",
      record: async (kind, body) => void this.recorded.push([kind, body]),
      assign: (staffId, lesson) => void this.assigned.push([staffId, lesson]),
      log: ({ code }) => {
        throw new Error(code);
      },
    });
  }

  pass(time: Duration): void {
    this.at += time;
  }

  /** One event of a kiosk's journal becomes durable. */
  tell(device: string, kind: string, body: Record<string, string | number | boolean>): void {
    const seq = (this.#seqs.get(device) ?? 0) + 1;
    this.#seqs.set(device, seq);
    this.nudges.note(device, [{ seq, at: this.at, kind, body }]);
  }

  /** Somebody comes in and goes again; `leaves`: how. */
  session(device: string, staffId: string, leaves = "walked-away", way = "face"): void {
    this.#sessions += 1;
    const session = `0199a1b2-0000-7000-8000-${this.#sessions.toString(16).padStart(12, "0")}`;
    this.tell(device, "session.unlocked", { session, staffId, way });
    this.tell(device, "session.locked", { session, staffId, reason: leaves });
  }

  /** Somebody opens a lesson at a kiosk and answers it. */
  lesson(device: string, staffId: string, lesson: string, correct = 3): void {
    this.tell(device, "lesson.opened", { lesson, staffId });
    this.tell(device, "lesson.completed", { lesson, staffId, correct, of: 3, passed: correct > 1, ms: 90_000 });
  }

  /** A ward of so many people, each in once an hour; one in `every` sessions is left open. */
  work(ward: string, { people, rounds, every }: { people: number; rounds: number; every: number }): void {
    let count = 0;
    for (let round = 0; round < rounds; round += 1) {
      for (let person = 0; person < people; person += 1) {
        count += 1;
        this.session(`${ward}-1`, `${ward}-p${person}`, count % every === 0 ? "idle" : "walked-away");
      }
      this.pass(hours(1));
    }
  }

  async close(): Promise<void> {
    await this.#nudges?.stop();
    await this.#made.remove();
  }
}
