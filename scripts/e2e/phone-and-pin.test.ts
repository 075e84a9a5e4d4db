import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Hospital, startHospital } from "../src/hospital/hospital.js";
import { type Screens, watchKiosk, watchPhone } from "../src/hospital/screens.js";
import { walk } from "../src/hospital/walk.js";
import { readJournal } from "../src/shift/journal.js";

const PIN = "739154";

const folder = mkdtempSync(join(tmpdir(), "wardkey-phone-and-pin-"));
const refusals: string[] = [];
let hospital: Hospital;
let screens: Screens;

/** The product's own processes, a phone in a simulated room, and a kiosk with no picture of anybody: its page is not open. */
beforeAll(async () => {
  hospital = await startHospital({
    dataDir: folder,
    ports: { kiosk: 0, phone: 0, site: 0, devices: 0, mqtt: 0 },
    profile: "demo",
    camera: { kind: "page" },
    seed: 7,
  });
  screens = {
    kiosk: await watchKiosk(hospital, (_command, code) => refusals.push(code)),
    phone: await watchPhone(hospital),
  };
}, 120_000);
afterAll(async () => {
  screens?.kiosk.close();
  screens?.phone.close();
  await hospital?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("somebody who gave no face", () => {
  it("is enrolled with phone and PIN, comes in by them, not by another PIN, and is out when the phone leaves", async () => {
    const { kiosk, phone } = screens;
    await kiosk.until("a kiosk that the fleet leases", ({ health }) => health.fleet === "ok", 60_000);
    phone.send({ type: "unlock-phone" });
    phone.send({ type: "move", distance: 1 });
    const { operatorCode } = hospital;
    kiosk.send({ type: "enrol-begin", operatorCode, givenName: "Carla", familyName: "Bianchi", pin: PIN });
    const offered = await kiosk.until("the QR code", ({ enrolment }) => enrolment?.step === "offer", 20_000);
    if (offered.enrolment?.step !== "offer") throw new Error("no offer");
    phone.send({ type: "enrol", qr: offered.enrolment.qr });
    await kiosk.until("the digits", ({ enrolment }) => enrolment?.step === "compare-code", 30_000);
    kiosk.send({ type: "enrol-codes", agree: true });
    await kiosk.until("the end", ({ enrolment }) => enrolment?.step === "done" || enrolment?.step === "failed", 30_000);
    expect(kiosk.latest()?.enrolment).toMatchObject({ step: "done", name: "Carla" });
    kiosk.send({ type: "enrol-cancel" });

    // Until the kiosk has the table with this phone, and has heard it near.
    const deadline = Date.now() + 60_000;
    while (kiosk.latest()?.ways?.phone !== "read" && Date.now() < deadline) {
      phone.send({ type: "move", distance: 0.8 });
      phone.send({ type: "move", distance: 0.9 });
      if (kiosk.latest()?.ways?.phone === "ready") kiosk.send({ type: "ways-phone" });
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    }
    expect(kiosk.latest()?.ways).toMatchObject({ phone: "read", phoneName: "Carla" });
    kiosk.send({ type: "enter-pin", of: "phone", pin: "739155" });
    await expect.poll(() => refusals.at(-1), { timeout: 15_000 }).toBe("way-wrong");
    kiosk.send({ type: "enter-pin", of: "phone", pin: PIN });
    const open = await kiosk.until("an open kiosk", ({ session }) => session.state === "unlocked", 20_000);
    expect(open.session).toMatchObject({ name: "Carla", until: null });
    await phone.until("a kiosk that is served", ({ visibility }) => visibility.servedKiosk !== null, 10_000);
    const kept = await phone.until("a receipt", ({ history }) => history[0]?.purpose === "unlock", 10_000);
    expect(kept.history[0]).toMatchObject({ outcome: "unlocked", receipt: true });

    await walk(phone, { from: 0.9, to: 16, crossing: 3 }).arrived;
    await kiosk.until(
      "a locked kiosk",
      ({ session }) => session.state !== "unlocked" && session.state !== "leaving",
      30_000,
    );
    const told = await readJournal(join(hospital.folders.agent, "journal.sqlite"));
    expect(told.find(({ kind }) => kind === "session.unlocked")?.body).toMatchObject({ way: "phone", weak: false });
    expect(told.map(({ kind }) => kind)).toContain("session.locked");
    expect(JSON.stringify(told)).not.toMatch(/73915[45]/);
  }, 240_000);
});
