import { DISCONNECT, REMOTE_USER_ENDED } from "../hci/codes.js";
import { ACL_BUFFERS, ACL_DATA_LENGTH, encodeAcl, encodeCommand, read16 } from "../hci/packets.js";

const STARTS_FROM_HOST = 0b00;
const CONTINUES = 0b01;
const MOST_QUEUED = 4_096;

/** One connection of a raw host: whole L2CAP packets, length and channel first. */
export interface RawLink {
  readonly handle: number;
  readonly role: "central" | "peripheral";
  readonly peer: string;
  readonly open: boolean;
  send(l2cap: Uint8Array): void;
  onReceive(listener: (l2cap: Uint8Array) => void): () => void;
  /** With the HCI reason. Called at once when it has ended already. */
  onEnded(listener: (reason: number) => void): void;
  disconnect(): void;
}

/** What the raw host that owns the link tells it. */
export interface RawLinkInput {
  readonly link: RawLink;
  acl(starts: boolean, data: Uint8Array): void;
  completed(count: number): void;
  ended(reason: number): void;
}

export interface RawLinkOptions {
  readonly handle: number;
  readonly role: "central" | "peripheral";
  readonly peer: string;
  readonly write: (packet: Uint8Array) => void;
}

/** Cuts L2CAP packets into ACL fragments within the controller's buffers, and puts received fragments together. */
export function openRawLink({ handle, role, peer, write }: RawLinkOptions): RawLinkInput {
  const receivers = new Set<(l2cap: Uint8Array) => void>();
  const endListeners = new Set<(reason: number) => void>();
  const queue: Uint8Array[] = [];
  let credits = ACL_BUFFERS;
  let partial: Uint8Array = new Uint8Array(0);
  let endReason: number | undefined;

  function flush(): void {
    while (credits > 0) {
      const packet = queue.shift();
      if (packet === undefined) return;
      credits -= 1;
      write(packet);
    }
  }

  const link: RawLink = {
    ...{ handle, role, peer },
    get open() {
      return endReason === undefined;
    },
    send(l2cap) {
      if (endReason !== undefined || queue.length >= MOST_QUEUED) return;
      for (let at = 0; at < l2cap.length; at += ACL_DATA_LENGTH) {
        const boundary = at === 0 ? STARTS_FROM_HOST : CONTINUES;
        queue.push(encodeAcl(handle, boundary, l2cap.subarray(at, at + ACL_DATA_LENGTH)));
      }
      flush();
    },
    onReceive(listener) {
      receivers.add(listener);
      return () => receivers.delete(listener);
    },
    onEnded(listener) {
      if (endReason === undefined) endListeners.add(listener);
      else listener(endReason);
    },
    disconnect() {
      write(encodeCommand(DISCONNECT, Uint8Array.of(handle & 0xff, handle >>> 8, REMOTE_USER_ENDED)));
    },
  };

  return {
    link,
    acl(starts, data) {
      partial = starts ? data : Uint8Array.of(...partial, ...data);
      if (partial.length < 4 || partial.length < 4 + read16(partial, 0)) return;
      const whole = partial;
      partial = new Uint8Array(0);
      for (const receive of receivers) receive(whole);
    },
    completed(count) {
      credits += count;
      flush();
    },
    ended(reason) {
      endReason = reason;
      for (const listener of endListeners) listener(reason);
    },
  };
}
