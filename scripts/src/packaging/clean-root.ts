import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { WardkeyError } from "@wardkey/protocol";
import { debianArchitecture } from "./control.js";
import { closureOf, type Installed } from "./installed-packages.js";

const run = promisify(execFile);
const INFO = "/var/lib/dpkg/info";
const WITHIN_MS = 300_000;
const MOST = 64 * 1024 * 1024;
/** A field as dpkg-query(1) is asked for it. */
const field = (name: string): string => `$\{${name}}`;
const FIELDS = `${field("Package")}\\t${field("Essential")}\\t${field("Pre-Depends")}, ${field("Depends")}\\t${field("Provides")}\\n`;

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * A Debian of its own in a folder: copies of the packages of this machine that are essential or named, with a database of
 * dpkg that knows of them and of nothing else. Node is this one, entered as the package `nodejs`; programs in `claimed`
 * are entered without a file, so that nobody can rely on them. Needs root, for chroot(2).
 */
export class CleanRoot {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make({
    packages,
    claimed,
  }: {
    packages: readonly string[];
    claimed: readonly string[];
  }): Promise<CleanRoot> {
    if (process.getuid?.() !== 0) throw new WardkeyError("root-needed", "a root of its own is made as root alone");
    const here = (await run("dpkg-query", ["-W", "-f", FIELDS], { maxBuffer: MOST })).stdout;
    const names = closureOf(readInstalled(here), packages);
    const root = new CleanRoot(await mkdtemp(join(tmpdir(), "wardkey-clean-root-")));
    try {
      await root.#fill(names, claimed);
      return root;
    } catch (error) {
      await root.remove();
      throw error;
    }
  }

  async #fill(names: readonly string[], claimed: readonly string[]): Promise<void> {
    const at = (path: string): string => join(this.folder, path);
    await chmod(this.folder, 0o755);
    for (const folder of ["usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "var/lib/dpkg/updates", "dev", "run", "tmp"]) {
      await mkdir(at(folder), { recursive: true });
    }
    for (const name of ["bin", "sbin", "lib", "lib64"]) await symlink(`usr/${name}`, at(name));
    const { stdout: files } = await run("dpkg-query", ["-L", ...names], { maxBuffer: MOST });
    await writeFile(at("files"), [...new Set(files.split("\n"))].filter((path) => /^\/[^.]/.test(path)).join("\n"));
    await shell(
      'tar -C / --no-recursion --ignore-failed-read -cf - -T "$1/files" 2>/dev/null | tar -C "$1" --keep-directory-symlink -xf -',
      this.folder,
    );
    await rm(at("files"));
    await mkdir(at("etc"), { recursive: true });
    for (const kind of ["passwd", "group"])
      await copyFile(at(`usr/share/base-passwd/${kind}.master`), at(`etc/${kind}`));
    await shell('mknod -m 666 "$1/dev/null" c 1 3 && mknod -m 666 "$1/dev/urandom" c 1 9', this.folder);
    await copyFile(process.execPath, at("usr/bin/node"));
    await chmod(at("usr/bin/node"), 0o755);
    await this.#writeDatabase(names, claimed);
  }

  async #writeDatabase(names: readonly string[], claimed: readonly string[]): Promise<void> {
    const known = new Set(names);
    const stanzas = (await readFile("/var/lib/dpkg/status", "utf8")).split("\n\n");
    const kept = stanzas.filter((stanza) => known.has(/^Package: (.+)$/m.exec(stanza)?.[1] ?? ""));
    const entered = [
      { name: "nodejs", version: process.versions.node },
      ...claimed.map((name) => ({ name, version: "1" })),
    ].map(
      ({ name, version }) =>
        `Package: ${name}\nStatus: install ok installed\nMaintainer: nobody\nArchitecture: ${debianArchitecture(process.arch)}\nVersion: ${version}\nDescription: entered by hand`,
    );
    await writeFile(join(this.folder, "var/lib/dpkg/status"), `${[...kept, ...entered].join("\n\n").trim()}\n`);
    await mkdir(join(this.folder, "var/lib/dpkg/info"), { recursive: true });
    for (const file of await readdir(INFO)) {
      const [, name = ""] = /^([^:]+)(?::[^.]+)?\.list$/.exec(file) ?? [];
      if (known.has(name)) await copyFile(join(INFO, file), join(this.folder, INFO, file));
    }
  }

  path(path: string): string {
    return join(this.folder, path);
  }

  /** dpkg of this machine on that root: its maintainer scripts run inside. */
  dpkg(...args: readonly string[]): Promise<Ran> {
    return ran("dpkg", [`--root=${this.folder}`, ...args]);
  }

  /** A program in there, which sees nothing of this machine's files. */
  inside(...args: readonly string[]): Promise<Ran> {
    return ran("chroot", [this.folder, ...args]);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

function readInstalled(text: string): Installed[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", essential, needs = "", provides = ""] = line.split("\t");
    return name === "" ? [] : [{ name, essential: essential === "yes", needs, provides }];
  });
}

const shell = (script: string, folder: string): Promise<unknown> =>
  run("bash", ["-e", "-o", "pipefail", "-c", script, "bash", folder], { timeout: WITHIN_MS });

function ran(command: string, args: readonly string[]): Promise<Ran> {
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8", DEBIAN_FRONTEND: "noninteractive" };
  return new Promise((resolve) => {
    execFile(command, [...args], { env, cwd: "/", timeout: WITHIN_MS, maxBuffer: MOST }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, out, err });
    });
  });
}
