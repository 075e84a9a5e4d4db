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
/** Steps are counted round: a kiosk that missed some heartbeats misses no step, up to so many less one. */
const STEPS_ROUND = 256;

/** What a phone says of its own motion. */
export interface PhoneMotion {
  /** Since the heartbeat before. */
  readonly moved: boolean;
  /** Of its owner, counted since the session began; absent: this phone counts none. */
  readonly steps?: number;
}

/** The phone's side: says each second that it is still near, whether it moved since, and how many steps its owner made. */
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
  seal(input: PhoneMotion | { elsewhere: true }): Uint8Array {
    if (!this.#open || this.#counter === LAST_COUNTER) return new Uint8Array(0);
    this.#counter += 1;
    const clear = "elsewhere" in input ? Uint8Array.of(ELSEWHERE) : motionBytes(input);
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
  /** `steps`: since the last heartbeat that was opened; absent: this phone counts none. */
  | {
      readonly ok: true;
      readonly counter: number;
      readonly moved: boolean;
      readonly steps?: number;
      readonly elsewhere?: true;
    }
  | { readonly ok: false; readonly code: HeartbeatCode };

/** The kiosk's side. Counters only grow; some may be lost. The first error closes it for good. */
export class HeartbeatOpener {
  readonly #session: HeartbeatKey;
  #last = 0;
  #steps = 0;
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
    const clear = unseal({ ...this.#session, counter }, sealed);
    if (clear === undefined) return this.#refuse("heartbeat-unauthentic");
    const [flag, count] = clear;
    if (flag === ELSEWHERE && count === undefined) {
      this.#last = counter;
      return { ok: true, counter, moved: false, elsewhere: true };
    }
    if (flag !== MOVED && flag !== STILL) return this.#refuse("heartbeat-malformed");
    this.#last = counter;
    const moved = flag === MOVED;
    if (count === undefined) return { ok: true, counter, moved };
    const steps = (count - this.#steps + STEPS_ROUND) % STEPS_ROUND;
    this.#steps = count;
    return { ok: true, counter, moved, steps };
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

function motionBytes({ moved, steps }: PhoneMotion): Uint8Array {
  const flag = moved ? MOVED : STILL;
  return steps === undefined ? Uint8Array.of(flag) : Uint8Array.of(flag, steps % STEPS_ROUND);
}
