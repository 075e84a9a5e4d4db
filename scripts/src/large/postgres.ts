import { type SpawnOptions, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { WardkeyError } from "@wardkey/protocol";
import { freePort } from "../free-port.js";

const PROGRAMS = "/usr/lib/postgresql/15/bin";
const USER = "wardkey";
const START_WITHIN = 30_000;

export interface StartedPostgres {
  /** For the tests: WARDKEY_TEST_POSTGRES and PGPASSWORD. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Debian's PostgreSQL in a folder of its own on a free port, gone again after `stop`. */
export async function startPostgres(): Promise<StartedPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "wardkey-postgres-"));
  const account = await accountFor(folder);
  const password = randomBytes(18).toString("base64url");
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account.uid !== undefined && account.gid !== undefined) await chown(passwordFile, account.uid, account.gid);
  const data = join(folder, "data");
  await finished(
    spawn(
      join(PROGRAMS, "initdb"),
      ["-D", data, "-U", USER, "-A", "scram-sha-256", "--pwfile", passwordFile, "-E", "UTF8", "--no-sync"],
      { ...account, stdio: ["ignore", "ignore", 2] },
    ),
  );
  const port = await freePort();
  const settings = { listen_addresses: "127.0.0.1", port, unix_socket_directories: folder, fsync: "off" };
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(join(PROGRAMS, "postgres"), ["-D", data, ...args], {
    ...account,
    stdio: ["ignore", "ignore", "ignore"],
  });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    // "Fast" shutdown: open connections are ended.
    server.kill("SIGINT");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await listening(port);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    env: { WARDKEY_TEST_POSTGRES: `postgres://${USER}@127.0.0.1:${port}/postgres`, PGPASSWORD: password },
    stop,
  };
}

/** PostgreSQL refuses to run as root: then it runs as the account that Debian made for it. */
async function accountFor(folder: string): Promise<Pick<SpawnOptions, "uid" | "gid" | "cwd">> {
  if (userInfo().uid !== 0) return { cwd: folder };
  const [uid, gid] = [await idOf("-u"), await idOf("-g")];
  await chown(folder, uid, gid);
  return { uid, gid, cwd: folder };
}

async function idOf(flag: "-u" | "-g"): Promise<number> {
  const child = spawn("id", [flag, "postgres"], { stdio: ["ignore", "pipe", 2] });
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  await finished(child);
  return Number(text);
}

function finished(child: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new WardkeyError("postgres-not-started", `${child.spawnfile} ended with ${code}`));
    });
  });
}

async function listening(port: number): Promise<void> {
  const deadline = performance.now() + START_WITHIN;
  while (performance.now() < deadline) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new WardkeyError("postgres-not-started", `PostgreSQL does not listen on port ${port}`);
}
