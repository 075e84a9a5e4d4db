import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Visitor } from "@wardkey/fleet-server/testing/visitor";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { projectRoot } from "../src/project-root.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 });
const POLLED = { timeout: 60_000, interval: 500 };
const KIOSKS = 21;

let folder: string;
let demo: Demo;
let admin: Visitor;

interface Demo {
  said(): string;
  readonly exited: Promise<number | null>;
  stop(): void;
}

/** `npm start -- --fleet` after its set-up: the compiled program with the same arguments. */
function start(...args: string[]): Demo {
  const entry = JSON.stringify(join(projectRoot, "scripts", "dist", "src", "start.js"));
  const program = `import(${entry}).then((m) => m.main(process.argv.slice(1))).then((c) => { process.exitCode = c; })`;
  const child: ChildProcess = spawn(process.execPath, ["-e", program, "--", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  return { said: () => text, exited, stop: () => void child.kill("SIGTERM") };
}

const PORTS = ["--site-port", "0", "--device-port", "0", "--mqtt-port", "0"];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wardkey-start-fleet-"));
  demo = start("--fleet", String(KIOSKS), "--data", join(folder, "site"), ...PORTS);
  await vi.waitFor(() => expect(demo.said()).toMatch(/First admin\s+http/), { timeout: 120_000, interval: 250 });
  const [, link = ""] = /First admin\s+(\S+)/.exec(demo.said()) ?? [];
  admin = new Visitor(() => new URL(link).origin);
  expect((await admin.register(new URL(link).hash.replace("#set-up=", ""), "ada")).status).toBeLessThan(300);
});
afterAll(async () => {
  demo.stop();
  expect(await demo.exited).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

type Counted = { counted: { count: number } };
const asked = async (path: string) => (await admin.call("GET", path)).body as never;

describe("npm start -- --fleet", () => {
  it("has simulated kiosks on the broker, and says what is wrong with some", async () => {
    // One is denied, two never came, and one is cut off now and then.
    const counts = async () => asked("/v1/devices-health");
    await expect.poll(counts, POLLED).toMatchObject({
      devices: KIOSKS + 2,
      findings: { denied: 1, quarantined: 1, "never-seen": 2 },
    });
    const { devices } = (await asked("/v1/devices?tag=simulated&limit=100")) as { devices: { name: string }[] };
    expect(devices.filter(({ name }) => /^Simulated kiosk \d+$/.test(name))).toHaveLength(KIOSKS + 2);
  });

  it("has journals whose chains hold, by people whom the site knows", async () => {
    const unlocks = async () => {
      const { counted } = (await asked("/v1/events?kinds=session.unlocked&count=true&limit=1")) as Counted;
      return counted.count;
    };
    await expect.poll(unlocks, POLLED).toBeGreaterThan(2_000);
    const { events } = (await asked("/v1/events?kinds=session.unlocked&limit=1")) as {
      events: { body: { staffId: string } }[];
    };
    const staffId = events[0]?.body.staffId;
    expect(await asked(`/v1/staff/${staffId}`)).toMatchObject({ staffId, standing: "active" });
    const { alarms } = (await asked("/v1/audit/alarms")) as { alarms: unknown[] };
    expect(alarms).toEqual([]);
  });

  it("has emergencies that wait for a review, of people whom the site knows", async () => {
    const waiting = async () => {
      const { emergencies } = (await asked("/v1/break-glass")) as { emergencies: object[] };
      return emergencies.at(-1);
    };
    await expect.poll(waiting, POLLED).toMatchObject({ state: "open", review: "security-officer", means: "code" });
    const { staffId } = (await waiting()) as unknown as { staffId: string };
    expect(await asked(`/v1/staff/${staffId}`)).toMatchObject({ staffId, standing: "active" });
  });

  it("gives the value page something to weigh", async () => {
    const value = async () => asked("/v1/value?days=7");
    await expect
      .poll(value, POLLED)
      .toMatchObject({ measured: { wards: expect.arrayContaining([expect.anything()]) } });
  });

  it("has an officer who says that nobody is behind them", async () => {
    const officers = async () =>
      ((await asked("/v1/administrators")) as { id: string }[]).find(({ id }) => id === "simulated-officer");
    await expect.poll(officers, POLLED).toMatchObject({ name: "Simulated officer", role: "security-officer" });
  });

  it("has an inventory with vulnerabilities, and what they come to", async () => {
    const sources = async () => asked("/v1/risk/imports");
    const source = { source: "simulated-inventory", by: "simulated-officer", assets: 15, vulnerabilities: 7 };
    await expect.poll(sources, POLLED).toMatchObject({ sources: [source] });
    const { asset, vulnerabilities } = (await asked(
      "/v1/risk/asset?id=service:simulated-remote-access",
    )) as unknown as { asset: object; vulnerabilities: object[] };
    expect(asset).toMatchObject({ name: "Simulated remote access", exposure: 0.6 });
    expect(vulnerabilities).toMatchObject([{ cve: "CVE-2099-10001", cvss: 9.8, epss: 0.82 }]);
  });

  it("has a policy that spreads, and a draft of the next", async () => {
    const policy = async () => asked("/v1/policy");
    const rollout = { version: 2, status: "running", percent: 1 };
    await expect.poll(policy, POLLED).toMatchObject({ version: 1, rollout });
    const { versions } = (await asked("/v1/policy/versions")) as { versions: object[] };
    expect(versions).toContainEqual(
      expect.objectContaining({ version: 2, by: "simulated-officer", note: expect.stringMatching(/^Simulated: /) }),
    );
    const drafts = async () => asked("/v1/policy/drafts");
    const content = expect.objectContaining({ note: expect.stringMatching(/^Simulated draft: /) });
    await expect
      .poll(drafts, POLLED)
      .toMatchObject({ drafts: [{ by: "simulated-officer", base: 2, revision: 2, content }] });
  });

  it("has something that waits for a second person", async () => {
    const waiting = async () =>
      ((await asked("/v1/approvals")) as { state: string }[]).filter(({ state }) => state === "proposed");
    await expect.poll(waiting, POLLED).toMatchObject([
      {
        kind: "device.wipe",
        args: { device: `kiosk-${String(KIOSKS + 1).padStart(3, "0")}` },
        ...{ proposer: "simulated-officer", needs: 2, votes: [{ administrator: "simulated-officer" }] },
      },
    ]);
  });

  it("has lessons that wait, and people who read them, some with too many faults", async () => {
    const assigned = async (search: string) => asked(`/v1/training/assignments?${search}`);
    const theirs = { by: "simulated-officer", because: null };
    for (const ward of ["Emergency", "Surgery"]) {
      await expect
        .poll(() => assigned(`search=${ward}`), POLLED)
        .toMatchObject({ assignments: [{ ...theirs, lesson: "unlocked-workstations", to: { kind: "ward", ward } }] });
    }
    await expect
      .poll(() => assigned("lesson=insecure-sharing"), POLLED)
      .toMatchObject({ assignments: [{ ...theirs, to: { kind: "person" } }] });
    const sums = async () => {
      const { lessons } = (await asked("/v1/training")) as {
        lessons: { open: number; people: number; passed: number }[];
      };
      const sum = (of: "open" | "people" | "passed") => lessons.reduce((all, each) => all + each[of], 0);
      return {
        open: sum("open") >= 5,
        read: sum("people") > 20,
        passed: sum("passed") > 10,
        failed: sum("passed") < sum("people"),
      };
    };
    await expect.poll(sums, POLLED).toEqual({ open: true, read: true, passed: true, failed: true });
  });

  it("has a trial of a nudge and one of a lesson, each with wards held out", { timeout: 150_000 }, async () => {
    // They need what the kiosks bring along of the days before.
    const trials = async () =>
      ((await asked("/v1/nudges/trials")) as { trials: { instrument: object; wards: { arm: string }[] }[] }).trials.map(
        ({ wards, ...trial }) => ({ ...trial, heldOut: wards.filter(({ arm }) => arm === "holdout").length }),
      );
    const registered = { state: "running", registeredBy: "simulated-officer", effect: null, heldOut: 5 };
    await expect.poll(trials, { ...POLLED, timeout: 120_000 }).toMatchObject([
      { ...registered, behaviour: "veil-dismissed", instrument: { kind: "lesson", lesson: "unlocked-workstations" } },
      { ...registered, behaviour: "left-unlocked", instrument: { kind: "nudge", template: "phone-goes-along" } },
    ]);
  });

  it("did all of it after the page was up, and said how far it was", () => {
    const said = demo.said();
    const lines = said.split("\n").filter((line) => line.includes("simulated officer"));
    expect(lines).toHaveLength(6);
    expect(lines.filter((line) => /not done|stopped/.test(line))).toEqual([]);
    expect(said.indexOf("First admin")).toBeLessThan(said.indexOf("simulated officer"));
  });

  it("leaves a folder alone that holds something else", async () => {
    writeFileSync(join(folder, "thesis.txt"), "years of work");
    const refused = start("--fleet", "3", "--data", folder, ...PORTS);
    expect(await refused.exited).toBe(1);
    expect(refused.said()).toMatch(/holds something else.*\[folder-in-use\]/);
  });
});
