import type { Advertisement } from "../room/air.js";
import type { Cancel, Clock } from "../room/clock.js";
import type { Draw } from "../room/seeded.js";
import type { AddressType, BluetoothAddress } from "./address.js";
import { INVALID_PARAMETERS, SUCCESS } from "./codes.js";
import { read16 } from "./packets.js";

export interface AdvertiserOptions {
  readonly clock: Clock;
  readonly draw: Draw;
  readonly identity: (ownAddressType: number) => { address: BluetoothAddress; type: AddressType };
  readonly transmit: (advertisement: Advertisement) => void;
}

/** The advertising state of one controller (legacy advertising). */
export interface Advertiser {
  setParameters(parameters: Uint8Array): number;
  setData(parameters: Uint8Array): number;
  setScanResponse(parameters: Uint8Array): number;
  enable(on: boolean): void;
  readonly enabled: boolean;
  readonly connectable: boolean;
}

const INTERVAL_STEP_MS = 0.625;
const SHORTEST_INTERVAL = 0x20;
const LONGEST_INTERVAL = 0x4000;
const LONGEST_DELAY_MS = 10;
const DATA_LENGTH = 31;

/** Core 5.3 Vol 6 B 4.4.2.2: an event each interval plus a random delay of at most 10 ms. */
export function createAdvertiser(options: AdvertiserOptions): Advertiser {
  const { clock, draw } = options;
  let intervalMs = 1_280;
  let type: Advertisement["type"] = 0;
  let ownAddressType = 0;
  let data: Uint8Array = new Uint8Array(0);
  let scanResponse: Uint8Array = new Uint8Array(0);
  let enabled = false;
  let cancel: Cancel = () => {};

  function advertisingEvent(): void {
    cancel = clock.schedule(intervalMs + draw() * LONGEST_DELAY_MS, advertisingEvent);
    const identity = options.identity(ownAddressType);
    const base = { address: identity.address, addressType: identity.type, type, data };
    options.transmit(type === 3 ? base : { ...base, scanResponse });
  }

  return {
    get enabled() {
      return enabled;
    },
    get connectable() {
      return enabled && type === 0;
    },
    setParameters(parameters) {
      const shortest = read16(parameters, 0);
      const asked = parameters[4] ?? 0;
      if (parameters.length !== 15 || shortest < SHORTEST_INTERVAL || shortest > LONGEST_INTERVAL) {
        return INVALID_PARAMETERS;
      }
      if (asked !== 0 && asked !== 2 && asked !== 3) return INVALID_PARAMETERS;
      intervalMs = shortest * INTERVAL_STEP_MS;
      type = asked;
      ownAddressType = parameters[5] ?? 0;
      return SUCCESS;
    },
    setData(parameters) {
      const read = advertisingBytes(parameters);
      if (read === undefined) return INVALID_PARAMETERS;
      data = read;
      return SUCCESS;
    },
    setScanResponse(parameters) {
      const read = advertisingBytes(parameters);
      if (read === undefined) return INVALID_PARAMETERS;
      scanResponse = read;
      return SUCCESS;
    },
    enable(on) {
      cancel();
      enabled = on;
      if (on) cancel = clock.schedule(draw() * LONGEST_DELAY_MS, advertisingEvent);
    },
  };
}

function advertisingBytes(parameters: Uint8Array): Uint8Array | undefined {
  const length = parameters[0];
  if (length === undefined || length > DATA_LENGTH || parameters.length < 1 + length) return undefined;
  return parameters.slice(1, 1 + length);
}
