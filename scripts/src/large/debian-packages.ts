import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { WardkeyError } from "@wardkey/protocol";

interface NeededPackage {
  readonly name: string;
  /** One of them is there when the package is. */
  readonly files: readonly string[];
}

const NEEDED: readonly NeededPackage[] = [
  { name: "mosquitto", files: ["/usr/sbin/mosquitto"] },
  { name: "rabbitmq-server", files: ["/usr/lib/rabbitmq/bin/rabbitmq-server"] },
  { name: "postgresql-15", files: ["/usr/lib/postgresql/15/bin/postgres"] },
];

/**
 * Makes sure that Debian's brokers and PostgreSQL are there: as root it installs what is missing, else it refuses with
 * `packages-missing` and says which.
 */
export async function needDebianPackages(): Promise<void> {
  const missing = NEEDED.filter(({ files }) => !files.some((file) => existsSync(file))).map(({ name }) => name);
  if (missing.length === 0) return;
  const names = missing.join(" ");
  if (process.getuid?.() !== 0)
    throw new WardkeyError("packages-missing", `please install first: sudo apt-get install ${names}`);
  await run("apt-get", ["update", "-qq"]);
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing]);
}

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const child = spawn(command, args, { stdio: ["ignore", 2, 2], env });
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new WardkeyError("packages-missing", `${command} ${args.join(" ")} ended with ${code}`));
    });
  });
}
