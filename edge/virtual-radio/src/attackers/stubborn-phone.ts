import { DISCONNECT } from "../hci/codes.js";
import { encodeCommand, read16, write16 } from "../hci/packets.js";
import type { Participant } from "../room/participant.js";
import { createRawHost } from "./raw-host.js";
import type { RawLink } from "./raw-link.js";

export interface StubbornPhoneOptions {
  readonly participant: Participant;
  /** The 16 bytes that it advertises, most significant first. */
  readonly identifier: Uint8Array;
  /** 128-bit UUIDs without dashes: what it offers. Nothing when absent. */
  readonly offers?: { readonly service: string; readonly write: string; readonly notify: string } | undefined;
  /** What it says to an exchange of MTUs: its own, an ATT error code, or nothing. */
  readonly mtu?: number | { readonly error: number } | "silent";
  /** Requests that it answers with an ATT error. */
  readonly refuses?: "write" | "subscribe";
  /** Hangs up at once, with this HCI reason, so many times. */
  readonly hangsUp?: { readonly reason: number; readonly times: number };
  readonly address?: string;
}

/** A phone of few and odd words: its own small ATT server, which refuses as real phones do. It echoes what is written. */
export interface StubbornPhone {
  /** Connections that were made to it. */
  readonly accepted: number;
  readonly connected: boolean;
  /** Advertises from another address from now on. */
  moveTo(address: string): void;
  stopAdvertising(): void;
}

const ATT_CHANNEL = 0x0004;
const OPCODE = {
  error: 0x01,
  mtu: 0x02,
  mtuAnswer: 0x03,
  readByType: 0x08,
  readByTypeAnswer: 0x09,
  readByGroup: 0x10,
  readByGroupAnswer: 0x11,
  write: 0x12,
  writeAnswer: 0x13,
  notification: 0x1b,
} as const;
const NOT_FOUND = 0x0a;
const WRITE_NOT_PERMITTED = 0x03;
const REQUEST_NOT_SUPPORTED = 0x06;
const CHARACTERISTIC = 0x2803;
const SUBSCRIPTION = 0x2902;
const LAST_HANDLE = 6;
const AT = { writeDeclared: 2, written: 3, notifyDeclared: 4, notified: 5, subscription: 6 } as const;

export function startStubbornPhone(options: StubbornPhoneOptions): StubbornPhone {
  const { participant, mtu = 23 } = options;
  const host = createRawHost(participant);
  let accepted = 0;
  let link: RawLink | undefined;
  let address = options.address;
  let advertises = true;

  const advertise = (): void => {
    if (advertises) host.advertise({ data: advertisement(options.identifier), ...(address && { address }) });
  };
  host.onAccept((opened) => {
    accepted += 1;
    link = opened;
    opened.onEnded(() => {
      link = undefined;
      advertise();
    });
    const { hangsUp } = options;
    if (hangsUp !== undefined && accepted <= hangsUp.times) {
      participant.send(encodeCommand(DISCONNECT, Uint8Array.of(opened.handle, 0, hangsUp.reason)));
      return;
    }
    opened.onReceive((l2cap) => {
      if (read16(l2cap, 2) === ATT_CHANNEL) for (const pdu of answer(l2cap.slice(4))) opened.send(inChannel(pdu));
    });
  });

  function answer(request: Uint8Array): Uint8Array[] {
    const refuse = (code: number): Uint8Array[] => [
      Uint8Array.of(OPCODE.error, request[0] ?? 0, request[1] ?? 0, request[2] ?? 0, code),
    ];
    switch (request[0]) {
      case OPCODE.mtu:
        if (mtu === "silent") return [];
        return typeof mtu === "number" ? [Uint8Array.of(OPCODE.mtuAnswer, mtu & 0xff, mtu >>> 8)] : refuse(mtu.error);
      case OPCODE.readByGroup:
        if (options.offers === undefined || read16(request, 1) > 1) return refuse(NOT_FOUND);
        return [Uint8Array.of(OPCODE.readByGroupAnswer, 20, 1, 0, LAST_HANDLE, 0, ...uuid(options.offers.service))];
      case OPCODE.readByType:
        return declared(read16(request, 1), read16(request, 5)) ?? refuse(NOT_FOUND);
      case OPCODE.write:
        return written(read16(request, 1), request.slice(3)) ?? refuse(WRITE_NOT_PERMITTED);
      default:
        return (request[0] ?? 1) % 2 === 0 ? refuse(REQUEST_NOT_SUPPORTED) : [];
    }
  }

  function declared(from: number, type: number): Uint8Array[] | undefined {
    const { offers } = options;
    if (offers === undefined) return undefined;
    if (type === SUBSCRIPTION) return [Uint8Array.of(OPCODE.readByTypeAnswer, 4, AT.subscription, 0, 0, 0)];
    if (type !== CHARACTERISTIC) return undefined;
    const declaration = (at: number, properties: number, valueAt: number, name: string): Uint8Array[] => [
      Uint8Array.of(OPCODE.readByTypeAnswer, 21, at, 0, properties, valueAt, 0, ...uuid(name)),
    ];
    if (from <= AT.writeDeclared) return declaration(AT.writeDeclared, 0x08, AT.written, offers.write);
    if (from <= AT.notifyDeclared) return declaration(AT.notifyDeclared, 0x10, AT.notified, offers.notify);
    return undefined;
  }

  function written(handle: number, value: Uint8Array): Uint8Array[] | undefined {
    if (options.refuses === (handle === AT.subscription ? "subscribe" : "write")) return undefined;
    const done = Uint8Array.of(OPCODE.writeAnswer);
    return handle === AT.subscription ? [done] : [done, Uint8Array.of(OPCODE.notification, AT.notified, 0, ...value)];
  }

  advertise();
  return {
    get accepted() {
      return accepted;
    },
    get connected() {
      return link !== undefined;
    },
    moveTo(next) {
      address = next;
      host.stopAdvertising();
      advertise();
    },
    stopAdvertising() {
      advertises = false;
      host.stopAdvertising();
    },
  };
}

/** Flags, then one complete 128-bit service UUID. */
function advertisement(identifier: Uint8Array): Uint8Array {
  return Uint8Array.of(2, 0x01, 0x06, 17, 0x07, ...Array.from(identifier).reverse());
}

function uuid(text: string): number[] {
  return Array.from(Buffer.from(text, "hex")).reverse();
}

function inChannel(pdu: Uint8Array): Uint8Array {
  const l2cap = new Uint8Array(4 + pdu.length);
  write16(l2cap, 0, pdu.length);
  write16(l2cap, 2, ATT_CHANNEL);
  l2cap.set(pdu, 4);
  return l2cap;
}
