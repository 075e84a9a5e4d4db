import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { extname, join, normalize } from "node:path";
import {
  FRAME_HEADER_BYTES,
  FromScreen,
  SCREEN_SOCKET_PATH,
  type ScreenView,
  type ToScreen,
} from "@wardkey/protocol/screen";
import { type WebSocket, WebSocketServer } from "ws";

export interface SimulatedFrame {
  readonly kind: number;
  readonly sequence: number;
  /** The first two bytes of the picture: a JPEG starts with ff d8. */
  readonly start: string;
  readonly bytes: number;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** The policy that the real agent serves its page with. */
const POLICY =
  "default-src 'self'; connect-src 'self' ws:; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A simulated agent: serves the built page and plays whatever view a test tells it to; decides nothing. */
export class SimulatedAgent {
  readonly token = "simulated-token";
  readonly messages: FromScreen[] = [];
  readonly frames: SimulatedFrame[] = [];
  readonly #directory: string;
  #server: Server | null = null;
  #sockets: WebSocketServer | null = null;
  #view: ScreenView;
  #port = 0;

  constructor(directory: string, view: ScreenView) {
    this.#directory = directory;
    this.#view = view;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  get pageUrl(): string {
    return `${this.url}#token=${this.token}`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request.url ?? "/", response));
    const sockets = new WebSocketServer({ server, path: SCREEN_SOCKET_PATH });
    sockets.on("connection", (socket) => this.#greet(socket));
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    const address = server.address();
    if (address !== null && typeof address === "object") this.#port = address.port;
    this.#server = server;
    this.#sockets = sockets;
  }

  /** Every line drops, as when the agent's process dies. The port stays its own for the next start. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets?.clients ?? []) socket.terminate();
    this.#sockets?.close();
    const server = this.#server;
    this.#server = null;
    if (server !== null) await new Promise((resolve) => server.close(resolve));
  }

  show(change: Partial<ScreenView>): void {
    this.#view = { ...this.#view, ...change };
    this.#say({ type: "view", view: this.#view });
  }

  /** Asks whether the page covers the desktop. */
  askCover(revision: number): void {
    this.#say({ type: "cover", revision });
  }

  refuse(command: string, code: string): void {
    this.#say({ type: "refused", command, code });
  }

  /** What the search for a person found. */
  found(search: string, people: Extract<ToScreen, { type: "answer" }>["answer"]["people"]): void {
    this.#say({ type: "answer", command: "enrol-search", answer: { search, people } });
  }

  /** The commands so far of one type. */
  heard<Type extends FromScreen["type"]>(type: Type): Extract<FromScreen, { type: Type }>[] {
    return this.messages.filter((message): message is Extract<FromScreen, { type: Type }> => message.type === type);
  }

  #say(message: ToScreen): void {
    for (const socket of this.#sockets?.clients ?? []) socket.send(JSON.stringify(message));
  }

  #greet(socket: WebSocket): void {
    socket.on("message", (data: Buffer, binary) => {
      if (binary) {
        this.frames.push({
          kind: data.readUInt8(0),
          sequence: data.readUInt32BE(1),
          start: data.subarray(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + 2).toString("hex"),
          bytes: data.length,
        });
        return;
      }
      const message = FromScreen.parse(JSON.parse(data.toString()));
      this.messages.push(message);
      if (message.type !== "hello") return;
      if (message.token === this.token) socket.send(JSON.stringify({ type: "view", view: this.#view }));
      else socket.close(4401);
    });
  }

  async #serve(path: string, response: import("node:http").ServerResponse): Promise<void> {
    const name = path === "/" ? "index.html" : normalize(path).replace(/^([/\\]|\.\.)+/, "");
    try {
      const body = await readFile(join(this.#directory, name));
      response.writeHead(200, {
        "content-type": TYPES[extname(name)] ?? "application/octet-stream",
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
      });
      response.end(body);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" }).end("not here");
    }
  }
}
