import type { Clock } from "../room/clock.js";
import type { Draw } from "../room/seeded.js";
import type { AddressType, BluetoothAddress } from "./address.js";
import { readAddress } from "./address.js";
import { COMMAND_DISALLOWED, INVALID_PARAMETERS, SUCCESS } from "./codes.js";
import type { ConnectionParameters } from "./events.js";
import { areConnectionParameters } from "./links.js";
import { read16 } from "./packets.js";
import { listensAt, SCAN_STEP_MS } from "./scanner.js";

export interface WantedConnection {
  readonly parameters: ConnectionParameters;
  readonly ownAddressType: number;
}

interface Wanted extends WantedConnection {
  readonly address: BluetoothAddress;
  readonly type: AddressType;
  readonly scanInterval: number;
  readonly scanWindow: number;
  /** When its first scan interval began. */
  readonly since: number;
}

/** The one connection that a controller may be creating. */
export interface Initiator {
  create(parameters: Uint8Array): number;
  /** Whether the advertiser at this address is the one wanted and the receiver listens now. */
  wants(address: BluetoothAddress, type: AddressType): boolean;
  /** Takes what was wanted: afterwards nothing is. */
  take(): WantedConnection | undefined;
  readonly wanted: WantedConnection | undefined;
}

export interface InitiatorOptions {
  readonly clock: Clock;
  readonly draw: Draw;
  /** Core 5.3 Vol 4 E 7.8.12: interval and window are recommendations; some controllers listen all the time. */
  readonly scans: "as-asked" | "continuously";
}

export function createInitiator({ clock, draw, scans }: InitiatorOptions): Initiator {
  let wanted: Wanted | undefined;
  return {
    get wanted() {
      return wanted;
    },
    create(parameters) {
      if (wanted !== undefined) return COMMAND_DISALLOWED;
      const scanInterval = read16(parameters, 0);
      const scanWindow = read16(parameters, 2);
      // The shortest interval that the host allows: the controller may choose.
      const asked = {
        interval: read16(parameters, 13),
        latency: read16(parameters, 17),
        timeout: read16(parameters, 19),
      };
      if (parameters.length !== 25 || !areConnectionParameters(asked)) return INVALID_PARAMETERS;
      if (scanWindow < 4 || scanWindow > scanInterval) return INVALID_PARAMETERS;
      wanted = {
        address: readAddress(parameters, 6),
        type: parameters[5] === 1 ? "random" : "public",
        ownAddressType: parameters[12] ?? 0,
        parameters: asked,
        scanInterval,
        scanWindow,
        // The radio's scan intervals do not begin when a host happens to ask.
        since: clock.now() - draw() * scanInterval * SCAN_STEP_MS,
      };
      return SUCCESS;
    },
    wants(address, type) {
      if (wanted === undefined || wanted.address !== address || wanted.type !== type) return false;
      return scans === "continuously" || listensAt(clock.now() - wanted.since, wanted.scanInterval, wanted.scanWindow);
    },
    take() {
      const taken = wanted;
      wanted = undefined;
      return taken;
    },
  };
}
