import { type BadgeFound, type BadgeReaderProfile, type Frames, findBadge } from "@wardkey/firmware-profiles";
import { type Clock, type Duration, milliseconds, seconds } from "@wardkey/protocol";
import type { BadgeRead } from "@wardkey/protocol/fleet";
import type { Timers } from "../time.js";
import type { Conversation } from "./conversation.js";

/** A badge that lies in the field is told of again and again; only what was away for this long is a new holding-up. */
const SAME_FOR: Duration = seconds(2);

export interface ReadingPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly read: (badge: BadgeRead) => void;
}

/** One reader's badges, by its profile: listens or asks until it is stopped or the device's talk is over. */
export class Reading {
  readonly #profile: BadgeReaderProfile;
  readonly #conversation: Conversation;
  readonly #ports: ReadingPorts;
  #last: { readonly uid: string; readonly at: number } | null = null;
  #cancel: (() => void) | null = null;
  #stopped = false;

  constructor(profile: BadgeReaderProfile, conversation: Conversation, ports: ReadingPorts) {
    this.#profile = profile;
    this.#conversation = conversation;
    this.#ports = ports;
  }

  start(): void {
    const { read } = this.#profile;
    if (read.by === "input") this.#conversation.listen((input) => this.#look({ input }));
    else this.#askLater(milliseconds(read.everyMs), read.steps);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
    this.#last = null;
  }

  #askLater(every: Duration, steps: Parameters<Conversation["run"]>[0]): void {
    if (this.#stopped || this.#conversation.over) return;
    this.#cancel = this.#ports.timers.after(every, () => {
      this.#conversation
        .run(steps)
        .then((frames) => this.#look(frames))
        // The conversation has told why it is over.
        .catch(() => undefined)
        .finally(() => this.#askLater(every, steps));
    });
  }

  #look(frames: Frames): void {
    if (this.#stopped) return;
    const found: BadgeFound = findBadge(this.#profile, frames);
    if (found.found !== "badge") return;
    const { kind, uid } = found;
    const at = this.#ports.clock.monotonic();
    const same = this.#last !== null && this.#last.uid === uid && at - this.#last.at < SAME_FOR;
    this.#last = { uid, at };
    if (!same) this.#ports.read({ kind, uid });
  }
}
