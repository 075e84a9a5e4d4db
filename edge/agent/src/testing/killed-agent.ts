import { writeSync } from "node:fs";
import { Journal, recover } from "../journal/index.js";
import { RecordedLocker } from "../locking/index.js";
import { SessionRunner } from "../session/index.js";
import { systemClock, systemTimers } from "../time.js";
import { quietFacts } from "./quiet-kiosk.js";
import { runnerPorts } from "./runner-ports.js";
import { simulatedEmergency } from "./simulated-downtime.js";
import { SimulatedSenses } from "./simulated-senses.js";

/**
 * A session over a real journal that ends itself with SIGKILL at the n-th point of its life: before and after every write
 * and every turn of the lock. Says on stdout what took effect. `node killed-agent.js JOURNAL POINT`; a point that never
 * comes lets it stop in order. With `emergency` as a third word the disk is full in the end, and somebody breaks the glass.
 */
const [file = "", deadly = "0", more = ""] = process.argv.slice(2);
/** Random ones would fall on pages with room at random: the points of one run are those of the next. */
let ids = 0;
const newId = (): string => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`;
let point = 0;
const pass = (): void => {
  point++;
  if (point === Number(deadly)) process.kill(process.pid, "SIGKILL");
};
const took = (effect: string): void => {
  pass();
  writeSync(1, `${effect}\n`);
  pass();
};

class TellingLocker extends RecordedLocker {
  override lock(): void {
    super.lock();
    took("lock");
  }

  override unlock(): void {
    super.unlock();
    took("unlock");
  }
}

const journal = await Journal.open({
  file,
  setAside: `${file}-set-aside`,
  clock: systemClock,
  timers: systemTimers,
  newId,
  trace: pass,
});
await recover(journal, { version: "0.1.0", profile: "demo" });
const senses = new SimulatedSenses();
const locker = new TellingLocker();
let face: "one" | "none" = "one";
const runner = new SessionRunner(
  runnerPorts(senses, {
    clock: systemClock,
    timers: systemTimers,
    newId,
    locker,
    journal,
    facts: () => quietFacts(journal, face),
  }),
);
for (const id of ["anna", "bruno"]) {
  face = "one";
  runner.send({ type: "near", holder: { id } });
  while (locker.locked) await new Promise((resume) => setTimeout(resume, 1));
  face = "none";
  runner.send({ type: "face-gone-and-phone-still" });
  runner.send({ type: "gone", holder: { id } });
  await journal.settled();
}
if (more === "emergency") {
  await journal.resize(1);
  while ((await journal.append("camera.lost", {})).ok);
  const opened = await runner.prove("break-glass", async () => ({ ok: true, who: simulatedEmergency() }));
  if (!opened.ok) throw new Error(opened.code);
  runner.send({ type: "lock-now" });
  await journal.settled();
  await journal.resize(1_000_000);
  await journal.append("camera.back", {});
}
await runner.stop();
journal.note("agent.stopped", {});
await journal.close();
writeSync(1, `points ${point}\n`);
