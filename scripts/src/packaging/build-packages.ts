import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { WardkeyError } from "@wardkey/protocol";
import { projectRoot } from "../project-root.js";
import { debianArchitecture } from "./control.js";
import { buildDeb, type DebianPackage } from "./deb.js";
import { agentPackage, commandPackage, fleetPackage, type Origin, type SaidByCommand } from "./packages.js";

export const PACKAGE_KINDS = ["agent", "fleet", "command"] as const;
export type PackageKind = (typeof PACKAGE_KINDS)[number];

const run = promisify(execFile);

export interface PackagesAsked {
  readonly kinds: readonly PackageKind[];
  readonly out: string;
  /** Seconds: the time of everything in them. */
  readonly epoch: number;
}

/** Builds those packages one after the other, and answers their files. The project has to be built. */
export async function buildPackages(origin: Origin, { kinds, out, epoch }: PackagesAsked): Promise<readonly string[]> {
  const files: string[] = [];
  for (const kind of kinds) files.push(await buildDeb(await made(kind, origin), { out, epoch }));
  return files;
}

async function made(kind: PackageKind, origin: Origin): Promise<DebianPackage> {
  switch (kind) {
    case "agent":
      return agentPackage(origin);
    case "fleet":
      return fleetPackage(origin);
    case "command":
      return commandPackage(origin, await saidByCommand(origin.root));
  }
}

/** This project on this machine. Throws `system-unsupported` where no Debian package can be built. */
export async function originHere(): Promise<Origin> {
  const architecture = debianArchitecture(arch());
  if (platform() !== "linux" || architecture === null)
    throw new WardkeyError("system-unsupported", "Debian packages are built on Linux, on amd64 or arm64");
  const { version } = JSON.parse(await readFile(join(projectRoot, "package.json"), "utf8")) as { version: string };
  const asked = ["--showformat=$" + "{Version}\n", "--show", "libc6"];
  const { stdout } = await run("dpkg-query", asked).catch((cause: unknown) => {
    throw new WardkeyError("system-unsupported", "Debian packages are built on Debian or what comes from it", {
      cause,
    });
  });
  const [libc = ""] = stdout.split("\n");
  const target = { platform: "linux", arch: architecture === "amd64" ? "x64" : "arm64" } as const;
  return { root: projectRoot, target, architecture, version, libc: libc.replace(/-[^-]*$/, "") };
}

/** `SOURCE_DATE_EPOCH` where it is set, else the time of the last commit. Throws `epoch-unknown`. */
export async function epochOf(root: string, env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const { SOURCE_DATE_EPOCH: said } = env;
  const text = said ?? (await run("git", ["log", "-1", "--format=%ct"], { cwd: root })).stdout.trim();
  if (!/^\d{1,11}$/.test(text)) throw new WardkeyError("epoch-unknown", "SOURCE_DATE_EPOCH is no number of seconds");
  return Number(text);
}

async function saidByCommand(root: string): Promise<SaidByCommand> {
  const says = async (...words: string[]): Promise<string> =>
    (await run(process.execPath, [join(root, "fleet", "cli", "wardkey.mjs"), ...words])).stdout;
  return {
    manual: await says("manual"),
    bash: await says("completion", "bash"),
    zsh: await says("completion", "zsh"),
    fish: await says("completion", "fish"),
  };
}
