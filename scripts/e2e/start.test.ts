import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { projectRoot } from "../src/project-root.js";

const folder = mkdtempSync(join(tmpdir(), "wardkey-start-"));
const entry = join(projectRoot, "scripts", "dist", "src", "start.js");
const running: Started[] = [];

afterEach(async () => {
  for (const started of running.splice(0)) await started.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Started {
  readonly said: () => string;
  readonly exited: Promise<number | null>;
  saying(words: RegExp): Promise<string>;
  stop(): Promise<void>;
}

/** `npm start` after its set-up: the compiled program with the same arguments. */
function start(...args: string[]): Started {
  const program = `import(${JSON.stringify(entry)}).then((m) => m.main(process.argv.slice(1))).then((c) => { process.exitCode = c; })`;
  const child: ChildProcess = spawn(process.execPath, ["-e", program, "--", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const heard = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      for (const tell of heard) tell();
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const started: Started = {
    said: () => text,
    exited,
    saying: (words) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (words.test(text)) resolve(text);
        };
        heard.add(look);
        void exited.then(() => reject(new Error(`ended before saying ${words}: ${text}`)));
        look();
      }),
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
    },
  };
  running.push(started);
  return started;
}

const flags = ["--kiosk-port", "--phone-port", "--site-port", "--device-port", "--mqtt-port"] as const;
const anyPorts = flags.flatMap((flag) => [flag, "0"]);

describe("npm start", () => {
  it("prints the addresses, an operator code and what to do, and stops in order", async () => {
    const hospital = start("--data", join(folder, "one"), ...anyPorts);
    const text = await hospital.saying(/Ctrl\+C stops/);
    // Passkeys are made for the name `localhost`: the console is called by it.
    expect(text.match(/http:\/\/127\.0\.0\.1:\d+\/#token=/g)).toHaveLength(2);
    expect(text.match(/http:\/\/localhost:\d+\/#token=/g)).toHaveLength(1);
    expect(text).toMatch(/Operator code: \d{6}/);
    await hospital.stop();
    expect(await hospital.exited).toBe(0);
    expect(hospital.said()).toContain("the kiosk locks first");
  }, 60_000);

  it("refuses a second start over the same data and says what to do", async () => {
    const first = start("--data", join(folder, "two"), ...anyPorts);
    await first.saying(/Ctrl\+C stops/);
    const second = start("--data", join(folder, "two"), ...anyPorts);
    expect(await second.exited).toBe(1);
    expect(second.said()).toMatch(/already running .*--data DIR/);
  }, 60_000);

  it.each(flags)(
    "names the port that is in use and how to choose another: %s",
    async (flag) => {
      const holder = createServer();
      const port = await new Promise<number>((resolve) =>
        holder.listen(0, "127.0.0.1", () => {
          const address = holder.address();
          resolve(typeof address === "object" && address !== null ? address.port : 0);
        }),
      );
      const others = flags.filter((other) => other !== flag).flatMap((other) => [other, "0"]);
      const hospital = start("--data", join(folder, flag), ...others, flag, String(port));
      expect(await hospital.exited).toBe(1);
      expect(hospital.said()).toContain(String(port));
      expect(hospital.said()).toContain(`npm start -- ${flag} N`);
      expect(hospital.said()).toContain("[port-in-use]");
      await new Promise((resolve) => holder.close(resolve));
    },
    60_000,
  );

  it.each([
    [["--kiosk-port", "eighty"], "--kiosk-port takes a whole number"],
    [["--bogus"], "--bogus"],
  ])("says what is wrong with %j", async (args, words) => {
    const hospital = start(...args);
    expect(await hospital.exited).toBe(1);
    expect(hospital.said()).toContain(words);
  });
});
