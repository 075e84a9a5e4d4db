import type { Advertisement } from "../room/air.js";
import type { Clock } from "../room/clock.js";
import { COMMAND_DISALLOWED, INVALID_PARAMETERS, SUCCESS } from "./codes.js";
import type { AdvertisingReport } from "./events.js";
import { read16 } from "./packets.js";

/** The scanning state of one controller. */
export interface Scanner {
  setParameters(parameters: Uint8Array): number;
  setEnabled(parameters: Uint8Array): number;
  /** `again` tells whether the scan response gets through as well, and how strong it then is. */
  hear(advertisement: Advertisement, rssi: number, again: () => number | undefined): void;
  readonly enabled: boolean;
}

export const SCAN_STEP_MS = 0.625;
// Real controllers remember few advertisers; a forgotten one is reported again.
const REMEMBERED_REPORTS = 256;
const SCAN_RESPONSE = 4;

/** Whether a receiver that listens for `window` of each `interval` (both in steps of 0.625 ms) listens now. */
export function listensAt(sinceStartMs: number, interval: number, window: number): boolean {
  return window >= interval || sinceStartMs % (interval * SCAN_STEP_MS) < window * SCAN_STEP_MS;
}

export function createScanner(clock: Clock, report: (report: AdvertisingReport) => void): Scanner {
  let enabled = false;
  let startedAt = 0;
  let interval = 0x10;
  let window = 0x10;
  let active = false;
  let filterDuplicates = false;
  const reported = new Set<string>();

  function isNew(type: number, address: string): boolean {
    if (!filterDuplicates) return true;
    const key = `${type} ${address}`;
    if (reported.has(key)) return false;
    if (reported.size >= REMEMBERED_REPORTS) reported.clear();
    reported.add(key);
    return true;
  }

  return {
    get enabled() {
      return enabled;
    },
    setParameters(parameters) {
      if (enabled) return COMMAND_DISALLOWED;
      const asked = { interval: read16(parameters, 1), window: read16(parameters, 3) };
      if (parameters.length !== 7 || asked.window < 4 || asked.window > asked.interval) return INVALID_PARAMETERS;
      active = parameters[0] === 1;
      ({ interval, window } = asked);
      return SUCCESS;
    },
    setEnabled(parameters) {
      if (parameters.length !== 2) return INVALID_PARAMETERS;
      enabled = parameters[0] === 1;
      filterDuplicates = parameters[1] === 1;
      startedAt = clock.now();
      reported.clear();
      return SUCCESS;
    },
    hear(advertisement, rssi, again) {
      if (!enabled || !listensAt(clock.now() - startedAt, interval, window)) return;
      const { address, addressType, type, data, scanResponse } = advertisement;
      if (isNew(type, address)) report({ type, address, addressType, data, rssi });
      if (!active || scanResponse === undefined) return;
      const answerRssi = again();
      if (answerRssi === undefined || !isNew(SCAN_RESPONSE, address)) return;
      report({ type: SCAN_RESPONSE, address, addressType, data: scanResponse, rssi: answerRssi });
    },
  };
}
