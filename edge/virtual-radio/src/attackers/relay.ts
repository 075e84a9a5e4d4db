import { type Clock, createSystemClock } from "../room/clock.js";
import type { Participant } from "../room/participant.js";
import { createRawHost, type HeardReport } from "./raw-host.js";
import type { RawLink } from "./raw-link.js";

export interface RelayOptions {
  /** Stands near the phone and plays the kiosk. */
  readonly nearPhone: Participant;
  /** Stands near the kiosk and plays the phone. */
  readonly nearKiosk: Participant;
  /** Whether an advertisement that the first end hears is the phone to relay. */
  readonly isVictim: (report: HeardReport) => boolean;
  /** Added to each packet, each way. */
  readonly delayMs: number;
  /** Also takes the phone's address. */
  readonly takesAddress?: boolean;
  readonly clock?: Clock;
}

/** The pair of attackers of threat 1: they carry every byte between a phone and a kiosk that are far apart. */
export interface Relay {
  readonly forwarded: { readonly toPhone: number; readonly toKiosk: number };
  readonly sessions: number;
  stop(): void;
}

const MOST_WAITING = 256;
const SCAN_RESPONSE = 4;

/** Starts relaying: what the phone advertises is advertised near the kiosk, and whoever connects is connected through. */
export function startRelay(options: RelayOptions): Relay {
  const clock = options.clock ?? createSystemClock();
  const phoneSide = createRawHost(options.nearPhone, clock);
  const kioskSide = createRawHost(options.nearKiosk, clock);
  const forwarded = { toPhone: 0, toKiosk: 0 };
  const open = new Set<RawLink>();
  let victim: HeardReport | undefined;
  let scanResponse: Uint8Array = new Uint8Array(0);
  let sessions = 0;
  let stopped = false;

  const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

  function advertise(): void {
    if (victim === undefined || stopped) return;
    const address = options.takesAddress === true ? { address: victim.address } : {};
    kioskSide.advertise({ data: victim.data, scanResponse, ...address });
  }

  phoneSide.onReport((report) => {
    if (report.type === SCAN_RESPONSE) {
      if (report.address === victim?.address) scanResponse = report.data;
      return;
    }
    if (!options.isVictim(report)) return;
    const changed = victim === undefined || victim.address !== report.address || !same(victim.data, report.data);
    victim = report;
    if (changed) advertise();
  });

  kioskSide.onAccept((fromKiosk) => {
    sessions += 1;
    open.add(fromKiosk);
    const waiting: Uint8Array[] = [];
    let toPhone: RawLink | undefined;
    fromKiosk.onReceive((l2cap) => {
      if (toPhone === undefined) {
        if (waiting.length < MOST_WAITING) waiting.push(l2cap);
      } else forward(toPhone, l2cap, "toPhone");
    });
    fromKiosk.onEnded(() => {
      open.delete(fromKiosk);
      toPhone?.disconnect();
      advertise();
    });
    void connectThrough(fromKiosk).then((link) => {
      toPhone = link;
      if (link !== undefined) for (const l2cap of waiting.splice(0)) forward(link, l2cap, "toPhone");
    });
  });

  async function connectThrough(fromKiosk: RawLink): Promise<RawLink | undefined> {
    const link = victim === undefined ? undefined : await phoneSide.connect(victim.address, victim.addressType);
    if (link === undefined || stopped || !fromKiosk.open) {
      link?.disconnect();
      fromKiosk.disconnect();
      return undefined;
    }
    open.add(link);
    link.onReceive((l2cap) => forward(fromKiosk, l2cap, "toKiosk"));
    link.onEnded(() => {
      open.delete(link);
      fromKiosk.disconnect();
    });
    return link;
  }

  function forward(to: RawLink, l2cap: Uint8Array, direction: "toPhone" | "toKiosk"): void {
    forwarded[direction] += 1;
    clock.schedule(options.delayMs, () => to.send(l2cap));
  }

  phoneSide.scan();
  return {
    forwarded,
    get sessions() {
      return sessions;
    },
    stop() {
      stopped = true;
      phoneSide.stopScanning();
      kioskSide.stopAdvertising();
      for (const link of open) link.disconnect();
    },
  };
}
