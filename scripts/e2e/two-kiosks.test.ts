import { join } from "node:path";
import { joinRoom } from "@wardkey/virtual-radio";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Screens, watchKiosk } from "../src/hospital/screens.js";
import { readJournal } from "../src/shift/journal.js";
import { settled } from "../src/shift/steps.js";
import { SimulatedPump } from "./test-support/pump.js";
import { openWard, type Ward } from "./test-support/ward.js";

/** What ADR 57 calls at once: a last heartbeat, one step of the session, one order to what is locked. */
const AT_ONCE_MS = 2_000;
const EARLIER = { id: "kiosk-2", name: "Workstation 2", ward: "Ward 3 East" };
/** Metres from the first kiosk, where she is enrolled, to where she works. */
const DOWN_THE_CORRIDOR = 20;

let ward: Ward;
let pump: SimulatedPump;
let earlier: Screens["kiosk"];
let porter: Awaited<ReturnType<typeof joinRoom>>;

/** Two kiosks as they are installed, each an agent of its own with its own camera, one fleet, one phone. */
beforeAll(async () => {
  pump = await SimulatedPump.start();
  ward = await openWard(["tap"], { other: EARLIER });
  await ward.stand("tap");
  const { hospital } = ward;
  porter = await joinRoom({ socketPath: hospital.roomSocket, name: "porter" });
  if (porter.outcome === "refused") throw new Error(porter.reason);
  await porter.control.place(EARLIER.id, { x: DOWN_THE_CORRIDOR + 0.6, y: 0 });
  const camera = { kind: "file", path: ward.film("tap") } as const;
  const locking = pump.describedIn(join(hospital.folders.other, "pump.json"));
  earlier = await watchKiosk({ kiosk: await hospital.openOther({ camera, locking }) });
}, 180_000);
afterAll(async () => {
  earlier?.close();
  if (porter?.outcome === "joined") await porter.participant.close();
  await ward?.close();
  pump?.stop();
});

/** The first kiosk comes on its wheels: where only one thing moves, neither her phone nor the earlier kiosk seems to leave. */
async function rollToHer(): Promise<void> {
  if (porter.outcome === "refused") throw new Error(porter.reason);
  const done = await porter.control.place("kiosk", { x: DOWN_THE_CORRIDOR - 0.7, y: 0 });
  expect(done).toMatchObject({ outcome: "done" });
}

describe("one seat at a time", () => {
  it("covers and locks the kiosk she was at when she taps in at another, which stays open, and journals why", async () => {
    const { kiosk, phone } = ward.screens();
    await earlier.until("an earlier kiosk that the fleet leases", ({ health }) => health.fleet === "ok", 60_000);
    await settled(earlier);
    phone.send({ type: "move", distance: DOWN_THE_CORRIDOR });
    const open = await earlier.until("an open earlier kiosk", ({ session }) => session.state === "unlocked", 30_000);
    expect(open.session).toMatchObject({ name: "Anna" });
    await expect.poll(() => pump.locked, { timeout: 5_000 }).toBe(false);
    expect(kiosk.latest()?.session.state).toBe("locked");

    // She turns from one to the other: the films of their cameras never end and show her at both.
    const covered = earlier.until(
      "a covered earlier kiosk",
      ({ session }) => session.state === "unlocked" && session.elsewhere === true,
      30_000,
    );
    const coveredAt = covered.then(() => performance.now());
    const openedAt = kiosk
      .until("an open kiosk", ({ session }) => session.state === "unlocked", 30_000)
      .then(() => performance.now());
    await rollToHer();
    const took = (await coveredAt) - (await openedAt);
    expect(took).toBeLessThan(AT_ONCE_MS);
    await expect.poll(() => pump.locked, { timeout: AT_ONCE_MS }).toBe(true);

    // Her face and phone stay in sight of both: neither takes her back from the other.
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    expect([kiosk.latest()?.session, earlier.latest()?.session]).toEqual([
      expect.objectContaining({ state: "unlocked", name: "Anna" }),
      expect.objectContaining({ state: "unlocked", elsewhere: true }),
    ]);
    expect(kiosk.latest()?.session).not.toHaveProperty("elsewhere");
    expect(pump.locked).toBe(true);
    expect(phone.latest()?.visibility.servedKiosk).toBe("Workstation 1");

    const told = async (folder: string) =>
      (await readJournal(join(folder, "journal.sqlite"))).filter(({ kind }) => kind.startsWith("session."));
    const { folders } = ward.hospital;
    const [unlocked, left] = await told(folders.other);
    expect(unlocked).toMatchObject({ kind: "session.unlocked", body: { staffId: "anna-rossi", way: "face" } });
    expect(left).toMatchObject({
      kind: "session.leaving",
      body: { session: unlocked?.body["session"], staffId: "anna-rossi", reason: "elsewhere" },
    });
    expect((await told(folders.agent)).at(-1)).toMatchObject({ kind: "session.unlocked" });

    earlier.send({ type: "lock-now" });
    await earlier.until("a locked earlier kiosk", ({ session }) => session.state === "locked", 5_000);
    await expect
      .poll(async () => (await told(folders.other)).map(({ kind }) => kind))
      .toEqual(["session.unlocked", "session.leaving", "session.locked"]);
    expect(kiosk.latest()?.session.state).toBe("unlocked");
  }, 180_000);
});
