import {
  LEAVE_METRES,
  type Observation,
  type Use,
  type WalkKiosk,
  type WalkPlan,
  type WalkTrace,
  Whereabouts,
} from "@wardkey/virtual-radio/walks";

/** What is true at one kiosk, as far as anybody knows: the rules do not see it, the people and the judge do. */
export interface KioskTruth {
  readonly kiosk: string;
  /** What chance is drawn from that is not in the walk itself. */
  readonly seed: number;
  readonly durationMs: number;
  readonly people: readonly { readonly name: string; readonly phone: string }[];
  /** Of this kiosk. */
  readonly uses: readonly Use[];
  /** Told of each observation before anybody else is. */
  note(observation: Observation): void;
  /** Within three metres. */
  within(person: string, at: number): boolean;
  /** Sits or stands right before the screen. */
  before(person: string, at: number): boolean;
  looks(person: string, at: number): boolean;
  /** In the camera's picture. */
  inView(person: string, at: number): boolean;
  /** Milliseconds since they last walked. */
  steadyMs(person: string, at: number): number;
  /** Whether this phone would answer. */
  reaches(phone: string, at: number): boolean;
}

const SEAT_METRES = 1.2;
const REACH_METRES = 12;

export function truthOfWalk(plan: WalkPlan, kiosk: WalkKiosk): KioskTruth {
  const where = new Map(plan.people.map((person) => [person.name, new Whereabouts(person)]));
  const owners = new Map(plan.people.map((person) => [person.phone, new Whereabouts(person)]));
  const metres = (person: string, at: number): number => where.get(person)?.distance(at, kiosk) ?? Number.NaN;
  return {
    kiosk: kiosk.name,
    seed: plan.seed,
    durationMs: plan.durationMs,
    people: plan.people,
    uses: plan.uses.filter((use) => use.kiosk === kiosk.name),
    note() {},
    within: (person, at) => metres(person, at) <= LEAVE_METRES,
    before: (person, at) => metres(person, at) < SEAT_METRES,
    looks: (person, at) => where.get(person)?.looksAt(at, kiosk) === true,
    inView: (person, at) => (where.get(person)?.face(at, kiosk) ?? null) !== null,
    steadyMs: (person, at) => where.get(person)?.steadyMs(at) ?? 0,
    reaches(phone, at) {
      const { x, y } = owners.get(phone)?.phonePlace(at) ?? { x: Number.POSITIVE_INFINITY, y: 0 };
      return Math.hypot(x - kiosk.position.x, y - kiosk.position.y) <= REACH_METRES;
    },
  };
}

const FRAME_FRESH_MS = 1_500;
const HEARD_LATELY_MS = 3_000;

/** The same of a trace: its uses say when somebody was before the screen, its frames whose face was seen. */
export function truthOfTrace({ header }: Pick<WalkTrace, "header">, kiosk: string): KioskTruth {
  const uses = header.uses.filter((use) => use.kiosk === kiosk);
  const faces = new Map<string, number>();
  const heard = new Map<string, number>();
  const using = (person: string, at: number): Use | undefined =>
    uses.find((use) => use.person === person && at >= use.seatedAt && at < use.risesAt);
  const inView = (person: string, at: number): boolean => at - (faces.get(person) ?? Number.NaN) <= FRAME_FRESH_MS;
  return {
    kiosk,
    seed: header.seed ?? 0,
    durationMs: header.durationMs,
    people: header.people,
    uses,
    note(observation) {
      if (observation.type === "faces") for (const { person } of observation.faces) faces.set(person, observation.at);
      if ("phone" in observation && observation.type !== "out-of-reach") heard.set(observation.phone, observation.at);
    },
    within: (person, at) => uses.some((use) => use.person === person && at >= use.seatedAt && at < use.leftAt),
    before: (person, at) => using(person, at) !== undefined,
    looks: inView,
    inView,
    steadyMs: (person, at) => at - (using(person, at)?.seatedAt ?? at),
    reaches: (phone, at) => at - (heard.get(phone) ?? Number.NaN) <= HEARD_LATELY_MS,
  };
}
