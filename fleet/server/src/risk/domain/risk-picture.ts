import { FEWEST_PEOPLE } from "@wardkey/protocol/fleet";
import type { Asset, Link, Vulnerability } from "./asset.js";
import { type Behaviour, Behaviours, behavioursIn, exposureOf, type SeenBehaviour } from "./behaviours.js";
import { Bursts } from "./bursts.js";
import { Clocks } from "./clocks.js";
import { type Detection, Detections, type Dismissed } from "./detections.js";
import type { RiskLevel } from "./level.js";
import { OddHours } from "./odd-hours.js";
import { RiskModel } from "./risk-model.js";
import type { SeenEvent, Trigger } from "./seen-event.js";
import { finish, inSteps, type Steps } from "./steps.js";
import { Travel } from "./travel.js";

export const FLEET_ASSET = "service:fleet";
export const deviceAsset = (device: string): string => `device:${device}`;
const deviceOf = (id: string): string | null => (id.startsWith("device:") ? id.slice("device:".length) : null);
export const personAsset = (staffId: string): string => `person:${staffId}`;
export const isPerson = (id: string): boolean => id.startsWith("person:");

/** What a device is told, and why. */
export interface Stated {
  readonly device: string;
  readonly level: RiskLevel;
  /** Names of detectors, the strongest sign first. */
  readonly reasons: readonly string[];
  readonly until: number | null;
  /** 0 to 1. */
  readonly score: number;
}

export interface Settled {
  /** New, prolonged or strengthened. */
  readonly noticed: readonly Detection[];
  readonly fresh: readonly Detection[];
  readonly over: readonly Detection[];
  /** Devices that are to be told something else than before. */
  readonly stated: readonly Stated[];
}

/** What the site is drawn from. */
export interface Drawn {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly links: Iterable<Link>;
  /** By asset; without them, those that are known stay. */
  readonly vulnerabilities?: ReadonlyMap<string, readonly Vulnerability[]>;
}

/** The site drawn anew, every risk of it computed, and not yet what anybody reads. */
export interface DrawnModel {
  readonly model: RiskModel;
  /** What had been noticed when it was drawn. */
  readonly signed: readonly Detection[];
  /** Devices at which all is not well. */
  readonly risky: readonly string[];
}

const MOST_REASONS = 8;
/** A statement's end is rounded up, so that a sign that goes on does not restate it at every entry. */
const UNTIL_STEP_MS = 5 * 60_000;
/** How many behaviours become nodes, the most frequent first. */
const MOST_BEHAVIOURS = 2_000;

/**
 * The site's risk as it is now: events in, detections, levels and what each device is to be told out. Pure but for the time
 * it is given. `see` costs a look-up an event; everything else waits for `settle`.
 */
export class RiskPicture {
  readonly detections: Detections;
  readonly behaviours: Behaviours;
  readonly #bursts = new Bursts();
  readonly #clocks = new Clocks();
  readonly #hours: OddHours;
  readonly #travel: Travel;
  readonly #stated = new Map<string, Stated>();
  readonly #noticed = new Map<string, Detection>();
  readonly #fresh = new Set<string>();
  readonly #gone: Detection[] = [];
  /** Devices looked at again at the next settling although no likelihood changed: a reason came, or its end moved. */
  readonly #look = new Set<string>();
  #model = new RiskModel();

  constructor(parts: {
    newId: () => string;
    wardOf: (device: string) => string | null;
    detections?: Iterable<Detection>;
    behaviours?: Iterable<SeenBehaviour>;
    stated?: Iterable<Stated>;
  }) {
    this.#travel = new Travel(parts.wardOf);
    this.#hours = new OddHours(parts.wardOf);
    this.detections = new Detections(parts.newId, parts.detections);
    this.behaviours = new Behaviours(parts.behaviours);
    for (const each of parts.stated ?? []) {
      this.#stated.set(each.device, each);
      // What held it up may have ended meanwhile.
      if (each.level !== "normal") this.#look.add(each.device);
    }
    for (const detection of this.detections.active()) this.#sign(detection, detection.strength);
  }

  get model(): RiskModel {
    return this.#model;
  }

  /** Answers whether something was noticed that is worth settling soon. */
  see(told: SeenEvent, now: number): boolean {
    // Only who judges clocks reads a time that is yet to come: kept as it is told, it would outlast what really happens.
    const event = { ...told, at: Math.min(told.at, now) };
    const travels = this.#travel.see(event);
    const triggers = [...this.#bursts.see(event), ...travels, ...this.#clocks.see(told, now)];
    const shared = travels.map(({ device }): Behaviour => ({ name: "shared-login", at: deviceAsset(device ?? "") }));
    for (const each of [...behavioursIn(event), ...shared, ...this.#hours.see(event)]) {
      this.behaviours.see(each, event.at);
    }
    return triggers.map((trigger) => this.notice(trigger, now)).includes(true);
  }

  notice(trigger: Trigger, now: number): boolean {
    const noticed = this.detections.notice(trigger, now);
    if (noticed === null) return false;
    const { detection, fresh } = noticed;
    this.#noticed.set(detection.id, detection);
    if (fresh) this.#fresh.add(detection.id);
    this.#sign(detection, detection.strength);
    return true;
  }

  dismiss(id: string, dismissed: Dismissed): Detection | null {
    const detection = this.detections.dismiss(id, dismissed);
    if (detection === null) return null;
    this.#sign(detection, 0);
    this.#gone.push(detection);
    return detection;
  }

  /** Draws the site anew; behaviours stay over it. */
  redraw(drawn: Drawn, now: number): void {
    this.take(finish(this.drawing(drawn, now)));
  }

  /** The same step by step, beside the picture that is read meanwhile and takes in what is seen; `take` ends it. */
  *drawing(drawn: Drawn, now: number): Steps<DrawnModel> {
    const { assets, links, vulnerabilities = this.#model.vulnerable() } = drawn;
    const model = new RiskModel();
    yield* inSteps(vulnerabilities, ([id, list]) => model.weaken(id, list));
    yield* model.redrawing(assets, links);
    const signed = this.detections.active();
    yield* inSteps(signed, (detection) => sign(model, detection, detection.strength));
    this.#layBehaviours(model, now);
    yield* model.settling();
    const risky: string[] = [];
    yield* inSteps(assets.keys(), (id) => {
      const device = deviceOf(id);
      if (device !== null && model.riskOf(id)?.level !== "normal") risky.push(device);
    });
    return { model, signed, risky };
  }

  /** Reads by what was drawn from here on, with what was noticed and what ended while it was. */
  take({ model, signed, risky }: DrawnModel): void {
    this.#model = model;
    const active = this.detections.active();
    const ids = new Set(active.map(({ id }) => id));
    for (const detection of signed) if (!ids.has(detection.id)) this.#sign(detection, 0);
    for (const detection of active) this.#sign(detection, detection.strength);
    for (const device of risky) this.#look.add(device);
    for (const { device, level } of this.#stated.values()) if (level !== "normal") this.#look.add(device);
  }

  /** Draws behaviours anew; their number changes with time alone. */
  drawBehaviours(now: number): void {
    this.#layBehaviours(this.#model, now);
  }

  /** What people do at one asset, as far as it may be shown. */
  behavioursAt(id: string, now: number): readonly SeenBehaviour[] {
    return this.behaviours.now(now).filter((each) => each.at === id && isOfMany(this.#model, each));
  }

  settle(now: number): Settled {
    const over = [...this.#gone.splice(0), ...this.detections.expire(now)];
    for (const detection of over) {
      this.#sign(detection, 0);
      this.#noticed.delete(detection.id);
      this.#fresh.delete(detection.id);
    }
    for (const id of this.#model.settle()) {
      const device = deviceOf(id);
      if (device !== null) this.#look.add(device);
    }
    const stated: Stated[] = [];
    for (const device of this.#look) {
      const next = this.#stateOf(device);
      const before = this.#stated.get(device);
      if (next === null ? before === undefined || before.level === "normal" : same(before, next)) continue;
      const told = next ?? { device, level: "normal", reasons: [], until: null, score: 0 };
      // A device of which nothing was ever said is not told that all is well.
      if (told.level === "normal" && before === undefined) continue;
      this.#stated.set(device, told);
      stated.push(told);
    }
    this.#look.clear();
    const noticed = [...this.#noticed.values()];
    const fresh = noticed.filter(({ id }) => this.#fresh.has(id));
    this.#noticed.clear();
    this.#fresh.clear();
    return { noticed, fresh, over, stated };
  }

  statedOf(device: string): Stated | null {
    return this.#stated.get(device) ?? null;
  }

  /** What holds a device's level up: signs at it, and at where somebody would have come from. */
  signsFor(device: string): readonly Detection[] {
    const ids = new Set([deviceAsset(device), ...this.#model.seenFrom(deviceAsset(device))]);
    return this.detections
      .active()
      .filter((detection) => assetsOf(detection).some((id) => ids.has(id)))
      .sort((a, b) => b.strength - a.strength || (a.id < b.id ? -1 : 1));
  }

  #layBehaviours(model: RiskModel, now: number): void {
    const shown = this.behaviours.now(now).filter((each) => isOfMany(model, each));
    const seen = shown.sort((a, b) => b.rate - a.rate).slice(0, MOST_BEHAVIOURS);
    const drawn = new Set(seen.map(({ name, at }) => behaviourAsset({ name, at })));
    for (const id of [...model.assets.keys()]) {
      if (id.startsWith("behaviour:") && !drawn.has(id)) model.remove(id);
    }
    for (const { name, at, rate } of seen) {
      const id = behaviourAsset({ name, at });
      const exposure = exposureOf({ name, rate });
      model.put({ id, kind: "behaviour", name, zone: null, impact: 0, exposure });
      model.link({ from: id, to: at, relation: "invites" });
    }
  }

  #stateOf(device: string): Stated | null {
    const risk = this.#model.riskOf(deviceAsset(device));
    if (risk === null) return null;
    const { level, score } = risk;
    if (level === "normal") return { device, level, reasons: [], until: null, score: 0 };
    const signs = this.signsFor(device);
    const reasons = [...new Set(signs.map(({ detector }) => detector))].slice(0, MOST_REASONS);
    const until = Math.max(...signs.map(({ until: end }) => end));
    return { device, level, reasons, until: Math.ceil(until / UNTIL_STEP_MS) * UNTIL_STEP_MS, score };
  }

  #sign(detection: Detection, strength: number): void {
    sign(this.#model, detection, strength);
    if (detection.device !== null) this.#look.add(detection.device);
  }
}

const sign = (model: RiskModel, detection: Detection, strength: number): void => {
  for (const id of assetsOf(detection)) model.sign(id, detection.id, strength);
};

const assetsOf = ({ device, staffId, detector }: Detection): string[] => [
  device === null ? FLEET_ASSET : deviceAsset(device),
  ...(staffId !== null && detector === "impossible-travel" ? [personAsset(staffId)] : []),
];

/** Of a ward with few people it would tell what one of them does. */
const isOfMany = (model: RiskModel, { at }: Behaviour): boolean =>
  !at.startsWith("zone:") || model.linkedTo(at, "works-in") >= FEWEST_PEOPLE;

const behaviourAsset = ({ name, at }: Behaviour): string => `behaviour:${name}@${at}`;

const same = (a: Stated | undefined, b: Stated): boolean =>
  a !== undefined && a.level === b.level && a.until === b.until && a.reasons.join() === b.reasons.join();
