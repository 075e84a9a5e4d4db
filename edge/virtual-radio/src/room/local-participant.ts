import type { Controller } from "../hci/controller.js";
import type { Advertisement } from "./air.js";
import type { Participant } from "./participant.js";

export interface LocalParticipantOptions {
  readonly name: string;
  readonly controller: (emit: (packet: Uint8Array) => void, backedUp: () => boolean) => Controller;
  readonly broadcast: (advertisement: Advertisement) => void;
  readonly onLeave: () => void;
}

/** A host that lets more wait gets no further advertising reports. */
const MOST_WAITING_PACKETS = 2_048;

/** A participant in the room's own process, with the controller behind it. */
export function createLocalParticipant(options: LocalParticipantOptions): {
  controller: Controller;
  participant: Participant;
} {
  let backlog = 0;
  const listeners = new Set<(packet: Uint8Array) => void>();
  const closeListeners = new Set<() => void>();
  let closed = false;

  const emit = (packet: Uint8Array): void => {
    backlog += 1;
    // A host gets each packet in a turn of its own, as from a real socket: stacks finish one before the next.
    setImmediate(() => {
      backlog -= 1;
      if (closed) return;
      for (const listener of listeners) listener(packet);
    });
  };
  const controller = options.controller(emit, () => backlog > MOST_WAITING_PACKETS);

  const participant: Participant = {
    name: options.name,
    get closed() {
      return closed;
    },
    send: (packet) => (closed ? "accepted" : controller.receive(packet)),
    onPacket(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    transmit(advertisement) {
      if (!closed) options.broadcast(advertisement);
    },
    sniff: (listener) => controller.sniff(listener),
    onClose(listener) {
      closeListeners.add(listener);
    },
    async close() {
      if (closed) return;
      closed = true;
      controller.powerOff();
      options.onLeave();
      for (const listener of closeListeners) listener();
    },
  };
  return { controller, participant };
}
