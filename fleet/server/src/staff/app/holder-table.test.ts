import { createHmac } from "node:crypto";
import { type Duration, hours, instant, milliseconds, minutes } from "@wardkey/protocol";
import { identifierWindow, rotatingIdentifier } from "@wardkey/protocol/credential";
import { HolderTable } from "@wardkey/protocol/fleet";
import { describe, expect, it } from "vitest";
import { createHolderTables, type HolderTables } from "./holder-table.js";
import { type ActiveHolder, holderName } from "./ports.js";

const keyOf = (name: string): Uint8Array => new Uint8Array(createHmac("sha256", name).digest());

/** People who come and go without a database; counts how often a key was asked for. */
class SimulatedPeople {
  now = Date.UTC(2026, 8, 1, 9);
  revision = 1;
  opened = 0;
  breaths = 0;
  #monotonic = 0;
  readonly holders = new Map<string, ActiveHolder>();

  add(staffId: string, until = Number.POSITIVE_INFINITY, epoch = 1): void {
    this.holders.set(staffId, { staffId, epoch, until });
    this.revision += 1;
  }

  tables(lease: Duration = hours(24)): HolderTables {
    return createHolderTables({
      site: "st-mary",
      store: {
        revision: async () => this.revision,
        holderKeys: async (holders) => {
          this.opened += holders.length;
          const keys = (name: string) => ({ templateKey: keyOf(`template ${name}`), eidKey: keyOf(`eid ${name}`) });
          return new Map(holders.map((holder) => [holderName(holder), keys(holderName(holder))]));
        },
        activeHolders: async (now) =>
          [...this.holders.values()]
            .filter(({ until }) => until > now)
            .sort((a, b) => (a.staffId < b.staffId ? -1 : 1)),
      },
      now: () => instant(this.now),
      leaseLife: () => lease,
      breathe: async () => {
        this.breaths += 1;
      },
      monotonic: () => {
        this.#monotonic += 1;
        return this.#monotonic;
      },
    });
  }
}

describe("the site-wide table", () => {
  it("is the same on every server, whatever it had cached, for who is there now", async () => {
    const people = new SimulatedPeople();
    for (const staffId of ["anna", "bo", "cy"]) people.add(staffId);
    const grown = people.tables();
    await grown.current();
    people.add("di");
    people.holders.delete("bo");
    people.revision += 1;
    const table = await grown.current();
    expect(await people.tables().current()).toEqual(table);
    const parsed = HolderTable.parse(table.bytes);
    expect([parsed.size, parsed.holder("bo"), parsed.holder("di")?.epoch]).toEqual([3, null, 1]);
  });

  it("keeps its bytes for six hours while nobody changes, and always reaches an hour beyond the lease", async () => {
    const people = new SimulatedPeople();
    people.add("anna");
    const tables = people.tables();
    const digests = new Map<string, number>();
    for (let quarter = 0; quarter < 96; quarter += 1) {
      const { digest, bytes } = await tables.current();
      digests.set(digest, (digests.get(digest) ?? 0) + 1);
      const table = HolderTable.parse(bytes);
      expect(table.endsAt * 1_000).toBeGreaterThanOrEqual(people.now + hours(25));
      for (const ahead of [-1, 0, 1, 99]) {
        const window = identifierWindow(instant(people.now)) + ahead;
        const identifier = rotatingIdentifier({ eidKey: keyOf("eid anna 1"), site: "st-mary", window });
        expect(table.find(identifier, window)?.holder.staffId).toBe("anna");
      }
      people.now += minutes(15);
    }
    expect(Math.max(...digests.values())).toBe(24);
    expect(digests.size).toBeLessThanOrEqual(5);
  });

  it("lets nobody wait when the grid moves on: the old table is good until the new one is there", async () => {
    const people = new SimulatedPeople();
    people.add("anna");
    const tables = people.tables();
    const before = await tables.current();
    const blockEnd = Math.ceil(people.now / hours(6)) * hours(6);
    people.now = blockEnd;
    const asked = await tables.current();
    expect([asked.digest, people.opened]).toEqual([before.digest, 1]);
    await tables.until(people.now + hours(25));
    const after = await tables.current();
    expect([after.digest === before.digest, people.opened]).toEqual([false, 2]);
    expect(tables.at(before.digest)).not.toBeNull();
    // Somebody cut off meanwhile is waited for.
    people.holders.delete("anna");
    people.revision += 1;
    expect(HolderTable.parse((await tables.current()).bytes).size).toBe(0);
  });

  it("computes only what is new: a newcomer's keys are opened, nobody else's", async () => {
    const people = new SimulatedPeople();
    for (let at = 0; at < 50; at += 1) people.add(`person-${at}`);
    const tables = people.tables();
    await tables.current();
    expect(people.opened).toBe(50);
    await tables.current();
    people.add("newcomer");
    await tables.current();
    expect(people.opened).toBe(51);
    expect(people.breaths).toBeGreaterThan(0);
  });

  it("changes when somebody's time is over although nothing was changed", async () => {
    const people = new SimulatedPeople();
    people.add("anna");
    people.add("agency", people.now + hours(1));
    const tables = people.tables();
    const before = await tables.current();
    people.now += hours(1);
    const now = await tables.current();
    expect([HolderTable.parse(before.bytes).size, HolderTable.parse(now.bytes).size]).toEqual([2, 1]);
  });

  it("is still there for who asks for the one before, and no older one", async () => {
    const people = new SimulatedPeople();
    const tables = people.tables();
    const made = [];
    for (const staffId of ["anna", "bo", "cy"]) {
      people.add(staffId);
      made.push(await tables.current());
    }
    expect(made.map(({ digest }) => tables.at(digest) !== null)).toEqual([false, true, true]);
    expect(tables.at("nothing")).toBeNull();
  });

  it("is made once when many ask at the same time", async () => {
    const people = new SimulatedPeople();
    people.add("anna");
    const tables = people.tables(milliseconds(hours(72)));
    const [first, ...others] = await Promise.all(Array.from({ length: 20 }, () => tables.current()));
    expect(others.every((table) => table === first)).toBe(true);
    expect(people.opened).toBe(1);
  });

  it("knows nobody's keys of another site: the same key gives other prefixes there", () => {
    const window = identifierWindow(instant(0));
    const [here, there] = ["st-mary", "st-john"].map((site) =>
      rotatingIdentifier({ eidKey: keyOf("eid anna 1"), site, window }),
    );
    expect(here).not.toEqual(there);
  });
});
