import { randomUUID } from "node:crypto";
import type { NudgeBody } from "@wardkey/protocol/fleet";
import { LESSON_OFFER, NUDGE_SHOWN_MS, templateOf } from "@wardkey/protocol/nudge";
import { isLesson, type LessonId } from "@wardkey/protocol/training";
import { Draws } from "./draws.js";
import { INCIDENTS, journaledIn } from "./incidents.js";
import { answerOffer } from "./lessons.js";
import { SimulatedKiosk } from "./simulated-kiosk.js";
import type { FromKiosks, SimulatedWard, ToKiosks } from "./swarm-messages.js";
import type { Entry } from "./visits.js";
import { type Visit, visitsOf } from "./ward-day.js";

/** The simulated kiosks of `npm start -- --fleet`: real MQTT clients over real mutual TLS. Runs as a process of its own. */

type Begin = Extract<ToKiosks, { type: "begin" }>;
const AT_ONCE = 16;
const DAY_MS = 86_400_000;
/** Incidents come this far apart, at random. */
const CALM_MS = { from: 25_000, to: 70_000 } as const;
const REPORT_EVERY_MS = 300_000;
const KNOCK_EVERY_MS = 60_000;
/** In every so many wards somebody broke the glass in the days before: the first ward is one of them. */
const WARDS_AN_EMERGENCY = 3;

const kiosks = new Map<string, SimulatedKiosk>();
const timers = new Set<NodeJS.Timeout>();
let stopped = false;

const say = (message: FromKiosks): void => void process.send?.(message);
const later = (ms: number, act: () => Promise<unknown> | undefined): void => {
  const timer = setTimeout(() => {
    timers.delete(timer);
    // One kiosk's trouble is not the others'.
    if (!stopped) void Promise.resolve(act()).catch(() => undefined);
  }, ms);
  timers.add(timer);
};
const kiosk = (id: string): SimulatedKiosk => {
  const known = kiosks.get(id);
  if (known === undefined) throw new RangeError(`no kiosk ${id}`);
  return known;
};

async function begin(input: Begin): Promise<void> {
  const expires = Date.now() + DAY_MS;
  for (const { kiosks: devices } of input.wards) {
    for (const device of devices) kiosks.set(device.id, new SimulatedKiosk(device, input, expires));
  }
  const readers = new Draws(input.seed - 3);
  for (const each of kiosks.values()) {
    each.onNudge = (nudge) => {
      const { lesson } = nudge.body.parameters;
      if (nudge.body.template !== LESSON_OFFER) show(each, nudge);
      else if (typeof lesson === "string" && isLesson(lesson)) read(each, readers, lesson);
    };
  }
  await atOnce([...kiosks.values()], (each) => each.connect());
  say({ type: "connected", count: [...kiosks.values()].filter(({ isConnected }) => isConnected).length });
  const from = Date.now() - input.historyMs;
  const chance = new Draws(input.seed - 2);
  const days = input.wards.map((ward, at) => {
    const ids = ward.kiosks.map(({ id }) => id);
    const share = chance.whole(20, 80) / 100;
    const emergencyAt = at % WARDS_AN_EMERGENCY === 0 ? from + share * input.historyMs : null;
    const visits = visitsOf(new Draws(input.seed + at), { ...ward, kiosks: ids, from, emergencyAt, newId: randomUUID });
    return { visits, first: next(visits) };
  });
  say({ type: "caught-up", events: await history(days, from) });
  for (const day of days) live(day.visits, day.first);
  incidents(new Draws(input.seed - 1), input.wards);
  const report = async (): Promise<void> => {
    later(REPORT_EVERY_MS, report);
    for (const each of kiosks.values()) await each.report();
  };
  later(REPORT_EVERY_MS, report);
  if (input.denied !== null) knock(new SimulatedKiosk(input.denied, input, expires));
}

/** As if somebody read it: most let its time run out, some touch it away. */
function show(at: SimulatedKiosk, { id: nudge, body: { template } }: { id: string; body: NudgeBody }): void {
  const known = templateOf(template);
  if (known === null) return;
  const isDismissed = Number.parseInt(nudge.slice(-1), 16) < 5;
  const ms = isDismissed ? 1_900 : NUDGE_SHOWN_MS;
  const ended = isDismissed ? "dismissed" : "time";
  const shown = { nudge, template, moment: known.moment, ended, ms } as const;
  later(ms, () => at.journal([{ at: Date.now(), kind: "nudge.shown", body: shown }]));
}

/** As if whoever is in read the lesson, or put it off. Who leaves before the last question leaves it unanswered. */
function read(at: SimulatedKiosk, draws: Draws, lesson: LessonId): void {
  const staffId = at.served;
  if (staffId === null) return;
  const now = Date.now();
  for (const entry of answerOffer(draws, { lesson, staffId, now })) {
    later(entry.at - now, async () => {
      if (at.served === staffId) await at.journal([entry]);
    });
  }
}

type Day = { readonly visits: Generator<Visit>; first: Visit };
const next = (visits: Generator<Visit>): Visit => {
  const { value, done } = visits.next();
  if (done === true) throw new RangeError("a ward's day does not end");
  return value;
};

/** What the kiosks did before they came to this fleet: a day after the other, as if all had been away. */
async function history(days: Day[], from: number): Promise<number> {
  let events = 0;
  for (let until = from + DAY_MS; until - DAY_MS < Date.now() && !stopped; until += DAY_MS) {
    const journals = new Map<string, Entry[]>();
    for (const day of days) {
      while (endOf(day.first) < Math.min(until, Date.now())) {
        journals.set(day.first.kiosk, [...(journals.get(day.first.kiosk) ?? []), ...day.first.entries]);
        day.first = next(day.visits);
      }
    }
    await atOnce([...journals], async ([id, entries]) => {
      events += entries.length;
      await kiosk(id).journal(entries);
    });
  }
  return events;
}

const endOf = ({ entries, at }: Visit): number => entries.at(-1)?.at ?? at;

/** From now on everything happens when it happens. */
function live(visits: Generator<Visit>, visit: Visit): void {
  for (const entry of visit.entries) later(entry.at - Date.now(), () => kiosk(visit.kiosk).journal([entry]));
  const last = visit.entries.at(-1)?.at ?? Date.now();
  later(last + 500 - Date.now(), () => kiosk(visit.kiosk).report());
  later(visit.at - Date.now(), async () => live(visits, next(visits)));
}

function incidents(draws: Draws, wards: readonly SimulatedWard[]): void {
  const happen = async (): Promise<void> => {
    later(draws.whole(CALM_MS.from, CALM_MS.to), happen);
    const incident = draws.pick(INCIDENTS);
    const [ward, other] = [draws.pick(wards), draws.pick(wards)];
    const [here, there] = [kiosk(draws.pick(ward.kiosks).id), kiosk(draws.pick(other.kiosks).id)];
    const at = Date.now();
    const journaled = journaledIn(incident, draws, { at, person: draws.pick(ward.people), newId: randomUUID });
    for (const entry of journaled.here) later(entry.at - at, () => here.journal([entry]));
    for (const entry of journaled.there) later(entry.at - at, () => there.journal([entry]));
    switch (incident) {
      case "camera":
        await here.seem({ camera: "down" });
        later(90_000, async () => {
          await here.journal([{ at: Date.now(), kind: "camera.back", body: { lostMs: 90_000 } }]);
          await here.seem({});
        });
        return;
      case "clock":
        await here.seem({ clockOffsetMs: 240_000 });
        return later(180_000, () => here.seem({}));
      case "offline":
        here.cut();
        return later(draws.whole(60_000, 120_000), () => here.connect());
      case "borrowed-name":
        // Somebody holds one kiosk's certificate and says to be another.
        return here.withItsKey().connect(there.id);
      default:
        return;
    }
  };
  later(5_000, happen);
}

/** A kiosk that was denied and does not know when to stop. */
function knock(denied: SimulatedKiosk): void {
  later(KNOCK_EVERY_MS, async () => {
    knock(denied);
    await denied.connect();
  });
}

async function atOnce<T>(all: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  const worker = async (): Promise<void> => {
    for (let each = waiting.shift(); each !== undefined && !stopped; each = waiting.shift()) {
      await work(each).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function stop(): Promise<void> {
  stopped = true;
  for (const timer of timers) clearTimeout(timer);
  await Promise.race([
    Promise.all([...kiosks.values()].map((each) => each.stop().catch(() => undefined))),
    new Promise((resolve) => setTimeout(resolve, 5_000)),
  ]);
  process.disconnect();
}

process.on("message", (message: ToKiosks) => {
  switch (message.type) {
    case "begin":
      begin(message).catch((error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      });
      return;
    case "stop":
      return void stop();
  }
});
// Whoever started it is gone, perhaps by a signal that let nothing be said: simulated kiosks alone are of no use.
process.once("disconnect", () => process.exit());
