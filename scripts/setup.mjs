// Plain JavaScript without dependencies: it runs before anything is installed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

const say = (text) => process.stderr.write(`${text}\n`);

/** A set-up step that cannot go on; the message tells a person what to do. */
export class SetupError extends Error {}

/** Runs a command with all its output on stderr (stdout belongs to results). Throws `SetupError` when it fails. */
export function run(command, args, { env = {}, cwd = root, allowFailure = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", 2, 2], env: { ...process.env, ...env } });
    child.once("error", (error) => reject(new SetupError(`${command}: ${error.message}`)));
    child.once("exit", (code, signal) => {
      if (code === 0 || allowFailure) resolve(code ?? 1);
      else reject(new SetupError(`"${command} ${args.join(" ")}" ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(`Node ${process.versions.node} is too old: install Node 20.19 or later (24 LTS recommended).`);
}

const installStamp = join(root, "node_modules", ".wardkey-installed");

function installDigest() {
  const hash = createHash("sha256").update(`${process.version} ${process.platform} ${process.arch}`);
  hash.update(readFileSync(join(root, "package-lock.json")));
  return hash.digest("hex");
}

const stampSays = (file, digest) => existsSync(file) && readFileSync(file, "utf8").trim() === digest;

/** True once `npm ci` ended well for this lock file and this Node, by whoever ran it. */
function installed(digest) {
  if (stampSays(installStamp, digest)) return true;
  // npm writes this marker last: its own finished install counts too when every package of the lock file is there.
  const marker = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(marker)) return false;
  const want = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const have = JSON.parse(readFileSync(marker, "utf8")).packages;
  return (
    Object.entries(have).every(([path, entry]) => want[path]?.version === entry.version) &&
    existsSync(join(root, "node_modules", "sqlite3", "build", "Release", "node_sqlite3.node"))
  );
}

async function installPackages() {
  const digest = installDigest();
  if (installed(digest)) {
    if (!stampSays(installStamp, digest)) writeFileSync(installStamp, digest);
    return say("    packages: already installed");
  }
  // onnxruntime-node's CPU build is inside its package; its install step would download more.
  const env = { ONNXRUNTIME_NODE_INSTALL: "skip" };
  for (let attempt = 1; ; attempt++) {
    say(`    packages: npm ci${attempt > 1 ? `, attempt ${attempt} of 3` : " (one to three minutes the first time)"}`);
    const code = await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { env, allowFailure: true });
    if (code === 0) break;
    if (attempt === 3) throw new SetupError("npm ci failed three times: see its message above, then start again.");
  }
  writeFileSync(installStamp, digest);
}

// Debian keeps servers where an ordinary user's PATH does not look.
const onPath = (name) =>
  [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"].some((dir) => dir && existsSync(join(dir, name)));

async function installSystem(needs) {
  const missing = needs.filter((name) => !onPath(name));
  if (missing.length === 0) return say(`    system: ${needs.join(", ") || "nothing"} present`);
  const asRoot = process.getuid?.() === 0;
  if (!asRoot || !onPath("apt-get")) {
    throw new SetupError(
      `Please install ${missing.join(" and ")} first (Debian: sudo apt-get install ${missing.join(" ")}).`,
    );
  }
  say(`    system: installing ${missing.join(", ")} with apt-get`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-qq"], { env, allowFailure: true });
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], { env });
}

function* sourceFiles(dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.name === "node_modules" || entry.name === "dist" || entry.name === "cache") continue;
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else yield path;
  }
}

function sourceDigest(folders) {
  const hash = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  for (const folder of folders) {
    for (const file of [...sourceFiles(join(root, folder))].sort()) hash.update(file).update(readFileSync(file));
  }
  return hash.digest("hex");
}

async function buildPage({ name, folder, out, sources }) {
  const digest = sourceDigest(sources);
  const stamp = join(root, out, ".built-from");
  if (stampSays(stamp, digest)) return say(`    ${name}: up to date`);
  say(`    ${name}: building`);
  rmSync(stamp, { force: true });
  await run(process.execPath, [bin("vite"), "build", "--logLevel", "warn"], { cwd: join(root, folder) });
  writeFileSync(stamp, digest);
}

function bin(name) {
  const folder = join(root, "node_modules", name);
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return join(folder, typeof bin === "string" ? bin : (bin[name] ?? Object.values(bin)[0]));
}

const pages = [
  {
    name: "kiosk page",
    folder: "kiosk/page",
    out: "kiosk/dist/page",
    sources: ["kiosk/page", "ui/src", "protocol/src"],
  },
  {
    name: "phone page",
    folder: "edge/wallet/page",
    out: "edge/wallet/dist/web",
    sources: ["edge/wallet/page", "ui/src", "protocol/src"],
  },
  {
    name: "status page",
    folder: "fleet/console",
    out: "fleet/console/dist/page",
    sources: ["fleet/console", "ui/src", "protocol/src"],
  },
];

/** Compiles the workspaces, builds the pages and imports the models; each part is skipped while nothing changed. */
export async function build({ withPages = true } = {}) {
  say("    TypeScript: compiling what changed");
  await run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-b"]);
  if (withPages) for (const page of pages) await buildPage(page);
  say("    face models: importing what is missing");
  await run(process.execPath, [join(root, "models", "dist", "import-main.js")]);
}

/** One set-up at a time: a second one waits for the first instead of building into the same folders. */
async function alone(work) {
  const lock = join(root, ".wardkey", "setup.lock");
  mkdirSync(join(root, ".wardkey"), { recursive: true, mode: 0o700 });
  for (let told = false; ; ) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (holderIsGone(lock)) rmSync(lock, { force: true });
      else if (!told) {
        told = true;
        say("    another set-up is running here: waiting for it");
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function holderIsGone(lock) {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    if (!pid) return Date.now() - statSync(lock).mtimeMs > 2_000;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

/**
 * Brings a fresh clone to where everything runs; quick when nothing changed, resumes after a broken try.
 * `system` names the programs that this use needs, such as chromium and ffmpeg.
 */
export async function setUp({ system = [], withPages = true } = {}) {
  const from = Date.now();
  say("Wardkey set-up");
  requireNode();
  await alone(async () => {
    say("  1/3 system programs");
    await installSystem(system);
    say("  2/3 packages");
    await installPackages();
    say("  3/3 build");
    await build({ withPages });
  });
  say(`  ready after ${((Date.now() - from) / 1000).toFixed(1)} s`);
}

/** Ends a script in words for a person; unexpected errors keep their stack. */
export function fail(error) {
  if (error instanceof SetupError) say(`\nWardkey could not be set up: ${error.message}`);
  else if (typeof error?.code === "string") say(`\n${error.message} [${error.code}]`);
  else say(String(error?.stack ?? error));
  process.exitCode = 1;
}
