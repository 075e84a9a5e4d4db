import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { type AdapterFaults, withFaults } from "../hci/adapter-faults.js";
import { RESET } from "../hci/codes.js";
import { encodeCommand } from "../hci/packets.js";
import type { Participant } from "../room/participant.js";
import type { HciSocketClass } from "./hci-socket.js";
import { loadFresh } from "./module-cache.js";

/** An adapter in a simulated machine. */
export interface SimulatedAdapter {
  readonly device: number;
  readonly faults: AdapterFaults;
  /** As rfkill or `hciconfig down` do. */
  switchTo(state: "on" | "off"): void;
  unplug(): Promise<void>;
}

/**
 * The Bluetooth part of a simulated Linux machine, as far as noble's native socket shows it: a list of adapters, sockets
 * that are bound to one of them for good, and errors that come as events. A socket whose adapter was unplugged stays dead
 * although the kernel says that a device of that number is up again.
 */
export interface SimulatedKernel {
  /** An adapter whose controller is this participant. It takes the lowest number that is free. */
  plugIn(participant: Participant): SimulatedAdapter;
  /** Takes the right to speak to adapters from this process, or gives it back. */
  permit(allowed: boolean): void;
  /** What noble finds in place of `@abandonware/bluetooth-hci-socket`. */
  readonly HciSocket: HciSocketClass;
}

/** `hasBluetooth`: whether this machine knows what Bluetooth is. */
export function createSimulatedKernel({ hasBluetooth = true } = {}): SimulatedKernel {
  const plugged = new Map<number, PluggedAdapter>();
  let permitted = true;

  class SimulatedHciSocket extends EventEmitter {
    #adapter: PluggedAdapter | undefined;
    #device = 0;
    #stopListening: (() => void) | undefined;

    constructor() {
      super();
      if (!hasBluetooth) throw errnoError("EAFNOSUPPORT", "Address family not supported by protocol");
    }

    getDeviceList(): ReadonlyArray<object> {
      return Array.from(plugged.values(), ({ device, on }) => ({ devId: device, devUp: on }));
    }

    bindRaw(device?: number): number {
      this.#device = device ?? Array.from(plugged.values()).find(({ on }) => on)?.device ?? 0;
      this.#adapter = plugged.get(this.#device);
      if (this.#adapter === undefined) throw errnoError("ENODEV", "No such device");
      return this.#device;
    }

    /** Asks by number, not by the adapter that the socket is bound to: as the kernel does. */
    isDevUp(): boolean {
      return plugged.get(this.#device)?.on ?? false;
    }

    setFilter(): void {}

    start(): void {
      this.#stopListening ??= this.#adapter?.participant.onPacket((packet) => {
        if (this.#adapter?.on === true) this.emit("data", Buffer.from(packet));
      });
    }

    stop(): void {
      this.#stopListening?.();
      this.#stopListening = undefined;
    }

    write(packet: Uint8Array): void {
      if (!permitted) this.emit("error", errnoError("EPERM", "Operation not permitted"));
      else if (this.#adapter?.on === true) this.#adapter.participant.send(Uint8Array.from(packet));
      else this.emit("error", errnoError("ENETDOWN", "Network is down"));
    }
  }

  return {
    HciSocket: SimulatedHciSocket,
    permit(allowed) {
      permitted = allowed;
    },
    plugIn(joined) {
      let device = 0;
      while (plugged.has(device)) device += 1;
      const { participant, faults } = withFaults(joined);
      const adapter: PluggedAdapter = { device, participant, on: true };
      plugged.set(device, adapter);
      return {
        device,
        faults,
        switchTo(state) {
          adapter.on = state === "on";
          // Power off: its links end without a word to its own host.
          if (!adapter.on) joined.send(encodeCommand(RESET));
        },
        async unplug() {
          adapter.on = false;
          plugged.delete(device);
          await joined.close();
        },
      };
    },
  };
}

interface PluggedAdapter {
  readonly device: number;
  readonly participant: Participant;
  on: boolean;
}

/** What the agent loads to speak to an adapter: noble's own modules, unmodified, over another socket. */
export interface NobleModules {
  readonly Socket: HciSocketClass;
  readonly Bindings: new (options: { deviceId?: number }) => object;
  readonly withBindings: (bindings: object) => EventEmitter;
}

/** noble's modules over a simulated machine, loaded anew. */
export function nobleModulesOver(
  kernel: SimulatedKernel,
  require: NodeJS.Require = createRequire(import.meta.url),
): NobleModules {
  return loadFresh({
    require,
    stack: "@abandonware/noble",
    socketPackage: "@abandonware/bluetooth-hci-socket",
    socketExports: kernel.HciSocket,
    load: (load) => ({
      Socket: kernel.HciSocket,
      Bindings: load("@abandonware/noble/lib/hci-socket/bindings"),
      withBindings: load("@abandonware/noble/with-bindings"),
    }),
  });
}

function errnoError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
