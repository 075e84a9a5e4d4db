import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant } from "@wardkey/protocol";
import type { PhoneEffect, Refusal, ReleaseMade } from "@wardkey/protocol/tap";
import { loadNoble } from "@wardkey/virtual-radio";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Journal } from "./journal/index.js";
import { RecordedLocker } from "./locking/index.js";
import { createPresence } from "./presence/index.js";
import { alreadyOpen, createCentralRadio } from "./radio/index.js";
import { SessionRunner } from "./session/index.js";
import { createTapRunner, type TapRunner } from "./tap/index.js";
import { runnerPorts } from "./testing/runner-ports.js";
import { SimulatedVision } from "./testing/simulated-senses.js";
import { newHolder, openTapRoom, type TapRoom } from "./testing/tap-room.js";
import { systemClock, systemTimers } from "./time.js";

const QUOTA = { perKiosk: 4, all: 20 };
const anna = newHolder("anna");
const never = new AbortController().signal;

let folder: string;
let room: TapRoom;
let journal: Journal;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-stolen-"));
  room = await openTapRoom([anna]);
  const file = join(folder, "journal.sqlite");
  journal = await Journal.open({ file, clock: systemClock, timers: systemTimers, newId: randomUUID });
});
afterEach(async () => {
  await room.close();
  await journal.close();
  await rm(folder, { recursive: true });
});

/** A phone that remembers, as the wallet's vault does, what it gave and whom it refused. */
async function rememberingPhone(): Promise<{ releases: ReleaseMade[]; refusals: Refusal[] }> {
  const releases: ReleaseMade[] = [];
  const refusals: Refusal[] = [];
  const onEffect = (effect: PhoneEffect): void => {
    if (effect.type === "released") releases.push({ kiosk: effect.kiosk, at: effect.at });
    if (effect.type !== "finished" || effect.code === null || effect.reader === null) return;
    if (effect.code.startsWith("quota-")) {
      refusals.push({ kiosk: effect.reader.kiosk, code: effect.code, at: systemClock.now() });
    }
  };
  const { trust } = room.site;
  const memory = () => ({
    highestDenyEpoch: 0,
    deniedKiosks: new Set<string>(),
    latestTime: instant(0),
    releases: [...releases],
    limits: QUOTA,
  });
  await room.phone(
    anna,
    { position: { x: 1, y: 0 } },
    { onEffect, refusals: () => refusals, errand: () => ({ purpose: "unlock", trust, memory: memory() }) },
  );
  return { releases, refusals };
}

/** Another kiosk of the same site, whose key nobody stole. */
async function honestKiosk(): Promise<{ taps: TapRunner; close(): Promise<void> }> {
  const reader = await room.site.reader("bay-2");
  const noble = loadNoble(room.join("bay-2", { position: { x: 0, y: 1 } }));
  const radio = createCentralRadio({ adapter: alreadyOpen(noble), clock: systemClock, log: () => {} });
  const presence = createPresence({ radio, directory: room.directory, clock: systemClock });
  const { trust } = room.site;
  const current = () => ({
    trust,
    readerChain: [reader.certificate],
    status: reader.status,
    denyNotice: null,
    deniedHolders: new Set<string>(),
  });
  const taps = createTapRunner({
    radio,
    presence,
    directory: room.directory,
    reader: { current, sign: reader.sign },
    clock: systemClock,
    randomBytes,
  });
  await presence.start();
  while (presence.sighting({ id: "anna" }) === undefined) await new Promise((resume) => setTimeout(resume, 20));
  return { taps, close: () => presence.stop() };
}

// threats.md, row 5.
it("gets no more than the quota with a stolen key, and the next honest kiosk journals which kiosk it was, and when", async () => {
  const phone = await rememberingPhone();
  await room.seen(({ type }) => type === "near");
  const begunAt = systemClock.now();
  const answers: string[] = [];
  for (let request = 0; request < QUOTA.perKiosk + 3; request++) {
    const tapped = await room.runner.tap({ id: "anna" }, never);
    answers.push(tapped.ok ? "template" : tapped.code);
    if (tapped.ok) await tapped.session.close();
  }
  expect(answers.filter((answer) => answer === "template")).toHaveLength(QUOTA.perKiosk);
  expect(answers.at(-1)).not.toBe("template");
  expect(phone.releases).toHaveLength(QUOTA.perKiosk);
  expect(phone.refusals.length).toBeGreaterThan(0);
  await room.presence.stop();

  const honest = await honestKiosk();
  const presence = { serve: () => () => {}, near: () => [{ id: "anna" }], account: () => null };
  const runner = new SessionRunner(
    runnerPorts(
      { presence, taps: honest.taps, vision: new SimulatedVision() },
      {
        clock: systemClock,
        timers: systemTimers,
        newId: randomUUID,
        locker: new RecordedLocker(),
        journal,
      },
    ),
  );
  runner.send({ type: "near", holder: { id: "anna" } });
  const alerts = async () => (await journal.after(0, 100)).filter(({ kind }) => kind === "security.alert");
  while ((await alerts()).length === 0) await new Promise((resume) => setTimeout(resume, 20));
  await runner.stop();
  await honest.close();
  const [alert] = await alerts();
  expect(alert?.body).toEqual({
    reason: "quota-kiosk",
    staffId: "anna",
    kiosk: "bay-1",
    seenAt: expect.any(Number),
    count: 1,
  });
  expect(Number(alert?.body["seenAt"])).toBeGreaterThanOrEqual(begunAt - 1_000);
}, 30_000);
