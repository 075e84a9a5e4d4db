import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SimulatedTime } from "../testing/simulated-time.js";
import { lockTogether } from "./lock-together.js";
import { openLocker } from "./open-locker.js";
import { PageCover } from "./page-cover.js";
import type { LockerEvent } from "./ports.js";
import { RecordedLocker } from "./recorded-locker.js";
import { LockingSettings } from "./settings.js";
import { SimulatedMac } from "./testing/simulated-mac.js";
import { SimulatedRelayBoard } from "./testing/simulated-relay-board.js";

let folder: string;
let time: SimulatedTime;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-locking-"));
  time = new SimulatedTime();
});
afterEach(() => rm(folder, { recursive: true }));

const world = () => ({ clock: time, timers: time, cover: new PageCover(), relayBoard: null });
const grant = (staffId = "anna") => ({ staffId, freshUntil: time.monotonic() + 1_000 });

describe("what a kiosk is configured to lock", () => {
  it("is nothing but its screen", async () => {
    const locker = await openLocker({ kind: "screen" }, world());
    locker.unlock(grant());
    expect(locker.locked).toBe(false);
  });

  it("is a device behind a board of relays, which it asks for by its profile", async () => {
    const board = new SimulatedRelayBoard();
    const asked: unknown[] = [];
    const profileFile = join(folder, "pump.json");
    const by = { kind: "relay", use: "hold", board: "dcttech-usbrelay-2", channel: 1, on: "usable" };
    const profile = { schema: "wardkey.locked-device/1", name: "Simulated pump", safe: "locked", interface: by };
    await writeFile(profileFile, JSON.stringify(profile));
    const relayBoard = (which: object): SimulatedRelayBoard => {
      asked.push(which);
      return board;
    };
    const locker = await openLocker({ kind: "device", profileFile }, { ...world(), relayBoard });
    await locker.start();
    await time.advance(0);
    locker.unlock(grant());
    await time.advance(0);
    expect([asked, board.isOn(1), locker.locked]).toEqual([[{ profile: "dcttech-usbrelay-2" }], true, false]);
    await expect(openLocker({ kind: "device", profileFile }, world())).rejects.toMatchObject({
      code: "relay-board-missing",
    });
  });

  it("is a shared desktop, whose next person comes in after what was open is put away", async () => {
    const cover = new PageCover();
    cover.connect({ clock: time, timers: time, ask: (revision) => cover.confirmed(time, revision) });
    const ran: unknown[] = [];
    const locker = await openLocker(
      LockingSettings.parse({ kind: "shared-desktop", otherPerson: { command: "/usr/bin/close-charts" } }),
      {
        ...world(),
        cover,
        run: async (...what) => {
          ran.push([what[0], what[1], what[3]]);
          return { ok: true, stdout: "" };
        },
      },
    );
    await locker.start();
    for (const person of ["anna", "anna", "bruno"]) {
      locker.lock();
      await time.advance(0);
      locker.unlock(grant(person));
      await time.advance(0);
      expect(locker.locked).toBe(false);
    }
    expect(ran).toEqual([["/usr/bin/close-charts", [], 3_000]]);
  });

  it("is a Mac", async () => {
    const mac = new SimulatedMac();
    const settings = LockingSettings.parse({ kind: "desktop", desktop: { system: "macos" } });
    const locker = await openLocker(settings, { ...world(), run: mac.run });
    await locker.start();
    await time.advance(1_000);
    expect(mac.locked).toBe(true);
    await locker.stop();
  });

  it.each([
    [{ kind: "desktop", desktop: { system: "beos" } }],
    [{ kind: "desktop", desktop: { system: "logind", seat: "seat0; reboot" } }],
    [{ kind: "shared-desktop", otherPerson: { command: "close-charts" } }],
    [{ kind: "device", profileFile: "pump.json" }],
    [{ kind: "screen", more: true }],
  ])("is refused: %j", (settings) => {
    expect(LockingSettings.safeParse(settings).success).toBe(false);
  });
});

it("lockers together are open when all of them are, and tell the first trouble until there is none", () => {
  const [one, other] = [new RecordedLocker(), new RecordedLocker()];
  const both = lockTogether([one, other]);
  const heard: LockerEvent[] = [];
  both.on((event) => heard.push(event));
  one.unlock();
  expect(both.locked).toBe(true);
  other.unlock();
  other.say({ type: "trouble", code: "lock-refused" });
  one.say({ type: "trouble", code: "lock-failed" });
  other.say({ type: "trouble", code: null });
  one.say({ type: "trouble", code: null });
  one.lock();
  other.lock();
  expect(heard).toEqual([
    { type: "turned", locked: false },
    { type: "trouble", code: "lock-refused" },
    { type: "trouble", code: "lock-failed" },
    { type: "trouble", code: null },
    { type: "turned", locked: true },
  ]);
});
