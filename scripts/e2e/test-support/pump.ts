import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { createInterface } from "node:readline";

/** A medical device that is told by lines of text to lock and to open, on this machine. */
export class SimulatedPump {
  /** What it is now; it comes up locked. */
  locked = true;
  readonly #server: Server;
  readonly #port: number;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
  }

  static async start(): Promise<SimulatedPump> {
    const server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      }),
    );
    const pump = new SimulatedPump(server, port);
    server.on("connection", (socket) => {
      socket.on("error", () => socket.destroy());
      createInterface({ input: socket }).on("line", (line) => socket.write(`${pump.#answer(line)}\r\n`));
    });
    return pump;
  }

  /** Writes the profile that describes it; what an agent's `locking` is to be. */
  describedIn(profileFile: string): { kind: "device"; profileFile: string } {
    const profile = {
      schema: "wardkey.locked-device/1",
      name: "Simulated pump",
      safe: "locked",
      interface: {
        ...{ kind: "lines", host: "127.0.0.1", port: this.#port, ending: "\r\n", withinMs: 1_000 },
        lock: { say: "LOCK", expect: "OK" },
        unlock: { say: "RELEASE", expect: "OK" },
        state: { say: "STATE?", locked: "LOCKED", usable: "USABLE" },
      },
    };
    writeFileSync(profileFile, JSON.stringify(profile));
    return { kind: "device", profileFile };
  }

  stop(): void {
    this.#server.close();
  }

  #answer(line: string): string {
    if (line === "STATE?") return this.locked ? "LOCKED" : "USABLE";
    this.locked = line !== "RELEASE";
    return "OK";
  }
}
