import { seal, unseal } from "./crypto.js";
import { wipe } from "./machine.js";
import { decodeHeartbeat, encodeHeartbeat } from "./messages.js";

/** The key of one session's heartbeats, bound to its whole handshake. */
export interface HeartbeatKey {
  readonly key: Uint8Array;
  readonly transcript: Uint8Array;
}

const STILL = 0;
const MOVED = 1;
const ELSEWHERE = 2;
const LAST_COUNTER = 0xffff_ffff;

/** The phone's side: says each second that it is still near, and whether it moved since. */
export class HeartbeatSealer {
  readonly #session: HeartbeatKey;
  #counter = 0;
  #open = true;

  constructor(session: HeartbeatKey) {
    this.#session = session;
  }

  /**
   * The next heartbeat message; empty once closed, which no link can carry. `elsewhere`: the last one, whose owner has come
   * in at another kiosk.
   */
  seal(input: { moved: boolean } | { elsewhere: true }): Uint8Array {
    if (!this.#open || this.#counter === LAST_COUNTER) return new Uint8Array(0);
    this.#counter += 1;
    const clear = Uint8Array.of("elsewhere" in input ? ELSEWHERE : input.moved ? MOVED : STILL);
    return encodeHeartbeat(this.#counter, seal({ ...this.#session, counter: this.#counter }, clear));
  }

  /** Overwrites the key. */
  close(): void {
    this.#open = false;
    wipe(this.#session.key);
  }
}

export type HeartbeatCode = "heartbeat-malformed" | "heartbeat-replayed" | "heartbeat-unauthentic" | "heartbeat-closed";
export type OpenedHeartbeat =
  | { readonly ok: true; readonly counter: number; readonly moved: boolean; readonly elsewhere?: true }
  | { readonly ok: false; readonly code: HeartbeatCode };

/** The kiosk's side. Counters only grow; some may be lost. The first error closes it for good. */
export class HeartbeatOpener {
  readonly #session: HeartbeatKey;
  #last = 0;
  #open = true;

  constructor(session: HeartbeatKey) {
    this.#session = session;
  }

  open(message: Uint8Array): OpenedHeartbeat {
    if (!this.#open) return { ok: false, code: "heartbeat-closed" };
    const heartbeat = decodeHeartbeat(message);
    if (heartbeat === undefined) return this.#refuse("heartbeat-malformed");
    const { counter, sealed } = heartbeat;
    if (counter <= this.#last) return this.#refuse("heartbeat-replayed");
    const [flag] = unseal({ ...this.#session, counter }, sealed) ?? [];
    if (flag === undefined) return this.#refuse("heartbeat-unauthentic");
    if (flag !== MOVED && flag !== STILL && flag !== ELSEWHERE) return this.#refuse("heartbeat-malformed");
    this.#last = counter;
    if (flag === ELSEWHERE) return { ok: true, counter, moved: false, elsewhere: true };
    return { ok: true, counter, moved: flag === MOVED };
  }

  /** Overwrites the key. */
  close(): void {
    this.#open = false;
    wipe(this.#session.key);
  }

  #refuse(code: HeartbeatCode): OpenedHeartbeat {
    this.close();
    return { ok: false, code };
  }
}
