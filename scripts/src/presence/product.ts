import { createKioskReplay, type KioskReplay, type ReplayEvent } from "@wardkey/agent/presence";
import type { Observation } from "@wardkey/virtual-radio/walks";
import { drawn } from "./drawn.js";
import type { KioskRule, RuleEvent } from "./rule.js";
import type { KioskTruth } from "./truth.js";

/** From being asked to the released template, ms. */
const TAP_MS = [300, 900] as const;
/** Out of the picture for longer, a face that comes again is another one to the camera. */
const TRACK_LOST_MS = 1_500;

/** Wardkey's own presence and session, on one kiosk of a walk. */
export class ProductRule implements KioskRule {
  readonly #truth: KioskTruth;
  readonly #replay: KioskReplay;
  #tapped = 0;
  #track = { person: "", number: 0, began: 0, at: Number.NEGATIVE_INFINITY };

  constructor(truth: KioskTruth) {
    this.#truth = truth;
    this.#replay = createKioskReplay({
      at: 0,
      world: { tap: (phone, at) => this.#tap(phone, at), faceOf: (phone, at) => this.#faceOf(phone, at) },
    });
  }

  get open(): string | null {
    const { open } = this.#replay;
    return open === null ? null : this.#personOf(open);
  }

  observe(observation: Observation): readonly RuleEvent[] {
    return this.#feed(observation).flatMap((event): readonly RuleEvent[] => {
      switch (event.type) {
        case "unlocked":
          return [{ at: event.at, type: "unlocked", person: this.#personOf(event.phone), why: "face-and-phone" }];
        case "veiled":
          return [{ at: event.at, type: "veiled", person: this.#personOf(event.phone), why: event.why }];
        case "locked":
          return [{ at: event.at, type: "locked", person: this.#personOf(event.phone), why: event.why }];
        default:
          return [];
      }
    });
  }

  #feed(observation: Observation): readonly ReplayEvent[] {
    const { at } = observation;
    switch (observation.type) {
      case "advert":
        return this.#replay.observe({ at, type: "advert", phone: observation.phone, rssi: observation.rssi });
      case "link":
        return this.#replay.observe({ at, type: "link-strength", phone: observation.phone, rssi: observation.rssi });
      case "heartbeat":
        return this.#replay.observe({
          at,
          type: "heartbeat",
          phone: observation.phone,
          moved: observation.moved,
          ...(observation.steps === undefined ? {} : { steps: observation.steps }),
        });
      case "out-of-reach":
        return this.#replay.observe({ at, type: "link-lost", phone: observation.phone });
      case "faces":
        return this.#replay.observe(this.#seen(observation));
      case "input":
        return this.#replay.observe({ at, type: "input" });
    }
  }

  /** As the camera tells it: how many, how large the largest, and whether it is the one that it followed. */
  #seen({ at, faces }: Extract<Observation, { type: "faces" }>) {
    const largest = faces.reduce<(typeof faces)[number] | undefined>(
      (best, face) => (best === undefined || face.size > best.size ? face : best),
      undefined,
    );
    if (largest === undefined) return { at, type: "face", faces: 0, size: null, track: null } as const;
    const { person, number, began, at: seenAt } = this.#track;
    const same = person === largest.person && at - seenAt <= TRACK_LOST_MS;
    this.#track = same ? { person, number, began, at } : { person: largest.person, number: number + 1, began: at, at };
    return {
      at,
      type: "face",
      faces: faces.length,
      size: largest.size,
      track: this.#track.number,
      steadyMs: Math.min(at - this.#track.began, this.#truth.steadyMs(largest.person, at)),
    } as const;
  }

  #tap(phone: string, at: number): number | null {
    if (!this.#truth.reaches(phone, at)) return null;
    this.#tapped += 1;
    return TAP_MS[0] + (TAP_MS[1] - TAP_MS[0]) * drawn(this.#truth.seed, -this.#tapped);
  }

  #faceOf(phone: string, at: number): "match" | "no-match" | "no-face" {
    const seen = this.#truth.people.filter(({ name }) => this.#truth.inView(name, at));
    if (seen.length === 0) return "no-face";
    return seen.length === 1 && seen[0]?.phone === phone ? "match" : "no-match";
  }

  #personOf(phone: string): string {
    return this.#truth.people.find((person) => person.phone === phone)?.name ?? phone;
  }
}
