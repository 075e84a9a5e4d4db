import type { AttachedLink } from "../room/air.js";
import type { Link, LinkEnd, LinkSide } from "../room/link.js";
import { capAttMtu } from "./att-mtu.js";
import { INVALID_PARAMETERS, SUCCESS, UNKNOWN_CONNECTION } from "./codes.js";
import {
  completedPackets,
  connectionComplete,
  connectionUpdated,
  dataBufferOverflow,
  disconnectionComplete,
} from "./events.js";
import { ACL_BUFFERS, type AclPacket, encodeAcl, read16 } from "./packets.js";

interface Held {
  readonly side: LinkSide;
  readonly peerName: string;
  readonly link: () => Link;
  outstanding: number;
}

export interface LinkTableOptions {
  readonly emit: (packet: Uint8Array) => void;
  readonly maxConnections: number;
  /** Where set, this participant never agrees to more. */
  readonly maxAttMtu: number | undefined;
}

/** Core 5.3 Vol 4 E 4.4: the host gets the status first, then the events that the command causes. */
export interface StatusAndAct {
  readonly status: number;
  act(): void;
}

/** The connections of one controller, by handle. */
export interface LinkTable {
  attach(attached: AttachedLink): LinkEnd;
  send(packet: AclPacket): void;
  disconnect(parameters: Uint8Array): StatusAndAct;
  update(parameters: Uint8Array): StatusAndAct;
  peerOf(handle: number): string | undefined;
  readonly full: boolean;
  peers(): string[];
  /** Power lost: nobody is told. */
  abandonAll(): void;
}

const FIRST_HANDLE = 0x0040;
const LAST_HANDLE = 0x0eff;
const STARTS_FROM_CONTROLLER = 0b10;
const CONTINUES = 0b01;

const refused = (status: number): StatusAndAct => ({ status, act: () => {} });

export function createLinkTable(options: LinkTableOptions): LinkTable {
  const { emit } = options;
  const held = new Map<number, Held>();
  let lastHandle = LAST_HANDLE;

  function freeHandle(): number {
    do lastHandle = lastHandle >= LAST_HANDLE ? FIRST_HANDLE : lastHandle + 1;
    while (held.has(lastHandle));
    return lastHandle;
  }

  const capped = (starts: boolean, data: Uint8Array): Uint8Array =>
    options.maxAttMtu === undefined || !starts ? data : capAttMtu(data, options.maxAttMtu);

  return {
    get full() {
      return held.size >= options.maxConnections;
    },
    peers: () => Array.from(held.values(), (one) => one.peerName),
    peerOf: (handle) => held.get(handle)?.peerName,
    attach(attached) {
      const handle = freeHandle();
      const { side, peer, parameters } = attached;
      const own: Held = { side, peerName: peer.name, link: attached.link, outstanding: 0 };
      held.set(handle, own);
      emit(
        connectionComplete({
          ...parameters,
          status: SUCCESS,
          handle,
          role: side,
          peer: peer.address,
          peerType: peer.type,
        }),
      );
      return {
        deliver: ({ starts, data }) =>
          emit(encodeAcl(handle, starts ? STARTS_FROM_CONTROLLER : CONTINUES, capped(starts, data))),
        completed(count) {
          own.outstanding -= count;
          emit(completedPackets(handle, count));
        },
        updated: (next) => emit(connectionUpdated(SUCCESS, handle, next)),
        ended(reason) {
          held.delete(handle);
          emit(disconnectionComplete(handle, reason));
        },
      };
    },
    send({ handle, boundary, data }) {
      const own = held.get(handle);
      if (own === undefined) return;
      let outstanding = 0;
      for (const one of held.values()) outstanding += one.outstanding;
      if (outstanding >= ACL_BUFFERS) {
        emit(dataBufferOverflow());
        return;
      }
      own.outstanding += 1;
      const starts = boundary !== CONTINUES;
      own.link().send(own.side, { starts, data: capped(starts, data) });
    },
    disconnect(parameters) {
      if (parameters.length !== 3) return refused(INVALID_PARAMETERS);
      const own = held.get(read16(parameters, 0));
      if (own === undefined) return refused(UNKNOWN_CONNECTION);
      return { status: SUCCESS, act: () => own.link().disconnect(own.side, parameters[2] ?? 0) };
    },
    update(parameters) {
      const next = {
        interval: read16(parameters, 2),
        latency: read16(parameters, 6),
        timeout: read16(parameters, 8),
      };
      if (parameters.length !== 14 || !areConnectionParameters(next)) return refused(INVALID_PARAMETERS);
      const own = held.get(read16(parameters, 0));
      if (own === undefined) return refused(UNKNOWN_CONNECTION);
      return { status: SUCCESS, act: () => own.link().update(next) };
    },
    abandonAll() {
      const all = Array.from(held.values());
      held.clear();
      for (const own of all) own.link().abandon(own.side);
    },
  };
}

/** Core 5.3 Vol 4 E 7.8.12: ranges of connection interval, latency and supervision timeout. */
export function areConnectionParameters(asked: { interval: number; latency: number; timeout: number }): boolean {
  const inRange =
    asked.interval >= 0x0006 && asked.interval <= 0x0c80 && asked.latency <= 0x01f3 && asked.timeout >= 0x000a;
  return inRange && asked.timeout <= 0x0c80 && asked.timeout * 10 > (1 + asked.latency) * asked.interval * 1.25 * 2;
}
