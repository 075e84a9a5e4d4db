import { Chance } from "./chance.js";
import { CountedSteps } from "./counted-steps.js";
import type { Carriage, Observation, WalkKiosk, WalkPlan } from "./model.js";
import { LinkStrength } from "./strength.js";
import { Whereabouts } from "./whereabouts.js";

const ADVERT_MS = 100;
// Core 5.3 Vol 6 B 4.4.2.2: advDelay is drawn from 0 to 10 ms for each event.
const ADVERT_DELAY_MS = 10;
const STRENGTH_MS = 250;
const HEARTBEAT_MS = 1_000;
const SUPERVISION_MS = 4_000;
const FRAME_MS = 500;
const INPUT_MS = 1_000;
/** Share of frames in which a face is not found although it is there; drawn for each walk. */
const MISSED_FACES = [0.03, 0.1] as const;
/** Share of seconds in which a phone moves although its owner does not walk. */
const FIDGETS: Readonly<Record<Carriage, number>> = {
  hand: 0.5,
  "front-pocket": 0.15,
  "back-pocket": 0.1,
  desk: 0.01,
  "under-patient": 0.05,
};
const STEPS_SEEN = 0.97;

interface Source {
  at: number;
  /** What there is to observe at `at`; moves `at` on. */
  next(): Observation | null;
}

/**
 * Everything that the kiosks of a walk could observe, in order of time. Links are told of as if there were always one: who
 * replays it heeds only those that it holds.
 */
export function* observe(plan: WalkPlan): Generator<Observation> {
  const sources = plan.kiosks.flatMap((kiosk) => [
    ...plan.people.flatMap((person) => radio(plan, kiosk, person.name)),
    frames(plan, kiosk),
    inputs(plan, kiosk),
  ]);
  for (;;) {
    let first: Source | undefined;
    for (const source of sources) if (first === undefined || source.at < first.at) first = source;
    if (first === undefined || first.at >= plan.durationMs) return;
    const observation = first.next();
    if (observation !== null) yield observation;
  }
}

const whereOf = (plan: WalkPlan, name: string): Whereabouts => {
  const person = plan.people.find((each) => each.name === name);
  if (person === undefined) throw new RangeError("nobody of this name walks here");
  return new Whereabouts(person);
};

function radio(plan: WalkPlan, { name: kioskName, ...rest }: WalkKiosk, person: string): Source[] {
  const { seed, air } = plan;
  const kiosk = { name: kioskName, ...rest };
  const where = whereOf(plan, person);
  const phone = where.person.phone;
  const chance = new Chance(seed, "radio", kioskName, person);
  const strength = new LinkStrength({ air, kiosk, where, chance });
  const adverts: Source = {
    at: chance.between(0, ADVERT_MS),
    next() {
      const { at } = this;
      this.at += ADVERT_MS + chance.between(0, ADVERT_DELAY_MS);
      const rssi = strength.packet(at);
      if (rssi === null || chance.happens(air.loss)) return null;
      return { at, type: "advert", kiosk: kioskName, phone, rssi };
    },
  };
  const steps = new CountedSteps(whereOf(plan, person), new Chance(seed, "steps", kioskName, person));
  let heardAt = 0;
  const link: Source = {
    at: chance.between(0, STRENGTH_MS),
    next() {
      const { at } = this;
      this.at += STRENGTH_MS;
      const rssi = strength.packet(at);
      if (rssi !== null) {
        heardAt = at;
        return { at, type: "link", kiosk: kioskName, phone, rssi };
      }
      if (at - heardAt < SUPERVISION_MS || heardAt < 0) return null;
      // Told once: there is nothing more to lose until it is heard again.
      heardAt = Number.NEGATIVE_INFINITY;
      return { at, type: "out-of-reach", kiosk: kioskName, phone };
    },
  };
  const heartbeats: Source = {
    at: chance.between(0, HEARTBEAT_MS),
    next() {
      const { at } = this;
      this.at += HEARTBEAT_MS + chance.between(-30, 30);
      // A link sends again what was not heard: two chances before the next one.
      if (strength.packet(at) === null && strength.packet(at) === null) return null;
      const carried = where.carried(at);
      const walks = carried?.lies === null && where.turn(at)?.walking === true;
      const moved = chance.happens(walks ? STEPS_SEEN : FIDGETS[carried?.how ?? "hand"]);
      return { at, type: "heartbeat", kiosk: kioskName, phone, moved, steps: steps.until(at, moved) };
    },
  };
  return [adverts, link, heartbeats];
}

function frames(plan: WalkPlan, kiosk: WalkKiosk): Source {
  const chance = new Chance(plan.seed, "frames", kiosk.name);
  const everybody = plan.people.map((person) => new Whereabouts(person));
  const missed = chance.between(...MISSED_FACES);
  return {
    at: chance.between(0, FRAME_MS),
    next() {
      const { at } = this;
      this.at += FRAME_MS;
      const faces = everybody.flatMap((where) => {
        const size = where.face(at, kiosk);
        return size === null || chance.happens(missed) ? [] : [{ person: where.person.name, size }];
      });
      return { at, type: "faces", kiosk: kiosk.name, faces };
    },
  };
}

function inputs(plan: WalkPlan, kiosk: WalkKiosk): Source {
  const chance = new Chance(plan.seed, "inputs", kiosk.name);
  const everybody = plan.people.map((person) => new Whereabouts(person));
  return {
    at: chance.between(0, INPUT_MS),
    next() {
      const { at } = this;
      this.at += INPUT_MS;
      return everybody.some((where) => where.types(at, kiosk)) ? { at, type: "input", kiosk: kiosk.name } : null;
    },
  };
}
