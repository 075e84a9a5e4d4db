import { type AddressType, addressFor } from "../hci/address.js";
import { type Controller, createController } from "../hci/controller.js";
import type { Air, ConnectRequest } from "./air.js";
import { type Clock, createSystemClock } from "./clock.js";
import { controlOver, type RoomControl, type RoomReply, RoomRequest, type RoomState } from "./control.js";
import { type LinkEnd, type LinkQuality, type LinkSide, openLink } from "./link.js";
import { createLocalParticipant } from "./local-participant.js";
import { type JoinOptions, type JoinRefusal, JoinRequest, type Participant } from "./participant.js";
import { DEFAULT_PATH_LOSS, type PathLoss } from "./propagation.js";
import { drawsFor } from "./seeded.js";
import { createSurroundings } from "./surroundings.js";

export interface RoomOptions {
  /** All randomness comes from it. */
  readonly seed: number;
  readonly clock?: Clock;
  readonly pathLoss?: Partial<PathLoss>;
}

export type JoinOutcome =
  | { readonly outcome: "joined"; readonly participant: Participant }
  | { readonly outcome: "refused"; readonly reason: JoinRefusal };

/** A simulated room of Bluetooth LE radios. */
export interface Room {
  /** Adds a radio. Refuses with a `JoinRefusal`; `congested` says that its host reads too slowly. */
  join(name: string, options?: JoinOptions, congested?: () => boolean): JoinOutcome;
  /** Answers one request; whatever it cannot read is refused with `invalid-request`. */
  ask(request: unknown): RoomReply;
  readonly control: RoomControl;
  state(): RoomState;
  close(): Promise<void>;
}

const MOST_PARTICIPANTS = 512;
const DEFAULT_CONNECTIONS = 8;

interface Present {
  readonly controller: Controller;
  readonly participant: Participant;
}

/** Opens an empty room. */
export function createRoom(options: RoomOptions): Room {
  const { seed } = options;
  const clock = options.clock ?? createSystemClock();
  const present = new Map<string, Present>();
  const forged = new Map<string, number>();
  const surroundings = createSurroundings({ seed, clock, pathLoss: { ...DEFAULT_PATH_LOSS, ...options.pathLoss } });
  const draw = drawsFor(seed, "air");
  let linkCount = 0;
  let closed = false;

  const later = (delayMs: number, task: () => void): void => {
    if (delayMs <= 0) task();
    else clock.schedule(delayMs, task);
  };

  function rssi(from: string, at: string): number | undefined {
    if (!present.has(from)) return undefined;
    return forged.get(from) ?? surroundings.rssi(from, at);
  }

  function quality(a: string, b: string): LinkQuality {
    const { loss, latencyMs } = surroundings.between(a, b);
    const { sensitivityDbm } = surroundings.pathLoss;
    const audible = (from: string, at: string): boolean =>
      (rssi(from, at) ?? Number.NEGATIVE_INFINITY) >= sensitivityDbm;
    return { loss, latencyMs, audible: present.has(a) && present.has(b) && audible(a, b) && audible(b, a) };
  }

  /** Strength of one transmission at one receiver, unless it is too weak or lost. */
  function received(from: string, at: string): number | undefined {
    const strength = rssi(from, at);
    if (strength === undefined || strength < surroundings.pathLoss.sensitivityDbm) return undefined;
    return draw() < surroundings.between(from, at).loss ? undefined : strength;
  }

  const air: Air = {
    rssi,
    quality,
    broadcast(from, advertisement) {
      for (const { controller } of present.values()) {
        const { name } = controller;
        if (name === from || !controller.listening) continue;
        const strength = received(from, name);
        if (strength === undefined) continue;
        later(surroundings.between(from, name).latencyMs, () => {
          if (controller.overhearing)
            controller.overhear({ kind: "advertisement", from, rssi: strength, advertisement });
          controller.hear({ from, advertisement, rssi: strength, again: () => received(from, name) });
        });
      }
    },
    accepts: ({ name, address }) => present.get(name)?.controller.acceptsConnection(address) ?? false,
    connect,
  };

  function connect({ initiator, advertiser, parameters }: ConnectRequest): void {
    const central = present.get(initiator.name)?.controller;
    const peripheral = present.get(advertiser.name)?.controller;
    if (central === undefined || peripheral === undefined) return;
    const own = openLink({
      clock,
      draw: drawsFor(seed, "link", linkCount++),
      parameters,
      quality: () => quality(initiator.name, advertiser.name),
      ends: {
        central: overheard(() => ends.central, advertiser.name, initiator.name),
        peripheral: overheard(() => ends.peripheral, initiator.name, advertiser.name),
      },
    });
    const attach = (controller: Controller, side: LinkSide, peer: ConnectRequest["initiator"]): LinkEnd =>
      controller.attach({ side, peer, parameters, link: () => own });
    const ends = {
      peripheral: attach(peripheral, "peripheral", initiator),
      central: attach(central, "central", advertiser),
    };
  }

  function overheard(end: () => LinkEnd, from: string, to: string): LinkEnd {
    return {
      deliver(packet) {
        for (const { controller } of present.values()) {
          if (!controller.overhearing || controller.name === from || controller.name === to) continue;
          const strength = received(from, controller.name);
          if (strength !== undefined) controller.overhear({ kind: "acl", from, to, rssi: strength, ...packet });
        }
        end().deliver(packet);
      },
      completed: (count) => end().completed(count),
      updated: (parameters) => end().updated(parameters),
      ended: (reason) => end().ended(reason),
    };
  }

  function join(name: string, asked: JoinOptions = {}, congested: () => boolean = () => false): JoinOutcome {
    const read = JoinRequest.safeParse({ name, options: asked });
    if (!read.success) return { outcome: "refused", reason: "invalid-request" };
    if (closed) return { outcome: "refused", reason: "room-closed" };
    if (present.has(name)) return { outcome: "refused", reason: "name-taken" };
    if (present.size >= MOST_PARTICIPANTS) return { outcome: "refused", reason: "room-full" };
    const {
      addressType = "public",
      maxConnections = DEFAULT_CONNECTIONS,
      maxAttMtu,
      forgedRssiDbm,
      initiatorScans = "as-asked",
    } = read.data.options;
    const address = read.data.options.address ?? addressFor(seed, name, addressType satisfies AddressType);
    if (surroundings.arrive(name, read.data.options) === "too-many-places") {
      return { outcome: "refused", reason: "room-full" };
    }
    if (forgedRssiDbm !== undefined) forged.set(name, forgedRssiDbm);
    const local = createLocalParticipant({
      name,
      broadcast: (advertisement) => air.broadcast(name, advertisement),
      onLeave: () => {
        present.delete(name);
        forged.delete(name);
      },
      controller: (emit, backedUp) =>
        createController({
          ...{ name, address, addressType, maxConnections, maxAttMtu, initiatorScans, clock, air, emit },
          congested: () => backedUp() || congested(),
          draw: drawsFor(seed, "advertiser", name),
        }),
    });
    present.set(name, local);
    return { outcome: "joined", participant: local.participant };
  }

  function state(): RoomState {
    const names = Array.from(present.keys());
    return {
      simulated: true,
      nowMs: clock.now(),
      participants: surroundings.places().map(({ name, position, inPocket }) => {
        const controller = present.get(name)?.controller;
        return {
          ...{ name, position, inPocket, present: controller !== undefined, address: controller?.address },
          advertising: controller?.advertising ?? false,
          scanning: controller?.scanning ?? false,
          connectedTo: controller?.peers() ?? [],
        };
      }),
      pairs: names.flatMap((a, index) => names.slice(index + 1).map((b) => surroundings.pair(a, b))),
    };
  }

  function ask(request: unknown): RoomReply {
    const read = RoomRequest.safeParse(request);
    if (!read.success) return { outcome: "refused", reason: "invalid-request" };
    if (closed) return { outcome: "refused", reason: "room-closed" };
    return read.data.ask === "state" ? { outcome: "done", state: state() } : surroundings.change(read.data);
  }

  return {
    join,
    ask,
    state,
    control: controlOver(async (request) => ask(request)),
    async close() {
      closed = true;
      await Promise.all(Array.from(present.values(), ({ participant }) => participant.close()));
    },
  };
}
