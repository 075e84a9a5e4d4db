import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Debian's dbus-daemon on a socket of its own: nothing of the machine's buses is touched. */
export class PrivateBus {
  readonly address: string;
  readonly #folder: string;
  #stopDaemon: () => Promise<void>;

  private constructor(folder: string, stop: () => Promise<void>) {
    this.#folder = folder;
    this.address = addressIn(folder);
    this.#stopDaemon = stop;
  }

  static async start(): Promise<PrivateBus> {
    const folder = await mkdtemp(join(tmpdir(), "wardkey-bus-"));
    return new PrivateBus(folder, await startDaemon(folder));
  }

  /** Everybody's connection breaks, as when the machine's bus is restarted. */
  async restart(): Promise<void> {
    await this.#stopDaemon();
    this.#stopDaemon = await startDaemon(this.#folder);
  }

  async stop(): Promise<void> {
    await this.#stopDaemon();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const addressIn = (folder: string): string => `unix:path=${join(folder, "bus")}`;

async function startDaemon(folder: string): Promise<() => Promise<void>> {
  await rm(join(folder, "bus"), { force: true });
  const daemon = spawn("dbus-daemon", ["--session", "--nofork", "--print-address", `--address=${addressIn(folder)}`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise<void>((resolve) => daemon.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    daemon.stdout.once("data", () => resolve());
    daemon.once("error", () => reject(new Error("dbus-daemon is missing: install Debian's package dbus-daemon")));
    daemon.once("exit", () => reject(new Error("dbus-daemon ended before it served")));
  });
  return async () => {
    daemon.kill("SIGKILL");
    await ended;
  };
}
