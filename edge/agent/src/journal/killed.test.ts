import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JournalEvent } from "@wardkey/protocol/fleet";
import { build } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SimulatedTime } from "../testing/simulated-time.js";
import { Journal, recover } from "./index.js";

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-killed-"));
  const entry = fileURLToPath(new URL("../testing/killed-agent.ts", import.meta.url));
  await symlink(fileURLToPath(new URL("../../../../node_modules", import.meta.url)), join(folder, "node_modules"));
  await build({
    configFile: false,
    logLevel: "silent",
    resolve: { conditions: ["wardkey-source"] },
    ssr: { noExternal: [/^@wardkey\//], resolve: { conditions: ["wardkey-source"] } },
    build: {
      ssr: entry,
      outDir: folder,
      target: "node20",
      rollupOptions: { output: { entryFileNames: "killed-agent.mjs" } },
    },
  });
  program = join(folder, "killed-agent.mjs");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(file: string, point: number): Promise<{ effects: string[]; signal: NodeJS.Signals | null }> {
  const child = spawn(process.execPath, [program, file, String(point)], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [, signal] = await once(child, "close");
  return { effects: said.split("\n").filter((line) => line !== ""), signal };
}

/** Opens what the killed one left, as the next start does. */
async function next(file: string): Promise<{ before: readonly JournalEvent[]; after: readonly JournalEvent[] }> {
  const time = new SimulatedTime();
  const journal = await Journal.open({ file, clock: time, timers: time, newId: randomUUID });
  const before = await journal.after(0, 1_000);
  await recover(journal, { version: "0.1.0", profile: "demo" });
  expect(await journal.verify()).toMatchObject({ ok: true });
  const after = await journal.after(before.length, 1_000);
  await journal.close();
  return { before, after };
}

const story = [
  "agent.started",
  "tap.started",
  "session.unlocked",
  "session.locked",
  "tap.started",
  "session.unlocked",
  "session.locked",
  "agent.stopped",
];

it("killed at any moment, it has lost and doubled nothing, and the next run comes up locked (threats row 26)", async () => {
  const whole = await run(join(folder, "whole.sqlite"), 0);
  const points = Number(whole.effects.at(-1)?.split(" ")[1]);
  expect(points).toBeGreaterThan(30);
  const untouched = await next(join(folder, "whole.sqlite"));
  expect(untouched.before.map((event) => event.kind)).toEqual(story);

  const check = async (point: number): Promise<void> => {
    const file = join(folder, `${point}.sqlite`);
    const { effects, signal } = await run(file, point);
    expect(signal, `point ${point}`).toBe("SIGKILL");
    const { before, after } = await next(file);
    const kinds = before.map((event) => event.kind);

    // What is there is a beginning of the whole story: nothing lost from the middle, nothing twice.
    expect(kinds).toEqual(story.slice(0, kinds.length));
    // No unlock took effect that the journal does not tell of.
    const unlocks = effects.filter((effect) => effect === "unlock").length;
    expect(kinds.filter((kind) => kind === "session.unlocked").length).toBeGreaterThanOrEqual(unlocks);

    const open = kinds.findLast((kind) => kind.startsWith("session.")) === "session.unlocked";
    const unclean = kinds.findLast((kind) => kind.startsWith("agent.")) === "agent.started";
    expect(
      after.map(({ kind, body }) => [kind, kind === "agent.started" ? body["recovered"] : body["reason"]]),
    ).toEqual([["agent.started", unclean ? true : undefined], ...(open ? [["session.locked", "started"]] : [])]);
  };
  for (let first = 1; first <= points; first += 4) {
    await Promise.all([first, first + 1, first + 2, first + 3].filter((point) => point <= points).map(check));
  }
}, 120_000);
