import { readdir } from "node:fs/promises";
import { hours, instant, minutes } from "@wardkey/protocol";
import { EventMessage } from "@wardkey/protocol/fleet";
import { Journal, recover } from "../journal/index.js";
import { RecordedLocker } from "../locking/index.js";
import { Outages } from "../outages.js";
import { DEFAULT_TUNING, PresenceEngine } from "../presence/index.js";
import { PROFILES } from "../profile/index.js";
import { SessionRunner } from "../session/index.js";
import { Outbox } from "../uplink/outbox.js";
import { quietFacts } from "./quiet-kiosk.js";
import { runnerPorts } from "./runner-ports.js";
import { simulatedEmergency } from "./simulated-downtime.js";
import { SimulatedSenses } from "./simulated-senses.js";
import { SimulatedTime } from "./simulated-time.js";

/**
 * Days at a kiosk in compressed time: sessions, journal, outbox, the engine of presence and outages run as in the agent, over a
 * real file; phone, passers-by, face, fleet and clock are simulated, and there is no screen, camera or radio. `node --expose-gc soaked-agent.js JOURNAL DAYS SESSIONS` says after
 * each day, as a line of JSON, what this process holds.
 */
const [file = "", days = "7", sessions = "60"] = process.argv.slice(2);
const time = new SimulatedTime(Date.UTC(2026, 8, 1));
let ids = 0;
const newId = (): string => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`;
const journal = await Journal.open({ file, setAside: `${file}-set-aside`, clock: time, timers: time, newId });
await recover(journal, { version: "0.1.0", profile: "demo" });
const senses = new SimulatedSenses();
const locker = new RecordedLocker();
const outages = new Outages({ clock: time, journal });
let face: "one" | "none" = "none";
const runner = new SessionRunner(
  runnerPorts(senses, {
    clock: time,
    timers: time,
    newId,
    profile: PROFILES.production,
    locker,
    journal,
    cameraAttested: true,
    facts: () => quietFacts(journal, face),
  }),
);

/** Everybody who walks past in a shift or two, known to the site. */
const PASSERS_BY = 300;
const engine = new PresenceEngine<string>(DEFAULT_TUNING);
let walkers = 0;
const hear = (holder: string, strength: number): void =>
  void engine.heard(holder, { where: holder, address: holder, strength, at: time.monotonic() });

/** A second of the air around this kiosk while somebody is served at it. */
function air(holder: string): void {
  hear(holder, -52);
  hear(`passer-${walkers % PASSERS_BY}`, -60 - (walkers++ % 30));
  engine.link({ type: "heartbeat", moved: true }, time.monotonic());
  engine.link({ type: "rssi", dbm: -52 }, time.monotonic());
  engine.face({ faces: 1, track: 1 }, time.monotonic());
  engine.tick(time.monotonic());
}

const outbox = new Outbox({
  journal,
  timers: time,
  random: () => 0.5,
  newId,
  wallNow: () => time.now(),
  fleetNow: () => time.now(),
  publish: async (payload) => {
    const message = EventMessage.parse(JSON.parse(payload));
    const last = message.kind === "journal" ? message.body.events.at(-1) : undefined;
    if (last === undefined) throw new Error("no events");
    const iat = Math.ceil(time.now() / 1_000);
    outbox.onAcknowledgement({
      ...{ v: 1, iss: "site", aud: "kiosk-1", iat, exp: iat + 600, jti: newId(), epoch: last.seq, kind: "ack" },
      body: { seq: last.seq, head: last.hash, refusal: null },
    });
  },
  headAtFleet: async () => ({ ok: false, code: "site-unreachable", reached: false }),
  acknowledged: () => {},
  alarm: (code) => {
    throw new Error(code);
  },
  say: () => {},
});
journal.onAppended(() => outbox.kick());
outbox.connected();

const until = async (wanted: () => boolean): Promise<void> => {
  const begunAt = performance.now();
  while (!wanted()) {
    if (performance.now() - begunAt > 60_000) throw new Error(`stuck in ${runner.session.mode.name}`);
    await new Promise((resume) => setTimeout(resume, 1));
  }
};

async function untilSent(): Promise<void> {
  const begunAt = performance.now();
  while ((await journal.outbox()) < (await journal.head()).seq) {
    if (performance.now() - begunAt > 60_000) throw new Error("entries never came to the fleet");
    await new Promise((resume) => setTimeout(resume, 5));
  }
}

/** Somebody comes, works, and goes. */
async function serve(holder: { id: string }, forMs: number): Promise<void> {
  face = "one";
  runner.send({ type: "near", holder });
  await until(() => !locker.locked);
  engine.serve(holder.id, time.monotonic());
  for (let passed = 0; passed < forMs; passed += 1_000) {
    runner.send({ type: "heartbeat", attempt: runner.session.attempts, moved: true });
    air(holder.id);
    if (passed % 30_000 === 0) runner.send({ type: "activity" });
    await time.leap(1_000);
  }
  engine.account(time.monotonic());
  engine.unserve();
  face = "none";
  runner.send({ type: "face-gone-and-phone-still" });
  runner.send({ type: "gone", holder });
  await until(() => locker.locked && runner.session.mode.name === "locked");
  locker.turns.splice(0, locker.turns.length - 1);
  senses.presence.served.length = 0;
  senses.taps.asked.length = 0;
  senses.taps.sessions.length = 0;
  await journal.settled();
}

async function emergency(): Promise<void> {
  await runner.prove("break-glass", async () => ({ ok: true, who: simulatedEmergency() }));
  runner.send({ type: "lock-now" });
  await journal.settled();
}

const held = async (day: number): Promise<string> => {
  await new Promise((resume) => setTimeout(resume, 50));
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const files = (await readdir("/proc/self/fd")).length;
  const handles = process.getActiveResourcesInfo().length;
  return JSON.stringify({ day, heapUsed, external, rss, files, handles, entries: (await journal.head()).seq });
};

const perDay = Number(sessions);
for (let day = 1; day <= Number(days); day++) {
  const end = instant(time.now() + hours(24));
  for (let each = 0; each < perDay; each++) {
    await serve({ id: `person-${each % 12}` }, minutes(2));
    outages.is(each % 2 === 0 ? "camera" : "radio", each % 4 < 2 ? "down" : "ok", null);
    await time.advance(Math.floor((end - time.now()) / (perDay - each)));
  }
  await emergency();
  if (end > time.now()) await time.advance(end - time.now());
  await journal.settled();
  await untilSent();
  process.stdout.write(`${await held(day)}\n`);
}
const check = await journal.verify();
await runner.stop();
await journal.close();
if (!check.ok) throw new Error(check.code);
