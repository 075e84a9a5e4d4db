import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeHolderTable } from "@wardkey/protocol/fleet";
import type { ScreenView, ToScreen } from "@wardkey/protocol/screen";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Agent, type AgentConfig, startAgent } from "./index.js";
import { Journal } from "./journal/index.js";
import { SimulatedSenses } from "./testing/simulated-senses.js";
import { SimulatedSite } from "./testing/simulated-site.js";
import { createTestSite, newKey } from "./testing/test-site.js";
import { systemClock, systemTimers } from "./time.js";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
const JPEG = Buffer.from([1, 0, 0, 0, 1, 0xff, 0xd8, 0xff, 0xe0]);

let folder: string;
let site: SimulatedSite;
let senses: SimulatedSenses;
const agents: Agent[] = [];
const sockets: WebSocket[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-agent-"));
  await writeFile(join(folder, "index.html"), "<!doctype html><title>kiosk</title>");
  await writeFile(join(folder, "token"), "bootstrap-1");
  site = await SimulatedSite.start();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  for (const agent of agents.splice(0)) await agent.stop();
  await site.stop();
  await rm(folder, { recursive: true, force: true });
});

const config = (more: Partial<AgentConfig> = {}): AgentConfig => ({
  dataDir: join(folder, "data"),
  port: 0,
  kiosk: { id: "kiosk-1", name: "Workstation 1", ward: "Ward 3" },
  profile: "demo",
  site: { url: site.url, bootstrapTokenFile: join(folder, "token") },
  radio: { kind: "virtual", socketPath: join(folder, "room"), name: "kiosk" },
  camera: { kind: "page" },
  allowedCameras: [],
  pageDir: folder,
  modelsDir: folder,
  ...more,
});

async function start(more: Partial<AgentConfig> = {}): Promise<Agent> {
  senses = new SimulatedSenses();
  const agent = await startAgent(config(more), { createSenses: async () => senses, version: "0.1.0" });
  agents.push(agent);
  return agent;
}

/** A site that has known this kiosk's key for long. */
async function certify(): Promise<void> {
  const authority = await createTestSite("st-elsewhere", systemClock.now());
  const key = newKey();
  const { mkdir } = await import("node:fs/promises");
  await mkdir(join(folder, "data"), { mode: 0o700 });
  await writeFile(join(folder, "data", "reader-key.pem"), key.export({ format: "pem", type: "pkcs8" }), {
    mode: 0o600,
  });
  const reader = await authority.reader("kiosk-1", { key });
  const readerCertificate = text(reader.certificate);
  const rootCertificate = text(authority.trust.rootCertificate);
  const table = text(encodeHolderTable({ firstWindow: 0, windows: 1, holders: [] }));
  site.on("POST /v1/kiosks", () => ({
    status: 201,
    body: { site: "st-elsewhere", rootCertificate, readerCertificate, kioskToken: "t" },
  }));
  site.on("GET /v1/kiosk/lease", () => ({
    status: 200,
    body: { status: text(reader.status), table, denyEpoch: 0, readerCertificate, denyNotice: null },
  }));
}

class Page {
  readonly messages: ToScreen[] = [];
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    sockets.push(socket);
    socket.on("message", (data) => this.messages.push(JSON.parse(String(data))));
  }

  static async open(agent: Agent): Promise<Page> {
    const { port, hash } = new URL(agent.pageUrl);
    const page = new Page(new WebSocket(`ws://127.0.0.1:${port}/screen`));
    await new Promise((resolve) => page.#socket.once("open", resolve));
    page.say({ type: "hello", token: hash.slice("#token=".length) });
    return page;
  }

  say(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  frame(): void {
    this.#socket.send(JPEG);
  }

  async until(wanted: (view: ScreenView) => boolean): Promise<ScreenView> {
    for (let round = 0; round < 2_000; round++) {
      const last = this.messages.findLast((message) => message.type === "view");
      if (last?.type === "view" && wanted(last.view)) return last.view;
      await new Promise((resume) => setTimeout(resume, 5));
    }
    throw new Error(`never shown; last: ${JSON.stringify(this.messages.at(-1))}`);
  }

  async refusal(): Promise<ToScreen> {
    for (let round = 0; round < 2_000; round++) {
      const found = this.messages.find((message) => message.type === "refused");
      if (found !== undefined) return found;
      await new Promise((resume) => setTimeout(resume, 5));
    }
    throw new Error("nothing was refused");
  }
}

async function comeIn(page: Page): Promise<void> {
  await page.until((view) => view.session.state === "locked");
  senses.presence.say({ type: "near", holder: { id: "anna" } });
  senses.vision.sees({ at: systemClock.monotonic(), faces: 1 });
  await page.until((view) => view.session.state === "unlocked");
}

async function journaled(): Promise<[string, unknown][]> {
  const journal = await Journal.open({
    file: join(folder, "data", "journal.sqlite"),
    clock: systemClock,
    timers: systemTimers,
    newId: () => "",
  });
  expect(await journal.verify()).toMatchObject({ ok: true });
  const events = await journal.after(0, 1_000);
  await journal.close();
  return events.map((event) => [event.kind, event.body["reason"] ?? event.body["staffId"]]);
}

describe("the agent", () => {
  it("lets a person in, shows it, locks when asked, and leaves a whole journal", async () => {
    await certify();
    const agent = await start();
    const page = await Page.open(agent);
    await comeIn(page);
    expect(agent.view()).toMatchObject({
      session: { state: "unlocked", name: "Anna" },
      cameraAttested: false,
      liveness: { enforced: false, score: 0.9 },
      health: { phone: "ok", camera: "ok", fleet: "ok", journal: "ok" },
    });
    page.say({ type: "lock-now" });
    expect((await page.until((view) => view.session.state === "locked")).session).toMatchObject({ why: "lock-now" });
    await agent.stop();
    expect(await journaled()).toEqual([
      ["agent.started", undefined],
      ["tap.started", "anna"],
      ["session.unlocked", "anna"],
      ["session.locked", "lock-now"],
      ["agent.stopped", undefined],
    ]);
  });

  it("locks before it stops", async () => {
    await certify();
    const agent = await start();
    await comeIn(await Page.open(agent));
    await agent.stop();
    expect(agent.view().session.state).not.toBe("unlocked");
    expect(senses.taps.sessions[0]?.closed).toBe(true);
    expect((await journaled()).slice(-2)).toEqual([
      ["session.locked", "lock-now"],
      ["agent.stopped", undefined],
    ]);
  });

  it("comes up locked without a site, and lets nobody in", async () => {
    const agent = await start();
    const page = await Page.open(agent);
    const view = await page.until((each) => each.session.state === "degraded");
    expect(view).toMatchObject({ session: { reason: "lease-expired" }, health: { fleet: "down" } });
    senses.presence.say({ type: "near", holder: { id: "anna" } });
    senses.vision.sees({ at: systemClock.monotonic(), faces: 1 });
    expect(senses.taps.asked).toEqual([]);
    page.say({ type: "enrol-begin", operatorCode: "482913", givenName: "Anna", familyName: "" });
    expect(await page.refusal()).toEqual({ type: "refused", command: "enrol-begin", code: "lease-expired" });
  });

  it("keeps its folder, token and journal to itself", async () => {
    const agent = await start();
    expect((await stat(join(folder, "data"))).mode & 0o777).toBe(0o700);
    expect(await readFile(join(folder, "data", "page-token"), "utf8")).toBe(new URL(agent.pageUrl).hash.slice(7));
    for (const name of ["page-token", "reader-key.pem", "journal.sqlite"]) {
      expect((await stat(join(folder, "data", name))).mode & 0o077).toBe(0);
    }
  });

  it("does not start beside a running one, which goes on", async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({ code: "already-running" });
    expect((await fetch(`${first.url}livez`)).status).toBe(200);
    await first.stop();
    await start();
  });

  it("says which port is in use, and lets everything go again", async () => {
    const first = await start({ dataDir: join(folder, "first") });
    const port = Number(new URL(first.url).port);
    await expect(start({ port })).rejects.toMatchObject({ code: "port-in-use" });
    expect(senses.closed).toBe(true);
    await start();
  });
});

describe("pictures from the page (threats row 24)", () => {
  it("are taken in the demo, and marked as unattested", async () => {
    await certify();
    const page = await Page.open(await start());
    await page.until((view) => view.health.fleet === "ok");
    page.say({ type: "camera", state: "available" });
    page.frame();
    while (senses.vision.frames.length === 0) await new Promise((resume) => setTimeout(resume, 5));
    expect(senses.vision.pageStates).toEqual(["available"]);
  });

  it("are refused in production, also the right person's: nothing reaches the eyes, nobody is asked", async () => {
    await certify();
    const page = await Page.open(await start({ profile: "production" }));
    await page.until((view) => view.session.state === "degraded" && view.session.reason === "camera-unattested");
    page.say({ type: "camera", state: "available" });
    page.frame();
    expect(await page.refusal()).toEqual({ type: "refused", command: "frame", code: "camera-unattested" });
    senses.presence.say({ type: "near", holder: { id: "anna" } });
    expect([senses.vision.frames, senses.vision.pageStates, senses.taps.asked]).toEqual([[], [], []]);
    expect((await page.until(() => true)).frames).toBe("off");
  });

  it("cannot be played from a file in production either", async () => {
    await certify();
    const page = await Page.open(
      await start({ profile: "production", camera: { kind: "file", path: "/srv/anna.mp4" } }),
    );
    await page.until((view) => view.session.state === "degraded" && view.session.reason === "camera-unattested");
  });
});
