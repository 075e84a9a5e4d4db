import { type Duration, milliseconds, seconds } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../platform/sql/testing/test-database.js";
import { createElection, type Election } from "./election.js";
import { createSqlTerms, type Terms, termMigrations } from "./terms.js";
import type { Timers } from "./world.js";

/** Time that stands until a test moves it. */
class Room implements Timers {
  now = 0;
  readonly #waiting: { at: number; act: () => void }[] = [];

  after(delay: Duration, act: () => void): () => void {
    const entry = { at: this.now + delay, act };
    this.#waiting.push(entry);
    return () => {
      const index = this.#waiting.indexOf(entry);
      if (index >= 0) this.#waiting.splice(index, 1);
    };
  }

  /** By steps of half a second, each with time for what it wakes. */
  async pass(by: Duration): Promise<void> {
    for (const end = this.now + by; this.now < end; ) {
      this.now += 500;
      for (const due of this.#waiting.filter(({ at }) => at <= this.now)) {
        this.#waiting.splice(this.#waiting.indexOf(due), 1);
        due.act();
      }
      await new Promise(setImmediate);
    }
  }
}

/** The shared row, in memory, and what goes wrong on the way to it. */
class SharedTerms {
  readonly #room: Room;
  held: { holder: string; endsAt: number } | null = null;
  constructor(room: Room) {
    this.#room = room;
  }

  seenBy(server: { unreachable: boolean; hangs: boolean }): Terms {
    return {
      claim: async (holder, lasts) => {
        if (server.hangs) await new Promise(() => undefined);
        if (server.unreachable) throw Object.assign(new Error("away"), { code: "database-unreachable" });
        if (this.held !== null && this.held.holder !== holder && this.held.endsAt > this.#room.now) return false;
        this.held = { holder, endsAt: this.#room.now + lasts };
        return true;
      },
      release: async (holder) => {
        if (this.held?.holder === holder) this.held = null;
      },
    };
  }
}

class Server {
  unreachable = false;
  hangs = false;
  failing = false;
  readonly told: string[] = [];
  readonly election: Election;

  constructor(holder: string, room: Room, terms: SharedTerms) {
    this.election = createElection({
      terms: terms.seenBy(this),
      holder,
      timers: room,
      monotonic: () => room.now,
      lead: async () => {
        if (this.failing) throw Object.assign(new Error("no"), { code: "broken" });
        this.told.push(`leads at ${room.now}`);
      },
      lost: (code) => void this.told.push(`${code} at ${room.now}`),
      log: () => undefined,
    });
  }
}

let room: Room;
let terms: SharedTerms;
let one: Server;
let other: Server;
beforeEach(async () => {
  room = new Room();
  terms = new SharedTerms(room);
  one = new Server("one", room, terms);
  other = new Server("other", room, terms);
  await one.election.start();
  await other.election.start();
});

describe("of two fleet servers", () => {
  it("one leads for as long as it renews its term", async () => {
    await room.pass(seconds(600));
    expect([one.told, other.told]).toEqual([["leads at 0"], []]);
    expect([one.election.leading(), other.election.leading()]).toEqual([true, false]);
  });

  it("the other takes over within ten seconds when the leader is gone", async () => {
    await room.pass(seconds(61));
    one.hangs = true;
    await room.pass(seconds(10));
    expect(other.election.leading()).toBe(true);
  });

  it("the leader that the database does not hear has stopped before the other begins", async () => {
    await room.pass(seconds(60));
    one.unreachable = true;
    await room.pass(seconds(20));
    expect([one.told, other.told]).toEqual([["leads at 0", "leadership-lost at 66000"], ["leads at 68000"]]);
    one.unreachable = false;
    await room.pass(seconds(60));
    expect(one.election.leading()).toBe(false);
  });

  it("the leader whose question hangs has stopped before the other begins", async () => {
    await room.pass(seconds(60));
    one.hangs = true;
    await room.pass(seconds(20));
    expect(one.told).toEqual(["leads at 0", "leadership-lost at 66000"]);
  });

  it("the leader goes on over a database that was away for a moment", async () => {
    await room.pass(seconds(60));
    one.unreachable = true;
    other.unreachable = true;
    await room.pass(seconds(3));
    one.unreachable = false;
    await room.pass(seconds(60));
    expect([one.told, other.told]).toEqual([["leads at 0"], []]);
  });

  it("the other leads at its next question when the leader stops in order", async () => {
    await room.pass(seconds(60));
    await one.election.stepBack();
    expect(one.election.leading()).toBe(true);
    await one.election.stop();
    await room.pass(seconds(2));
    expect(other.told).toEqual(["leads at 62000"]);
  });

  it("the one that is about to stop does not begin to lead", async () => {
    await other.election.stepBack();
    await one.election.stop();
    await room.pass(seconds(30));
    expect([other.told, terms.held]).toEqual([[], null]);
  });

  it("the one that cannot begin to lead says so and is out", async () => {
    other.failing = true;
    await one.election.stop();
    await room.pass(seconds(2));
    expect([other.told, other.election.leading()]).toEqual([["leading-failed at 2000"], false]);
  });
});

describe("the term in the database", () => {
  let storage: TestDatabase;
  let at: number;
  beforeEach(async () => {
    storage = await testDatabase(termMigrations);
    at = 1_000_000;
  });
  afterEach(() => storage.remove());

  it("belongs to one holder until it is given up", async () => {
    const held = createSqlTerms(storage.database, () => at);
    const claims = await Promise.all(["one", "other", "third"].map((holder) => held.claim(holder, seconds(8))));
    expect(claims.filter(Boolean)).toHaveLength(1);
    const leader = ["one", "other", "third"][claims.indexOf(true)] ?? "";
    expect(await held.claim(leader, seconds(8))).toBe(true);
    await held.release("nobody");
    expect(await held.claim("late", seconds(8))).toBe(false);
    await held.release(leader);
    expect(await held.claim("late", seconds(8))).toBe(true);
  });

  it("ends by itself", async () => {
    const held = createSqlTerms(storage.database, () => at);
    expect(await held.claim("one", milliseconds(0))).toBe(true);
    at += 1;
    expect(await held.claim("other", seconds(8))).toBe(true);
  });
});
