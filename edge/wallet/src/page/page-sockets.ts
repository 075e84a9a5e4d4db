import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { codeOf, milliseconds, seconds } from "@wardkey/protocol";
import { FromPhonePage, type PhoneView, type ToPhonePage } from "@wardkey/protocol/phone";
import { WebSocket, WebSocketServer } from "ws";

export type PageCommand = Exclude<FromPhonePage, { type: "hello" }>;

/** What the page may ask of the wallet. */
export interface PageCommands {
  view(): PhoneView;
  /** `null` when it was done, else the stable code of the refusal: nothing else changed then. */
  perform(command: PageCommand): Promise<string | null>;
}

const HELLO_WITHIN = seconds(5);
const MAX_WRONG_TOKENS = 3;
const MAX_MESSAGE_BYTES = 8 * 1024;
/** Beyond this the library cuts the connection before we see it. */
const MAX_PAYLOAD_BYTES = 64 * 1024;
const MAX_SOCKETS = 8;
/** A page that reads nothing is cut rather than written to without end. */
const MAX_UNSENT_BYTES = 1024 * 1024;
/** Commands that one page may leave unanswered. */
const MAX_WAITING_COMMANDS = 64;
/** A slider makes many changes a second; a screen needs few. */
const VIEW_EVERY = milliseconds(50);

const CLOSE_TOKEN = 4401;
const CLOSE_MESSAGE = 4400;

export interface PageSocketsInput {
  token: string;
  commands: PageCommands;
  report(code: string): void;
}

/** The pages that are connected. Each proves the token before it sees or asks anything. */
export class PageSockets {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD_BYTES, perMessageDeflate: false });
  readonly #known = new Set<WebSocket>();
  readonly #input: PageSocketsInput;
  #sending: NodeJS.Timeout | null = null;

  constructor(input: PageSocketsInput) {
    this.#input = input;
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#server.clients.size >= MAX_SOCKETS) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (page) => this.#greet(page));
  }

  changed(): void {
    this.#sending ??= setTimeout(() => {
      this.#sending = null;
      const message = this.#viewMessage();
      for (const page of this.#known) this.#send(page, message);
    }, VIEW_EVERY);
  }

  close(): void {
    if (this.#sending !== null) clearTimeout(this.#sending);
    for (const page of this.#server.clients) page.terminate();
    this.#server.close();
  }

  #greet(page: WebSocket): void {
    let wrongTokens = 0;
    let waiting = 0;
    const hello = setTimeout(() => page.close(CLOSE_TOKEN, "token-missing"), HELLO_WITHIN);
    page.on("error", (error) => this.#input.report(codeOf(error)));
    page.on("close", () => {
      clearTimeout(hello);
      this.#known.delete(page);
    });
    page.on("message", (data, isBinary) => {
      if (page.readyState !== WebSocket.OPEN) return;
      const message = isBinary ? null : parseMessage(data);
      if (message === null) return page.close(CLOSE_MESSAGE, "message-malformed");
      if (message.type === "hello") {
        if (this.#isToken(message.token)) {
          clearTimeout(hello);
          this.#known.add(page);
          this.#send(page, this.#viewMessage());
          return;
        }
        wrongTokens += 1;
        if (wrongTokens >= MAX_WRONG_TOKENS) page.close(CLOSE_TOKEN, "token-wrong");
        return;
      }
      if (!this.#known.has(page)) return page.close(CLOSE_TOKEN, "token-missing");
      if (waiting >= MAX_WAITING_COMMANDS) return page.close(CLOSE_MESSAGE, "too-many-commands");
      waiting += 1;
      void this.#perform(page, message).finally(() => {
        waiting -= 1;
      });
    });
  }

  async #perform(page: WebSocket, command: PageCommand): Promise<void> {
    const code = await this.#input.commands.perform(command).catch((error: unknown) => {
      this.#input.report(codeOf(error));
      return codeOf(error);
    });
    if (code !== null) this.#send(page, { type: "refused", command: command.type, code: code.slice(0, 64) });
  }

  #viewMessage(): ToPhonePage {
    return { type: "view", view: this.#input.commands.view() };
  }

  #send(page: WebSocket, message: ToPhonePage): void {
    if (page.readyState !== WebSocket.OPEN) return;
    if (page.bufferedAmount > MAX_UNSENT_BYTES) page.terminate();
    else page.send(JSON.stringify(message));
  }

  #isToken(offered: string): boolean {
    const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
    return timingSafeEqual(digest(offered), digest(this.#input.token));
  }
}

function parseMessage(data: WebSocket.RawData): FromPhonePage | null {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer);
  if (bytes.length > MAX_MESSAGE_BYTES) return null;
  try {
    const parsed = FromPhonePage.safeParse(JSON.parse(bytes.toString("utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
