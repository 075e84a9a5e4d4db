import type { Clock } from "@wardkey/protocol";
import { seconds } from "@wardkey/protocol";
import {
  FRAME_HEADER_BYTES,
  FRAME_KIND_JPEG,
  FromScreen,
  MAX_FRAME_BYTES,
  MAX_MESSAGE_BYTES,
  type ToScreen,
} from "@wardkey/protocol/screen";
import type { WebSocket } from "ws";
import { Rate } from "../rate.js";
import type { Timers } from "../time.js";
import { sameToken } from "./token.js";

export type ScreenCommand = Exclude<FromScreen, { type: "hello" }>;
/** `answer` goes to the page that asked, and to no other. */
export type CommandAnswer =
  | { readonly ok: true; readonly answer?: Extract<ToScreen, { type: "answer" }>["answer"] }
  | { readonly ok: false; readonly code: string };
export interface PageFrame {
  readonly jpeg: Uint8Array;
  readonly sequence: number;
  readonly at: number;
}

/** Close codes of the local socket. */
export const WRONG_TOKEN = 4401;
export const WRONG_MESSAGE = 4400;

const HELLO_WITHIN = seconds(5);
const WRONG_TOKENS = 3;
const PING_EACH = seconds(5);
/** A line whose other end is gone without a word, or stopped, is cut off after so many pings without an answer. */
const PINGS_UNANSWERED = 3;
/** A page that does not read is cut off rather than stored up for. */
const UNREAD_AT_MOST = 4 * 1024 * 1024;

export interface PageLinkPorts {
  readonly token: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly greeted: (link: PageLink) => void;
  readonly command: (command: ScreenCommand, link: PageLink) => Promise<CommandAnswer> | CommandAnswer;
  readonly frame: (frame: PageFrame, link: PageLink) => CommandAnswer;
  readonly gone: (link: PageLink) => void;
}

/**
 * One page at the other end of the local socket. It is not trusted: it must show the token first, every message is
 * parsed strictly and counted, and the first one that is not as it should be ends the link.
 */
export class PageLink {
  readonly #socket: WebSocket;
  readonly #ports: PageLinkPorts;
  readonly #messages: Rate;
  readonly #frames: Rate;
  readonly #activity: Rate;
  readonly #refusals: Rate;
  #greeted = false;
  #wrongTokens = 0;
  #unanswered = 0;
  #endPings: () => void = () => {};

  constructor(socket: WebSocket, ports: PageLinkPorts) {
    this.#socket = socket;
    this.#ports = ports;
    const monotonic = ports.clock.monotonic();
    this.#messages = new Rate({ perSecond: 10, burst: 30, monotonic });
    this.#frames = new Rate({ perSecond: 20, burst: 20, monotonic });
    this.#activity = new Rate({ perSecond: 1, burst: 1, monotonic });
    this.#refusals = new Rate({ perSecond: 1, burst: 3, monotonic });
    const cancel = ports.timers.after(HELLO_WITHIN, () => this.#greeted || this.#end(WRONG_TOKEN, "no token"));
    socket.on("pong", () => {
      this.#unanswered = 0;
    });
    socket.on("message", (data: Buffer, binary: boolean) => {
      this.#unanswered = 0;
      if (socket.readyState !== socket.OPEN) return;
      if (binary) this.#frame(data);
      else this.#text(data);
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      cancel();
      this.#endPings();
      if (this.#greeted) ports.gone(this);
    });
  }

  send(message: ToScreen): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > UNREAD_AT_MOST) this.#socket.terminate();
    else this.#socket.send(JSON.stringify(message));
  }

  close(): void {
    this.#socket.close(1001, "the agent stops");
  }

  #text(data: Buffer): void {
    if (data.length > MAX_MESSAGE_BYTES || !this.#messages.take(this.#ports.clock.monotonic())) {
      this.#end(WRONG_MESSAGE, "too much");
      return;
    }
    const message = parse(data);
    if (message === null) this.#end(this.#greeted ? WRONG_MESSAGE : WRONG_TOKEN, "not understood");
    else if (message.type === "hello") this.#hello(message.token);
    else if (!this.#greeted) this.#end(WRONG_TOKEN, "the token comes first");
    else this.#command(message);
  }

  #hello(token: string): void {
    if (this.#greeted) {
      this.#end(WRONG_MESSAGE, "greeted twice");
      return;
    }
    if (!sameToken(token, this.#ports.token)) {
      this.#wrongTokens++;
      if (this.#wrongTokens >= WRONG_TOKENS) this.#end(WRONG_TOKEN, "wrong token");
      else this.send({ type: "refused", command: "hello", code: "wrong-token" });
      return;
    }
    this.#greeted = true;
    this.#ping();
    this.#ports.greeted(this);
  }

  #ping(): void {
    this.#endPings = this.#ports.timers.after(PING_EACH, () => {
      if (this.#unanswered >= PINGS_UNANSWERED) {
        this.#socket.terminate();
        return;
      }
      this.#unanswered++;
      this.#socket.ping();
      this.#ping();
    });
  }

  #command(command: ScreenCommand): void {
    if (command.type === "activity" && !this.#activity.take(this.#ports.clock.monotonic())) return;
    void this.#answer(command);
  }

  async #answer(command: ScreenCommand): Promise<void> {
    const answer = await Promise.resolve(this.#ports.command(command, this)).catch(
      (): CommandAnswer => ({ ok: false, code: "unexpected" }),
    );
    if (!answer.ok) this.send({ type: "refused", command: command.type, code: answer.code });
    else if (answer.answer !== undefined && command.type === "enrol-search")
      this.send({ type: "answer", command: command.type, answer: answer.answer });
  }

  #frame(data: Buffer): void {
    const at = this.#ports.clock.monotonic();
    if (!this.#greeted) {
      this.#end(WRONG_TOKEN, "the token comes first");
      return;
    }
    const jpeg = data.subarray(FRAME_HEADER_BYTES);
    const wellFormed =
      data.length <= MAX_FRAME_BYTES + FRAME_HEADER_BYTES &&
      data[0] === FRAME_KIND_JPEG &&
      // ISO/IEC 10918-1: SOI, and the first byte of the marker after it.
      jpeg[0] === 0xff &&
      jpeg[1] === 0xd8 &&
      jpeg[2] === 0xff;
    if (!wellFormed) {
      this.#end(WRONG_MESSAGE, "no frame");
      return;
    }
    if (!this.#frames.take(at)) return;
    const answer = this.#ports.frame({ jpeg, sequence: data.readUInt32BE(1), at }, this);
    if (!answer.ok && this.#refusals.take(at)) this.send({ type: "refused", command: "frame", code: answer.code });
  }

  #end(code: number, why: string): void {
    this.#socket.close(code, why);
  }
}

function parse(data: Buffer): FromScreen | null {
  try {
    return FromScreen.parse(JSON.parse(data.toString("utf8")));
  } catch {
    return null;
  }
}
