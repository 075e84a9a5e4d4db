import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { arch, platform } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import { projectRoot } from "../project-root.js";
import { debianArchitecture } from "./control.js";
import { buildDeb, type DebianPackage } from "./deb.js";
import { agentPackage, commandPackage, fleetPackage, type Origin, type SaidByCommand } from "./packages.js";

const KINDS = ["agent", "fleet", "command"] as const;
const run = promisify(execFile);

/** `npm run package`: `wardkey`, `wardkey-agent` and `wardkey-fleet` as `.deb`, or only those that are named. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { out: { type: "string", default: join(projectRoot, ".wardkey", "packages") } },
    allowPositionals: true,
  });
  const asked = KINDS.filter((kind) => positionals.length === 0 || positionals.includes(kind));
  const unknown = positionals.find((word) => !KINDS.some((kind) => kind === word));
  if (unknown !== undefined) throw new WardkeyError("misused", `"${unknown}" is none of ${KINDS.join(", ")}`);
  const origin = await originHere();
  const epoch = await epochOf(origin.root);
  const files: string[] = [];
  for (const kind of asked) {
    process.stderr.write(`  packing ${kind}\n`);
    files.push(await buildDeb(await made(kind, origin), { out: resolve(values.out), epoch }));
  }
  process.stdout.write(`${JSON.stringify({ packages: files, sourceDateEpoch: epoch })}\n`);
}

async function made(kind: (typeof KINDS)[number], origin: Origin): Promise<DebianPackage> {
  switch (kind) {
    case "agent":
      return agentPackage(origin);
    case "fleet":
      return fleetPackage(origin);
    case "command":
      return commandPackage(origin, await saidByCommand(origin.root));
  }
}

async function originHere(): Promise<Origin> {
  const architecture = debianArchitecture(arch());
  if (platform() !== "linux" || architecture === null)
    throw new WardkeyError("system-unsupported", "Debian packages are built on Linux, on amd64 or arm64");
  const { version } = JSON.parse(await readFile(join(projectRoot, "package.json"), "utf8")) as { version: string };
  const { stdout } = await run("dpkg-query", ["--showformat=${Version}", "--show", "libc6"]).catch((cause: unknown) => {
    throw new WardkeyError("system-unsupported", "Debian packages are built on Debian or what comes from it", { cause });
  });
  const target = { platform: "linux", arch: architecture === "amd64" ? "x64" : "arm64" } as const;
  return { root: projectRoot, target, architecture, version, libc: stdout.replace(/-[^-]*$/, "") };
}

/** `SOURCE_DATE_EPOCH` where it is set, else the time of the last commit. */
async function epochOf(root: string): Promise<number> {
  const { SOURCE_DATE_EPOCH: said } = process.env;
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

try {
  await main();
} catch (error) {
  const message = error instanceof WardkeyError ? error.message : "the packages could not be built";
  process.stderr.write(`${message} [${codeOf(error)}]\n`);
  if (!(error instanceof WardkeyError)) process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
}
