import { type ChildProcess, spawn } from "node:child_process";
import { connect, createServer } from "node:net";

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

export async function untilListening(port: number, within = 60_000): Promise<void> {
  const deadline = performance.now() + within;
  while (performance.now() < deadline) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing listens on port ${port}`);
}

/** A program that runs until it is stopped; what it said is in the error when it ends by itself. */
export class StartedProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  said = "";

  constructor(command: string, options: { args: readonly string[]; env?: Readonly<Record<string, string>> }) {
    this.#child = spawn(command, options.args, {
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const hear = (chunk: Buffer): void => {
      this.said = `${this.said}${chunk.toString()}`.slice(-4_000);
    };
    this.#child.stdout?.on("data", hear);
    this.#child.stderr?.on("data", hear);
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", (error) => {
        this.said += error.message;
        resolve();
      });
      this.#child.once("exit", () => resolve());
    });
  }

  /** `SIGKILL` after ten seconds. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.#child.kill(signal);
    const hard = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
    await this.#ended;
    clearTimeout(hard);
  }
}
