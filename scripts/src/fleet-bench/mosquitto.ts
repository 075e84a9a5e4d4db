import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { topics } from "@wardkey/protocol/fleet";
import { freePort } from "../free-port.js";
import { residentKiB } from "../hospital/memory.js";

export const MOSQUITTO = "/usr/sbin/mosquitto";

/** Debian's Mosquitto with the same certificates, topics and durability switched on: what a user would run instead. */
export interface Mosquitto {
  readonly url: string;
  residentBytes(): number;
  stop(): Promise<void>;
}

export async function startMosquitto(input: {
  folder: string;
  site: string;
  root: string;
  tls: { key: string; cert: string };
  /** The client that may publish to everybody. */
  publisher: string;
}): Promise<Mosquitto | null> {
  if (!existsSync(MOSQUITTO)) return null;
  const { folder, site, publisher } = input;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const port = await freePort();
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const acl = [
    `user ${publisher}`,
    `topic readwrite wardkey/v1/${site}/all/#`,
    "",
    `pattern readwrite wardkey/v1/${site}/device/%u/up/#`,
    `pattern read wardkey/v1/${site}/device/%u/down/#`,
    `pattern read ${topics.all(site, "policy")}`,
    "",
  ];
  const configuration = [
    `listener ${port} 127.0.0.1`,
    `cafile ${file("root.pem", input.root)}`,
    `certfile ${file("server.pem", input.tls.cert)}`,
    `keyfile ${file("server.key", input.tls.key)}`,
    "require_certificate true",
    "use_identity_as_username true",
    "tls_version tlsv1.3",
    `acl_file ${file("acl", acl.join("\n"))}`,
    "persistence true",
    `persistence_location ${folder}/`,
    "max_queued_messages 100000",
    "log_dest none",
    "user root",
    "",
  ];
  const child: ChildProcess = spawn(MOSQUITTO, ["-c", file("mosquitto.conf", configuration.join("\n"))], {
    stdio: "ignore",
  });
  process.once("exit", () => child.kill("SIGKILL"));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return {
    url: `mqtts://localhost:${port}`,
    residentBytes: () => residentKiB(child.pid ?? 0) * 1_024,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) return resolve();
        child.once("exit", () => resolve());
        child.kill("SIGTERM");
      }),
  };
}
