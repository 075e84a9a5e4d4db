import { EventEmitter } from "node:events";
import type { Participant } from "../room/participant.js";

/** The class that noble and bleno construct in place of the kernel's HCI socket. */
export type HciSocketClass = new () => EventEmitter;

export interface HciSocketOptions {
  /** The stack, or a listener on it, threw while it read a packet from a peer. That link is ended; by default Node warns. */
  readonly onFault?: ((fault: unknown) => void) | undefined;
}

const H4_ACL = 0x02;
const DISCONNECT_REMOTE_USER_ENDED = 0x13;

/**
 * Makes the HCI socket class of one participant. The first socket that is bound drives the controller; bleno opens
 * further ones for the kernel's management interface, and those stay silent.
 */
export function hciSocketClassFor(participant: Participant, options: HciSocketOptions = {}): HciSocketClass {
  const onFault = options.onFault ?? warnOfFault;
  return class VirtualHciSocket extends EventEmitter {
    #stopListening: (() => void) | undefined;
    #bound = false;

    bindRaw(): number {
      this.#bound = true;
      return 0;
    }

    bindUser(): number {
      return this.bindRaw();
    }

    bindControl(): number {
      return 0;
    }

    isDevUp(): boolean {
      return !participant.closed;
    }

    setFilter(): void {}

    reset(): void {}

    getDeviceList(): ReadonlyArray<object> {
      return [{ devId: 0, devUp: !participant.closed, idVendor: null, idProduct: null, busNumber: null }];
    }

    start(): void {
      if (!this.#bound || this.#stopListening !== undefined) return;
      this.#stopListening = participant.onPacket((packet) => this.#receive(packet));
    }

    stop(): void {
      this.#stopListening?.();
      this.#stopListening = undefined;
    }

    write(packet: Uint8Array): void {
      if (this.#bound) participant.send(Uint8Array.from(packet));
    }

    #receive(packet: Uint8Array): void {
      const bytes = Buffer.from(packet);
      if (bytes[0] !== H4_ACL) {
        this.emit("data", bytes);
        return;
      }
      try {
        this.emit("data", bytes);
      } catch (fault) {
        // A stack that a peer's malformed ATT packet makes throw must not take the process with it: that peer goes.
        this.#endLink(bytes.readUInt16LE(1) & 0x0fff);
        onFault(fault);
      }
    }

    #endLink(handle: number): void {
      participant.send(Uint8Array.of(0x01, 0x06, 0x04, 3, handle & 0xff, handle >>> 8, DISCONNECT_REMOTE_USER_ENDED));
    }
  };
}

function warnOfFault(fault: unknown): void {
  const name = fault instanceof Error ? fault.name : typeof fault;
  process.emitWarning(`a Bluetooth stack threw ${name} on a packet from a peer; the link was ended`, {
    code: "WARDKEY_RADIO_STACK_FAULT",
  });
}
