import { execFile } from "node:child_process";
import {
  chmod,
  copyFile,
  lutimes,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { WardkeyError } from "@wardkey/protocol";
import { type Contents, md5sums } from "./contents.js";
import { type ControlFields, controlText } from "./control.js";

const BUILD_WITHIN_MS = 600_000;

export interface DebianPackage {
  readonly control: Omit<ControlFields, "installedKib">;
  readonly contents: Contents;
  /** Absolute paths of configuration that an administrator changes, and an upgrade leaves alone. */
  readonly conffiles: readonly string[];
  /** `postinst` and the like. */
  readonly scripts: Readonly<Record<string, string>>;
}

/**
 * Builds a `.deb` with Debian's own `dpkg-deb` and answers its path. The same contents and the same `epoch` (seconds) give
 * the same bytes: owners, modes, times and order are set, not taken over. Throws `dpkg-deb-failed`.
 */
export async function buildDeb(made: DebianPackage, { out, epoch }: { out: string; epoch: number }): Promise<string> {
  const { name, version, architecture } = made.control;
  const staging = await mkdtemp(join(tmpdir(), `${name}-deb-`));
  const file = join(out, `${name}_${version}_${architecture}.deb`);
  try {
    const copied = await stage(staging, made.contents);
    const installedKib = Math.ceil(copied.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1024);
    const control: Record<string, string> = {
      control: controlText({ ...made.control, installedKib }),
      md5sums: md5sums(copied),
      ...(made.conffiles.length === 0 ? {} : { conffiles: made.conffiles.map((path) => `${path}\n`).join("") }),
      ...made.scripts,
    };
    await mkdir(join(staging, "DEBIAN"));
    for (const [part, text] of Object.entries(control)) {
      await writeFile(join(staging, "DEBIAN", part), text);
      await chmod(join(staging, "DEBIAN", part), part in made.scripts ? 0o755 : 0o644);
    }
    await settle(staging, epoch);
    await mkdir(out, { recursive: true });
    await run("dpkg-deb", ["--root-owner-group", "-Zzstd", "--build", staging, file], {
      SOURCE_DATE_EPOCH: String(epoch),
    });
    return file;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function stage(staging: string, contents: Contents): Promise<{ path: string; bytes: Uint8Array }[]> {
  const copied: { path: string; bytes: Uint8Array }[] = [];
  for (const [path, content] of [...contents].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const at = join(staging, path);
    await mkdir(dirname(at), { recursive: true });
    if (content.kind === "link") {
      await symlink(content.to, at);
      continue;
    }
    if (content.kind === "copy") await copyFile(content.from, at);
    else await writeFile(at, content.text);
    await chmod(at, content.executable === true ? 0o755 : 0o644);
    copied.push({ path, bytes: await readFile(at) });
  }
  return copied;
}

/** One time for all, and folders that everybody may enter. */
async function settle(folder: string, epoch: number): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const at = join(folder, entry.name);
    if (entry.isDirectory()) await settle(at, epoch);
    else if (entry.isSymbolicLink()) await lutimes(at, epoch, epoch);
    else await utimes(at, epoch, epoch);
  }
  await chmod(folder, 0o755);
  await utimes(folder, epoch, epoch);
}

async function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  await promisify(execFile)(command, [...args], {
    env: { ...process.env, ...env },
    timeout: BUILD_WITHIN_MS,
  }).catch((cause: unknown) => {
    throw new WardkeyError("dpkg-deb-failed", `${command} ${args.join(" ")} did not end well`, { cause });
  });
}
