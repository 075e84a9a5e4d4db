import { read16 } from "../hci/packets.js";
import type { Advertisement } from "../room/air.js";
import { type Cancel, type Clock, createSystemClock } from "../room/clock.js";
import type { Participant } from "../room/participant.js";
import { createRawHost } from "./raw-host.js";
import type { RawLink } from "./raw-link.js";

export interface RecordedPacket {
  readonly atMs: number;
  readonly from: string;
  readonly to: string;
  /** A whole L2CAP packet: length, channel, and for channel 4 an ATT PDU. */
  readonly l2cap: Uint8Array;
}

export interface Recording {
  readonly advertisements: ReadonlyArray<{
    readonly atMs: number;
    readonly from: string;
    readonly advertisement: Advertisement;
  }>;
  readonly packets: ReadonlyArray<RecordedPacket>;
}

const MOST_RECORDED = 20_000;

/** Records all that can be heard where the participant stands: advertisements, and every packet between others. */
export function startRecorder(
  participant: Participant,
  clock: Clock = createSystemClock(),
): Recording & { stop(): void } {
  const advertisements: Array<Recording["advertisements"][number]> = [];
  const packets: RecordedPacket[] = [];
  const partial = new Map<string, Uint8Array>();

  const stop = participant.sniff((frame) => {
    const atMs = clock.now();
    if (frame.kind === "advertisement") {
      const { from, advertisement } = frame;
      if (advertisements.length < MOST_RECORDED) advertisements.push({ atMs, from, advertisement });
      return;
    }
    const { from, to, starts, data } = frame;
    const direction = `${from} ${to}`;
    const whole = starts ? data : Uint8Array.of(...(partial.get(direction) ?? []), ...data);
    partial.set(direction, whole);
    if (whole.length < 4 || whole.length < 4 + read16(whole, 0)) return;
    partial.delete(direction);
    if (packets.length < MOST_RECORDED) packets.push({ atMs, from, to, l2cap: whole });
  });
  return { advertisements, packets, stop };
}

/** Threat 28: advertises again what was heard, under the same address, connectable. Gives back how to stop. */
export function replayAdvertisement(participant: Participant, advertisement: Advertisement): Cancel {
  const host = createRawHost(participant);
  const { address, data, scanResponse } = advertisement;
  host.advertise(scanResponse === undefined ? { address, data } : { address, data, scanResponse });
  return () => host.stopAdvertising();
}

/** Threat 3, towards a peripheral: sends every packet that `from` once sent, in order, over a new link. */
export async function replayPackets(
  link: RawLink,
  recording: Recording,
  options: { from: string; gapMs: number; clock?: Clock },
): Promise<number> {
  const clock = options.clock ?? createSystemClock();
  let sent = 0;
  for (const packet of recording.packets) {
    if (!link.open) break;
    if (packet.from !== options.from) continue;
    link.send(packet.l2cap);
    sent += 1;
    await new Promise<void>((resolve) => clock.schedule(options.gapMs, resolve));
  }
  return sent;
}

/**
 * Threat 3, towards a central: advertises as the recorded phone did, and to each packet of whoever connects answers
 * with what the phone answered at that point of the recorded conversation.
 */
export function replayPhone(
  participant: Participant,
  recording: Recording,
  phone: string,
): { readonly answered: number; stop(): void } {
  const host = createRawHost(participant);
  const script = recording.packets.filter(({ from, to }) => from === phone || to === phone);
  const last = recording.advertisements.filter(({ from }) => from === phone).at(-1);
  let answered = 0;

  const advertise = (): void => {
    if (last === undefined) return;
    const { address, data, scanResponse } = last.advertisement;
    host.advertise(scanResponse === undefined ? { address, data } : { address, data, scanResponse });
  };

  host.onAccept((link) => {
    let at = 0;
    link.onReceive(() => {
      while (at < script.length && script[at]?.from === phone) at += 1;
      at += 1;
      for (let packet = script[at]; packet !== undefined && packet.from === phone; packet = script[++at]) {
        link.send(packet.l2cap);
        answered += 1;
      }
    });
    link.onEnded(advertise);
  });
  advertise();
  return {
    get answered() {
      return answered;
    },
    stop: () => host.stopAdvertising(),
  };
}
