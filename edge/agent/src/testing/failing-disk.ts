import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const BYTES = 32 * 1024 * 1024;

/**
 * A real disk of its own for tests: ext4 in a file, over a loop device. It can be mounted read-only, and it can turn read-only
 * under whoever has files open on it, as the kernel does to a broken one (`errors=remount-ro` in ext4(5)).
 */
export class FailingDisk {
  readonly #at: string;
  readonly #folder: string;

  private constructor(at: string, folder: string) {
    this.#at = at;
    this.#folder = folder;
  }

  /** Mounts an empty disk at a folder; or says why this machine cannot. */
  static async mountedAt(at: string): Promise<{ ok: true; disk: FailingDisk } | { ok: false; why: string }> {
    if (process.platform !== "linux") return { ok: false, why: "loop devices are Linux's" };
    if (process.getuid?.() !== 0) return { ok: false, why: "only root mounts" };
    const folder = await mkdtemp(join(tmpdir(), "wardkey-disk-"));
    const disk = new FailingDisk(at, folder);
    try {
      await mkdir(at, { recursive: true });
      const file = await open(disk.#image, "w");
      await file.truncate(BYTES);
      await file.close();
      run("mkfs.ext4", ["-q", "-F", disk.#image]);
      disk.mount("rw");
      return { ok: true, disk };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      return { ok: false, why: error instanceof Error ? error.message : String(error) };
    }
  }

  get #image(): string {
    return join(this.#folder, "disk.img");
  }

  mount(how: "rw" | "ro"): void {
    run("mount", ["-t", "ext4", "-o", `loop,${how},errors=remount-ro`, this.#image, this.#at]);
  }

  /** Nobody may have files open on it. */
  unmount(): void {
    run("umount", [this.#at]);
  }

  /** The kernel finds it broken: from here on it takes nothing, also from files that are open. */
  async break(): Promise<void> {
    const device = basename(run("findmnt", ["-no", "SOURCE", this.#at]).trim());
    // https://docs.kernel.org/admin-guide/ext4.html: an ext4 error on demand.
    await writeFile(`/sys/fs/ext4/${device}/trigger_fs_error`, "1");
  }

  async close(): Promise<void> {
    try {
      // Lazily: whoever still has a file open on it keeps nobody from clearing up.
      run("umount", ["-l", this.#at]);
    } catch {
      // It was unmounted already.
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const run = (program: string, args: readonly string[]): string =>
  execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
