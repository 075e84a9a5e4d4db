import { type Clock, createSystemClock } from "../room/clock.js";
import type { Participant } from "../room/participant.js";
import { type AttAnswer, createAttClient, type FoundCharacteristic } from "./att-client.js";
import { waitAtMost } from "./deadline.js";
import { createRawHost, type HeardReport } from "./raw-host.js";
import type { RawLink } from "./raw-link.js";

/** A connection of a rogue central to a phone: it may write and send whatever it likes. */
export interface RogueSession {
  readonly link: RawLink;
  readonly mtu: number;
  readonly characteristics: ReadonlyArray<FoundCharacteristic>;
  /** With an answer. `no-answer` when the link ended or the characteristic is not there. */
  write(uuid: string, value: Uint8Array): Promise<AttAnswer>;
  subscribe(uuid: string, listener: (value: Uint8Array) => void): Promise<AttAnswer>;
  /** Any bytes as an ATT PDU, malformed ones too. */
  sendRaw(pdu: Uint8Array): void;
  disconnect(): void;
}

/** Threat 4, the radio part: somebody with a radio who plays a kiosk. The rogue's words are its user's. */
export interface RogueCentral {
  /** The first advertisement that fits; undefined when none came in time. */
  find(fits: (report: HeardReport) => boolean, timeoutMs: number): Promise<HeardReport | undefined>;
  /** Undefined when the phone was not reached in time. */
  connect(phone: Pick<HeardReport, "address" | "addressType">, timeoutMs?: number): Promise<RogueSession | undefined>;
}

const ASKED_MTU = 256;
const NOTIFY = Uint8Array.of(1, 0);

export function createRogueCentral(participant: Participant, clock: Clock = createSystemClock()): RogueCentral {
  const host = createRawHost(participant, clock);
  return {
    async find(fits, timeoutMs) {
      const found = waitAtMost<HeardReport>(clock, timeoutMs, (tell) =>
        host.onReport((report) => {
          if (fits(report)) tell(report);
        }),
      );
      host.scan();
      const report = await found;
      host.stopScanning();
      return report;
    },
    async connect({ address, addressType }, timeoutMs) {
      const link = await host.connect(address, addressType, timeoutMs);
      return link === undefined ? undefined : openSession(link, clock);
    },
  };
}

async function openSession(link: RawLink, clock: Clock): Promise<RogueSession> {
  const att = createAttClient(link, clock);
  const mtu = await att.exchangeMtu(ASKED_MTU);
  const characteristics = await att.characteristics();
  const handleOf = (uuid: string): number | undefined => characteristics.find((one) => one.uuid === uuid)?.valueHandle;
  return {
    ...{ link, mtu, characteristics, sendRaw: att.sendRaw },
    async write(uuid, value) {
      const handle = handleOf(uuid);
      return handle === undefined ? { outcome: "no-answer" } : att.write(handle, value);
    },
    async subscribe(uuid, listener) {
      const handle = handleOf(uuid);
      if (handle === undefined) return { outcome: "no-answer" };
      att.onNotification((from, value) => {
        if (from === handle) listener(value);
      });
      // bleno, like most servers, puts the configuration descriptor right behind the value.
      return att.write(handle + 1, NOTIFY);
    },
    disconnect: () => link.disconnect(),
  };
}
