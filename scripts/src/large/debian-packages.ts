import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { WardkeyError } from "@wardkey/protocol";

/** The file is there when the package is. */
const NEEDED: readonly { readonly name: string; readonly file: string }[] = [
  { name: "mosquitto", file: "/usr/sbin/mosquitto" },
  { name: "rabbitmq-server", file: "/usr/lib/rabbitmq/bin/rabbitmq-server" },
  { name: "postgresql-15", file: "/usr/lib/postgresql/15/bin/postgres" },
  { name: "slapd", file: "/usr/sbin/slapd" },
  { name: "systemd", file: "/bin/systemd-notify" },
  { name: "groff-base", file: "/usr/bin/groff" },
  { name: "zsh", file: "/bin/zsh" },
  { name: "fish", file: "/usr/bin/fish" },
];

/**
 * Makes sure that Debian's brokers, PostgreSQL, OpenLDAP, systemd and shells are there: as root it installs what is missing, else it refuses with
 * `packages-missing` and says which.
 */
export async function needDebianPackages(): Promise<void> {
  const missing = NEEDED.filter(({ file }) => !existsSync(file)).map(({ name }) => name);
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
