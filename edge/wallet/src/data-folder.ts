import { readFileSync } from "node:fs";
import { chmod, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, WardkeyError } from "@wardkey/protocol";

export interface DataFolder {
  file(name: string): string;
  /** Lets the next wallet in. */
  release(): Promise<void>;
}

/**
 * Takes a folder (made 0700 where there is none) for one wallet at a time; refuses with `already-running` while another
 * holds it. The lock names a process by its id and its start: a crash, or an id used again, does not leave it stuck.
 */
export async function takeDataFolder(path: string): Promise<DataFolder> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
  const lock = join(path, "wallet.lock");
  const holder = `${process.pid} ${startOf(process.pid) ?? "unknown"}`;
  // Linked into place whole: a lock that is seen at all names its holder.
  const claim = join(path, `wallet.lock.${process.pid}`);
  await writeFile(claim, holder, { mode: 0o600 });
  try {
    await claimLock({ lock, claim, path });
  } finally {
    await rm(claim, { force: true });
  }
  return {
    file: (name) => join(path, name),
    release: () => rm(lock, { force: true }),
  };
}

async function claimLock({ lock, claim, path }: { lock: string; claim: string; path: string }): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await link(claim, lock);
      return;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    const holder = await readFile(lock, "utf8").catch(() => "");
    if (holder !== "" && isAlive(holder)) break;
    await rm(lock, { force: true });
  }
  throw new WardkeyError("already-running", `another wallet works in ${path}`);
}

function isAlive(holder: string): boolean {
  const [id, start] = holder.split(" ");
  const pid = Number(id);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== "EPERM") return false;
  }
  const running = startOf(pid);
  return running === null || running === start;
}

/** Ticks since boot at which a process started (proc_pid_stat(5), field 22); `null` where there is no /proc. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The command's name stands in brackets and may hold spaces: count from its end.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
