import { randomUUID } from "node:crypto";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SimulatedTime } from "../testing/simulated-time.js";
import { Journal, type JournalSettings } from "./index.js";
import { SET_ASIDE_BYTES } from "./set-aside.js";

let folder: string;
let time: SimulatedTime;
const opened: Journal[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-aside-"));
  time = new SimulatedTime();
});
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(more: Partial<JournalSettings> = {}): Promise<Journal> {
  const journal = await Journal.open({
    file: join(folder, "journal.sqlite"),
    setAside: join(folder, "journal-set-aside"),
    clock: time,
    timers: time,
    newId: randomUUID,
    ...more,
  });
  opened.push(journal);
  return journal;
}

const emergency = (staffId = "anna") =>
  ({
    session: randomUUID(),
    staffId,
    reason: "patient-in-danger",
    operation: "unlock-workstation",
    means: "code",
    card: "7KQM",
    minutes: 15,
    review: "security-officer",
    reviewHours: 24,
    leaseEnded: false,
  }) as const;
const unlocked = () => ({ session: randomUUID(), staffId: "anna" });

/** As large as it is now and no larger: the next page that is needed is refused with SQLite's own code. */
async function fill(journal: Journal): Promise<number> {
  await journal.resize(1);
  for (let written = 0; ; written++) if (!(await journal.append("session.unlocked", unlocked())).ok) return written;
}

// threats.md, row 27.
describe("journal space set aside for emergencies", () => {
  it("takes an emergency and its end when the disk takes nothing else, as one chain", async () => {
    const journal = await start();
    const before = (await fill(journal)) + 0;
    expect(journal.health).toEqual({ state: "down", code: "SQLITE_FULL" });
    expect(journal.setAside).toBe("ok");

    const appended = await journal.append("break-glass.opened", emergency());
    expect(appended).toMatchObject({ ok: true, event: { seq: before + 1, kind: "break-glass.opened" } });
    journal.note("session.locked", { reason: "time-up" });
    await journal.settled();
    expect(await journal.append("session.unlocked", unlocked())).toEqual({ ok: false, code: "SQLITE_FULL" });
    const told = await journal.after(before, 10);
    expect(told.map(({ seq, kind }) => [seq, kind])).toEqual([
      [before + 1, "break-glass.opened"],
      [before + 2, "session.locked"],
    ]);
    expect((await journal.head()).seq).toBe(before + 2);
    expect(await journal.verify()).toEqual({ ok: true, events: before + 2 });
    expect(await journal.latest(["break-glass.opened"])).toMatchObject({ seq: before + 1 });

    await journal.resize(1_000_000);
    expect(await journal.append("session.unlocked", unlocked())).toMatchObject({
      ok: true,
      event: { seq: before + 3 },
    });
    expect(await journal.verify()).toEqual({ ok: true, events: before + 3 });
    expect((await journal.ofKind("break-glass.opened")).map(({ seq }) => seq)).toEqual([before + 1]);
  });

  it("is brought into the journal by the next run, once, wherever the run before was ended", async () => {
    const journal = await start();
    const before = await fill(journal);
    await journal.append("break-glass.opened", emergency());
    await journal.close();

    const next = await start();
    expect(await next.latest(["break-glass.opened"])).toMatchObject({ seq: before + 1 });
    expect(await next.append("session.locked", { reason: "started" })).toMatchObject({ ok: true });
    expect((await next.after(before, 10)).map(({ kind }) => kind)).toEqual(["break-glass.opened", "session.locked"]);
    await next.close();

    const last = await start();
    expect((await last.ofKind("break-glass.opened")).length).toBe(1);
    expect(await last.verify()).toMatchObject({ ok: true });
  });

  it("is there before it is needed, on the disk and not merely promised", async () => {
    await start();
    const { size, blocks } = await stat(join(folder, "journal-set-aside"));
    expect(size).toBe(SET_ASIDE_BYTES);
    expect(blocks * 512).toBeGreaterThanOrEqual(SET_ASIDE_BYTES);
  });

  it("takes no emergency whose end would have no room", async () => {
    const journal = await start();
    await fill(journal);
    let taken = 0;
    while ((await journal.append("break-glass.opened", emergency())).ok) taken++;
    expect(taken).toBe(63);
    expect(journal.setAside).toBe("down");
    journal.note("session.locked", { reason: "time-up" });
    await journal.settled();
    expect((await journal.after(0, 10_000)).at(-1)).toMatchObject({ kind: "session.locked" });
  });

  it("counts nothing that was torn while it was written", async () => {
    const journal = await start();
    const before = await fill(journal);
    await journal.append("break-glass.opened", emergency());
    await journal.append("break-glass.opened", emergency("bruno"));
    await journal.close();
    const file = await open(join(folder, "journal-set-aside"), "r+");
    await file.write(Buffer.from("torn"), 0, 4, 1_024 + 100);
    await file.close();

    const next = await start();
    expect((await next.ofKind("break-glass.opened")).map(({ seq }) => seq)).toEqual([before + 1]);
    expect(await next.verify()).toMatchObject({ ok: true });
  });

  it("does not pass for a piece of another journal", async () => {
    const journal = await start();
    await fill(journal);
    await journal.append("break-glass.opened", emergency());
    await journal.close();
    for (const end of ["", "-wal", "-shm"]) await rm(join(folder, `journal.sqlite${end}`), { force: true });

    const other = await start();
    expect(other.health).toEqual({ state: "down", code: "journal-gap" });
  });
});
