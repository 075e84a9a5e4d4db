import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { PageCover } from "./locking/index.js";
import { PursuingLocker } from "./locking/pursuing-locker.js";
import { OverlayTarget } from "./locking/shared/overlay-target.js";
import { SimulatedTarget } from "./locking/testing/simulated-target.js";
import { until } from "./locking/testing/until.js";
import { ScreenServer } from "./screen/index.js";
import { SimulatedTime } from "./testing/simulated-time.js";
import { systemTimers } from "./time.js";

const TOKEN = "t".repeat(43);

let folder: string;
let time: SimulatedTime;
let server: ScreenServer;
let system: SimulatedTarget;
let locker: PursuingLocker;
let troubles: unknown[];
let pages: WebSocket[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-shared-"));
  await writeFile(join(folder, "index.html"), "<!doctype html><title>kiosk</title>");
  [pages, troubles] = [[], []];
  time = new SimulatedTime();
  const at = { clock: time, timers: time };
  const cover = new PageCover();
  // Real sockets with real pings; everything else is in simulated time.
  server = await ScreenServer.start({
    port: 0,
    pageDir: folder,
    token: TOKEN,
    clock: time,
    timers: systemTimers,
    command: () => ({ ok: true }),
    frame: () => ({ ok: true }),
    camera: () => {},
    cover,
  });
  cover.connect({ ...at, ask: (revision) => server.askCover(revision) });
  system = new SimulatedTarget(at);
  const target = new OverlayTarget({ cover, fallback: system, clearDesk: null, ...at });
  locker = new PursuingLocker({ target, ...at });
  locker.on((event) => event.type === "trouble" && troubles.push(event.code));
  await locker.start();
});
afterEach(async () => {
  for (const page of pages) page.terminate();
  await server.close();
  await rm(folder, { recursive: true });
});

/** Simulated time goes on, in steps that leave messages the time to arrive, until it is so. */
async function eventually(holds: () => boolean): Promise<void> {
  for (let round = 0; !holds(); round++) {
    if (round > 1_000) throw new Error(`never came true: ${JSON.stringify(troubles)}`);
    await time.advance(100);
    await new Promise((resume) => setTimeout(resume, 2));
  }
}

interface SimulatedPage {
  /** Whether it runs in the shell, is not stopped, and covers. */
  covers: boolean;
  /** Questions that reached it. */
  asked: number;
  readonly socket: WebSocket;
}

async function open(covers: boolean): Promise<SimulatedPage> {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}screen`);
  pages.push(socket);
  const page: SimulatedPage = { covers, asked: 0, socket };
  socket.on("message", (data) => {
    const message = JSON.parse(String(data));
    if (message.type !== "cover") return;
    page.asked++;
    if (page.covers) socket.send(JSON.stringify({ type: "covered", revision: message.revision }));
  });
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send(JSON.stringify({ type: "hello", token: TOKEN }));
  return page;
}

/** Somebody is in over the shell's page, long after the start, with another tab beside it. */
async function atWork(): Promise<{ shell: SimulatedPage; tab: SimulatedPage }> {
  const [shell, tab] = [await open(true), await open(false)];
  await time.advance(60_000);
  locker.lock();
  await until(() => shell.asked > 0 && tab.asked > 0);
  const before = shell.asked;
  await eventually(() => shell.asked > before + 5 && (troubles.at(-1) ?? null) === null);
  shell.covers = false;
  locker.unlock({ staffId: "anna", freshUntil: time.monotonic() + 1_000 });
  await until(() => !locker.locked);
  await time.advance(10_000);
  troubles = [];
  return { shell, tab };
}

describe("a shared desktop over real sockets", () => {
  it("is locked by the shell's page, and its system is left alone", async () => {
    const { shell } = await atWork();
    system.orders.length = 0;
    locker.lock();
    shell.covers = true;
    const before = shell.asked;
    await eventually(() => shell.asked > before + 20);
    expect([system.orders, troubles]).toEqual([[], []]);
  });

  const ends: [string, (shell: SimulatedPage) => void][] = [
    ["stopped while its line stays open", () => {}],
    ["dead, with another tab connected", ({ socket }) => socket.terminate()],
  ];
  it.each(ends)("whose shell is %s has its system locked within three seconds, and an alert", async (_what, end) => {
    const { shell, tab } = await atWork();
    system.locked = false;
    end(shell);
    locker.lock();
    await time.advance(2_999);
    expect(system.locked).toBe(false);
    await time.advance(1);
    expect([system.locked, troubles]).toEqual([true, ["lock-unconfirmed"]]);
    expect([tab.socket.readyState, tab.asked > 0]).toEqual([WebSocket.OPEN, true]);
  });

  it("whose shell stops while it covers has its system locked within six seconds", async () => {
    const { shell } = await atWork();
    system.locked = false;
    shell.covers = true;
    locker.lock();
    const before = shell.asked;
    await eventually(() => shell.asked > before + 10);
    expect([system.locked, troubles]).toEqual([false, []]);
    shell.covers = false;
    await time.advance(6_000);
    expect([system.locked, troubles]).toEqual([true, ["lock-unconfirmed"]]);
  });
});
