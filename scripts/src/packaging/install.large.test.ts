import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../project-root.js";
import { buildPackages, epochOf, originHere } from "./build-packages.js";
import { CleanRoot } from "./clean-root.js";

const EPOCH = 1_795_000_000;
let out: string;
let root: CleanRoot;
let packages: readonly string[];

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "wardkey-packages-"));
  packages = await buildPackages(await originHere(), { kinds: ["agent", "fleet", "command"], out, epoch: EPOCH });
  root = await CleanRoot.make({
    packages: ["systemd", "libstdc++6", "libudev1"],
    claimed: ["ffmpeg", "udev"],
  });
}, 600_000);
afterAll(async () => {
  await root?.remove();
  await rm(out, { recursive: true, force: true });
});

const mode = async (path: string): Promise<string> => ((await stat(root.path(path))).mode & 0o7777).toString(8);
const sha256 = async (file: string): Promise<string> =>
  createHash("sha256")
    .update(await readFile(file))
    .digest("hex");

/** Starts a service in there, as its user, and answers the first line that it prints. */
async function serves(name: "agent" | "fleet"): Promise<{ ready: unknown; code: number | null }> {
  const [user, main] = [`wardkey-${name}`, name === "agent" ? "edge/agent" : "fleet/server"];
  const words = ["/usr/bin/node", `/usr/lib/${user}/${main}/dist/main.js`, "--config", `/etc/wardkey/${name}.json`];
  const server = spawn("chroot", [`--userspec=${user}:${user}`, root.folder, ...words], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
  });
  const ended = new Promise<number | null>((resolve) => server.once("exit", resolve));
  const line = await new Promise<string>((resolve, reject) => {
    let text = "";
    server.once("error", reject);
    server.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      if (text.includes("\n")) resolve(text);
    });
    server.stdout.once("end", () => resolve("null"));
  });
  server.kill("SIGTERM");
  return { ready: JSON.parse(line), code: await ended };
}

/** What an administrator fills in, and what the unit and tmpfiles.d do: folders, and a credential handed over. */
async function configured(name: "agent" | "fleet", filledIn: object): Promise<void> {
  const file = root.path(`etc/wardkey/${name}.json`);
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), ...filledIn }));
  const user = `wardkey-${name}`;
  const own = ["install", "-o", user, "-g", user];
  expect(await root.inside(...own, "-d", "-m", "0700", `/var/lib/${user}`)).toMatchObject({ code: 0 });
  if (name === "fleet") return;
  const shown = ["install", "-d", "-m", "2750", "-o", user, "-g", "wardkey-kiosk", "/run/wardkey-kiosk"];
  expect(await root.inside(...shown)).toMatchObject({ code: 0 });
  const handed = "/run/credentials/wardkey-agent.service";
  expect(await root.inside(...own, "-d", "-m", "0700", handed)).toMatchObject({ code: 0 });
  const key = ["/etc/wardkey/credentials/agent/sealing-key", `${handed}/agent_sealing-key`];
  expect(await root.inside(...own, "-m", "0400", ...key)).toMatchObject({ code: 0 });
}

describe("the Debian packages", { timeout: 600_000 }, () => {
  it("are the same bytes when they are built again", async () => {
    const again = await mkdtemp(join(tmpdir(), "wardkey-packages-again-"));
    try {
      // One right after the other: somebody may be working on the project meanwhile.
      const built: (readonly string[])[] = [];
      for (const folder of ["one", "other"]) {
        const asked = { kinds: ["fleet", "command"] as const, out: join(again, folder), epoch: EPOCH };
        built.push(await Promise.all((await buildPackages(await originHere(), asked)).map(sha256)));
      }
      expect(built[0]).toHaveLength(2);
      expect(built[1]).toEqual(built[0]);
      expect(await epochOf(projectRoot, { SOURCE_DATE_EPOCH: "17" })).toBe(17);
    } finally {
      await rm(again, { recursive: true, force: true });
    }
  });

  it("install in a clean root with all that they need, and nothing is forced", async () => {
    expect(await root.dpkg("--install", ...packages)).toMatchObject({ code: 0 });
    const { out: states } = await root.inside("dpkg-query", "-s", "wardkey", "wardkey-agent", "wardkey-fleet");
    expect(states.match(/^Status: .+$/gm)).toEqual(Array(3).fill("Status: install ok installed"));
    expect(await root.dpkg("--verify", "wardkey", "wardkey-agent", "wardkey-fleet")).toMatchObject({
      code: 0,
      out: "",
    });
  });

  it("make users that cannot log in, and keep credentials to root", async () => {
    const users = (await readFile(root.path("etc/passwd"), "utf8")).split("\n").filter((line) => /^wardkey/.test(line));
    expect(users.map((line) => line.replaceAll(/:\d+:\d+:/g, ":")).sort()).toEqual([
      "wardkey-agent:x:Wardkey agent:/var/lib/wardkey-agent:/usr/sbin/nologin",
      "wardkey-fleet:x:Wardkey fleet server:/var/lib/wardkey-fleet:/usr/sbin/nologin",
    ]);
    for (const folder of ["", "/agent", "/fleet"]) expect(await mode(`etc/wardkey/credentials${folder}`)).toBe("700");
    expect(await mode("etc/wardkey/credentials/agent/sealing-key")).toBe("600");
    const key = await readFile(root.path("etc/wardkey/credentials/agent/sealing-key"), "utf8");
    expect(Buffer.from(key, "base64url")).toHaveLength(32);
    const { out: writable } = await root.inside(
      "find",
      "/usr/lib/wardkey-agent",
      "/usr/lib/wardkey-fleet",
      "/etc/wardkey",
      "-perm",
      "/7022",
      "!",
      "-type",
      "l",
    );
    expect(writable).toBe("");
  });

  it.each([
    ["wardkey-agent", 2.5],
    ["wardkey-fleet", 1.5],
  ])(
    "bring a unit for %s that systemd understands, whose programs are there, exposed by %d of 10 at most",
    async (name, most) => {
      const unit = `/usr/lib/systemd/system/${name}.service`;
      const verified = await root.inside("systemd-analyze", "verify", "--man=no", unit);
      expect([verified.code, verified.err]).toEqual([0, ""]);
      const text = await readFile(root.path(unit), "utf8");
      const [, ...paths] = (/^ExecStart=(.+)$/m.exec(text)?.[1] ?? "").split(" ");
      for (const path of paths.filter((word) => word.startsWith("/"))) await stat(root.path(path));
      const judged = await root.inside(
        "systemd-analyze",
        "security",
        "--offline=yes",
        `--threshold=${most * 10}`,
        unit,
      );
      expect(judged).toMatchObject({ code: 0 });
    },
  );

  it("run from there: the command, its completion, and the doctor of a kiosk", async () => {
    const { version } = JSON.parse(await readFile(join(projectRoot, "package.json"), "utf8")) as { version: string };
    expect(await root.inside("wardkey", "--version")).toMatchObject({ code: 0, out: `${version}\n` });
    expect(JSON.parse((await root.inside("wardkey", "--json", "--version")).out)).toEqual({ version });
    const sourced = ". /usr/share/bash-completion/completions/wardkey; complete -p wardkey";
    expect(await root.inside("bash", "-c", sourced)).toMatchObject({ code: 0, out: expect.stringMatching(/_wardkey/) });
    const { code, out: report } = await root.inside("wardkey", "doctor", "--json");
    expect([code, JSON.parse(report)]).toEqual([1, expect.objectContaining({ v: 1, healthy: false })]);
  });

  it.each(["agent", "fleet"] as const)("start no %s that was not configured, and serve when it is", async (name) => {
    expect(await serves(name)).toEqual({ ready: null, code: 1 });
    const ports = { console: 0, devices: 0, mqtt: 0 };
    const filledIn = {
      agent: { port: 0, kiosk: { id: "bed-7", name: "Bed 7", ward: "Ward 3" } },
      fleet: { siteId: "st-mary", siteName: "St Mary", ports },
    };
    await configured(name, filledIn[name]);
    const ready = expect.objectContaining({ ready: true, url: expect.any(String) });
    expect(await serves(name)).toEqual({ ready, code: 0 });
  });

  it("leave configuration and data alone when they are replaced and when they go", async () => {
    const changed = await readFile(root.path("etc/wardkey/fleet.json"), "utf8");
    const origin = { ...(await originHere()), version: "99.0.0" };
    const next = await buildPackages(origin, { kinds: ["fleet", "command"], out, epoch: EPOCH });
    expect(await root.dpkg("--remove", "wardkey-agent")).toMatchObject({ code: 0 });
    expect(await root.dpkg("--install", ...next)).toMatchObject({ code: 0 });
    expect(await readFile(root.path("etc/wardkey/fleet.json"), "utf8")).toBe(changed);
    expect(await root.dpkg("--purge", "wardkey-fleet", "wardkey")).toMatchObject({ code: 0 });
    expect(await mode("var/lib/wardkey-fleet")).toBe("700");
    expect(await mode("etc/wardkey/credentials/agent/sealing-key")).toBe("600");
    await expect(stat(root.path("usr/lib/wardkey-fleet"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
