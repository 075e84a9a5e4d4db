import { createServer, type Server, type Socket } from "node:net";
import type { LineInterface } from "../device/device-profile.js";

/** A simulated medical device that takes orders as lines: `LOCK`, `RELEASE`, `STATE?`. */
export class SimulatedLineDevice {
  locked = false;
  /** What it answers instead, once each. */
  readonly answers: (string | null)[] = [];
  readonly heard: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(): Promise<SimulatedLineDevice> {
    const device = new SimulatedLineDevice();
    await new Promise<void>((resolve) => device.#server.listen(0, "127.0.0.1", resolve));
    return device;
  }

  get interface(): LineInterface {
    const address = this.#server.address();
    return {
      kind: "lines",
      host: "127.0.0.1",
      port: typeof address === "object" && address !== null ? address.port : 1,
      ending: "\r\n",
      lock: { say: "LOCK", expect: "OK LOCKED" },
      unlock: { say: "RELEASE", expect: "OK USABLE" },
      state: { say: "STATE?", locked: "LOCKED", usable: "USABLE" },
      withinMs: 5_000,
    };
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      for (const line of chunk.split("\r\n").filter((each) => each !== "")) {
        const answer = this.#answer(line);
        if (answer !== null) socket.write(`${answer}\r\n`);
      }
    });
  }

  #answer(line: string): string | null {
    this.heard.push(line);
    if (line === "STATE?") return this.locked ? "LOCKED" : "USABLE";
    const other = this.answers.shift();
    if (other !== undefined) return other;
    this.locked = line === "LOCK";
    return this.locked ? "OK LOCKED" : "OK USABLE";
  }
}
