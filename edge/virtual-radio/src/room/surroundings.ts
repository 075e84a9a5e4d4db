import { assertNever } from "../assert-never.js";
import type { Clock } from "./clock.js";
import type { PairState, RoomReply, RoomRequest } from "./control.js";
import {
  asReportedRssi,
  distanceBetween,
  fading,
  meanRssi,
  type PathLoss,
  type Position,
  shadowing,
} from "./propagation.js";

interface Place {
  readonly name: string;
  position: Position;
  inPocket: boolean;
}

interface Between {
  readonly loss: number;
  readonly latencyMs: number;
}

/** Where everybody stands and how the air is between them. */
export interface Surroundings {
  readonly pathLoss: PathLoss;
  arrive(
    name: string,
    as: { position?: Position | undefined; inPocket?: boolean | undefined },
  ): "arrived" | "too-many-places";
  rssi(from: string, at: string): number;
  between(a: string, b: string): Between;
  pair(a: string, b: string): PairState;
  places(): ReadonlyArray<Readonly<Place>>;
  change(request: Exclude<RoomRequest, { ask: "state" }>): RoomReply;
}

const ORIGIN: Position = { x: 0, y: 0 };
// Names are remembered after their participant left, so that a phone that restarts is where it was.
const MOST_PLACES = 1_024;
const MOST_PAIRS = 4_096;

const pairKey = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

export function createSurroundings(options: { seed: number; clock: Clock; pathLoss: PathLoss }): Surroundings {
  const { seed, clock } = options;
  const startedAt = clock.now();
  const places = new Map<string, Place>();
  const packets = new Map<string, number>();
  const special = new Map<string, Partial<Between>>();
  let pathLoss = options.pathLoss;
  let ordinary: Between = { loss: 0, latencyMs: 0 };

  function placeOf(name: string): Place | undefined {
    const known = places.get(name);
    if (known !== undefined || places.size >= MOST_PLACES) return known;
    const place: Place = { name, position: ORIGIN, inPocket: false };
    places.set(name, place);
    return place;
  }

  const positionOf = (name: string): Position => places.get(name)?.position ?? ORIGIN;
  const pocketsOf = (...names: string[]): number => names.filter((name) => places.get(name)?.inPocket === true).length;
  const metres = (a: string, b: string): number => distanceBetween(positionOf(a), positionOf(b));
  const mean = (a: string, b: string): number => meanRssi(pathLoss, metres(a, b), pocketsOf(a, b));

  function setBetween(pair: readonly [string, string] | undefined, change: Partial<Between>): RoomReply {
    if (pair === undefined) ordinary = { ...ordinary, ...change };
    else {
      const key = pairKey(...pair);
      if (!special.has(key) && special.size >= MOST_PAIRS) return { outcome: "refused", reason: "too-many-places" };
      special.set(key, { ...special.get(key), ...change });
    }
    return { outcome: "done" };
  }

  function setPlace(name: string, change: (place: Place) => void): RoomReply {
    const place = placeOf(name);
    if (place === undefined) return { outcome: "refused", reason: "too-many-places" };
    change(place);
    return { outcome: "done" };
  }

  return {
    get pathLoss() {
      return pathLoss;
    },
    arrive(name, { position, inPocket }) {
      const place = placeOf(name);
      if (place === undefined) return "too-many-places";
      if (position !== undefined) place.position = position;
      if (inPocket !== undefined) place.inPocket = inPocket;
      return "arrived";
    },
    rssi(from, at) {
      const direction = `${from} ${at}`;
      const packet = packets.get(direction) ?? 0;
      packets.set(direction, packet + 1);
      const slow = shadowing(pathLoss, { seed, link: pairKey(from, at), timeMs: clock.now() - startedAt });
      return mean(from, at) + slow + fading(pathLoss, { seed, link: direction, packet });
    },
    between: (a, b) => ({ ...ordinary, ...special.get(pairKey(a, b)) }),
    pair: (a, b) => ({ between: [a, b], metres: metres(a, b), meanRssiDbm: asReportedRssi(mean(a, b)) }),
    places: () => Array.from(places.values()),
    change(request) {
      switch (request.ask) {
        case "place":
          return setPlace(request.name, (place) => {
            place.position = request.position;
          });
        case "pocket":
          return setPlace(request.name, (place) => {
            place.inPocket = request.inPocket;
          });
        case "loss":
          return setBetween(request.between, { loss: request.probability });
        case "latency":
          return setBetween(request.between, { latencyMs: request.milliseconds });
        case "path-loss":
          pathLoss = { ...pathLoss, ...withoutUndefined(request.change) };
          return { outcome: "done" };
        default:
          return assertNever(request);
      }
    },
  };
}

function withoutUndefined(change: { [Key in keyof PathLoss]?: PathLoss[Key] | undefined }): Partial<PathLoss> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
