import { read16, write16 } from "../hci/packets.js";
import type { Clock } from "../room/clock.js";
import { waitAtMost } from "./deadline.js";
import type { RawLink } from "./raw-link.js";

// Core 5.3 Vol 3 Part F 3.4: just enough of ATT for an attacker.

const ATT_CHANNEL = 0x0004;
const ERROR = 0x01;
const EXCHANGE_MTU = 0x02;
const READ_BY_TYPE = 0x08;
const WRITE = 0x12;
const NOTIFICATION = 0x1b;
const CHARACTERISTIC = 0x2803;
const DEFAULT_MTU = 23;
const REQUEST_MS = 30_000;

export interface FoundCharacteristic {
  /** Without dashes, lower case. */
  readonly uuid: string;
  readonly valueHandle: number;
}

export type AttAnswer =
  | { readonly outcome: "answered"; readonly pdu: Uint8Array }
  | { readonly outcome: "refused"; readonly attError: number }
  | { readonly outcome: "no-answer" };

/** An ATT client over a raw link. One request at a time, as the protocol demands; `sendRaw` demands nothing. */
export interface AttClient {
  exchangeMtu(mtu: number): Promise<number>;
  characteristics(): Promise<FoundCharacteristic[]>;
  write(handle: number, value: Uint8Array): Promise<AttAnswer>;
  /** Any bytes as an ATT PDU. */
  sendRaw(pdu: Uint8Array): void;
  onNotification(listener: (handle: number, value: Uint8Array) => void): () => void;
}

export function createAttClient(link: RawLink, clock: Clock): AttClient {
  const answers = new Set<(pdu: Uint8Array | undefined) => void>();
  const notifications = new Set<(handle: number, value: Uint8Array) => void>();
  let lastRequest: Promise<unknown> = Promise.resolve();

  link.onReceive((l2cap) => {
    if (read16(l2cap, 2) !== ATT_CHANNEL) return;
    const pdu = l2cap.slice(4);
    const method = pdu[0] ?? 0;
    if (method === NOTIFICATION) {
      for (const listener of notifications) listener(read16(pdu, 1), pdu.slice(3));
    } else if (method % 2 === 1) {
      for (const answer of answers) answer(pdu);
    }
  });
  link.onEnded(() => {
    for (const answer of answers) answer(undefined);
  });

  function sendRaw(pdu: Uint8Array): void {
    const l2cap = new Uint8Array(4 + pdu.length);
    write16(l2cap, 0, pdu.length);
    write16(l2cap, 2, ATT_CHANNEL);
    l2cap.set(pdu, 4);
    link.send(l2cap);
  }

  function request(pdu: Uint8Array): Promise<AttAnswer> {
    const answer = lastRequest.then(async (): Promise<AttAnswer> => {
      if (!link.open) return { outcome: "no-answer" };
      const answered = waitAtMost<Uint8Array | undefined>(clock, REQUEST_MS, (tell) => {
        answers.add(tell);
        return () => answers.delete(tell);
      });
      sendRaw(pdu);
      const got = await answered;
      if (got === undefined) return { outcome: "no-answer" };
      return got[0] === ERROR ? { outcome: "refused", attError: got[4] ?? 0 } : { outcome: "answered", pdu: got };
    });
    lastRequest = answer;
    return answer;
  }

  return {
    sendRaw,
    async exchangeMtu(mtu) {
      const answer = await request(Uint8Array.of(EXCHANGE_MTU, mtu & 0xff, mtu >>> 8));
      return answer.outcome === "answered" ? Math.min(mtu, read16(answer.pdu, 1)) : DEFAULT_MTU;
    },
    async characteristics() {
      const found: FoundCharacteristic[] = [];
      for (let from = 1; from <= 0xffff; ) {
        const pdu = Uint8Array.of(
          READ_BY_TYPE,
          from & 0xff,
          from >>> 8,
          0xff,
          0xff,
          CHARACTERISTIC & 0xff,
          CHARACTERISTIC >>> 8,
        );
        const answer = await request(pdu);
        if (answer.outcome !== "answered") return found;
        const page = readCharacteristics(answer.pdu);
        found.push(...page);
        const last = page.at(-1);
        if (last === undefined) return found;
        from = last.valueHandle;
      }
      return found;
    },
    write: (handle, value) => request(Uint8Array.of(WRITE, handle & 0xff, handle >>> 8, ...value)),
    onNotification(listener) {
      notifications.add(listener);
      return () => notifications.delete(listener);
    },
  };
}

function readCharacteristics(pdu: Uint8Array): FoundCharacteristic[] {
  const size = pdu[1] ?? 0;
  const found: FoundCharacteristic[] = [];
  if (size < 7) return found;
  for (let at = 2; at + size <= pdu.length; at += size) {
    const uuid = Buffer.from(pdu.slice(at + 5, at + size))
      .reverse()
      .toString("hex");
    found.push({ uuid, valueHandle: read16(pdu, at + 3) });
  }
  return found;
}
