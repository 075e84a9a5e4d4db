import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeHolderTable, type JournalEvent } from "@wardkey/protocol/fleet";
import type { ScreenView, ToScreen } from "@wardkey/protocol/screen";
import { WebSocket } from "ws";
import { type Agent, type AgentConfig, startAgent } from "../index.js";
import { Journal } from "../journal/index.js";
import { systemClock, systemTimers } from "../time.js";
import { SimulatedSenses } from "./simulated-senses.js";
import { SimulatedSite } from "./simulated-site.js";
import { createTestSite, newKey } from "./test-site.js";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
const JPEG = Buffer.from([1, 0, 0, 0, 1, 0xff, 0xd8, 0xff, 0xe0]);

/** A folder, a simulated site and whole agents with simulated senses, all gone after `close`. */
export class AgentWard {
  readonly folder: string;
  readonly site: SimulatedSite;
  /** Of the agent that was started last. */
  senses = new SimulatedSenses();
  readonly #agents: Agent[] = [];
  readonly #pages: ScreenPage[] = [];

  private constructor(folder: string, site: SimulatedSite) {
    this.folder = folder;
    this.site = site;
  }

  static async open(): Promise<AgentWard> {
    const folder = await mkdtemp(join(tmpdir(), "wardkey-agent-"));
    await writeFile(join(folder, "index.html"), "<!doctype html><title>kiosk</title>");
    await writeFile(join(folder, "token"), "bootstrap-1");
    return new AgentWard(folder, await SimulatedSite.start());
  }

  async start(more: Partial<AgentConfig> = {}): Promise<Agent> {
    const senses = new SimulatedSenses();
    this.senses = senses;
    const agent = await startAgent(this.#config(more), { createSenses: async () => senses, version: "0.1.0" });
    this.#agents.push(agent);
    return agent;
  }

  /** Makes the site one that has known this kiosk's key for long. */
  async certify(): Promise<void> {
    const authority = await createTestSite("st-elsewhere", systemClock.now());
    const key = newKey();
    await mkdir(join(this.folder, "data"), { mode: 0o700 });
    await writeFile(join(this.folder, "data", "reader-key.pem"), key.export({ format: "pem", type: "pkcs8" }), {
      mode: 0o600,
    });
    const reader = await authority.reader("kiosk-1", { key });
    const readerCertificate = text(reader.certificate);
    const rootCertificate = text(authority.trust.rootCertificate);
    const table = text(encodeHolderTable({ firstWindow: 0, windows: 1, holders: [] }));
    this.site.on("POST /v1/kiosks", () => ({
      status: 201,
      body: { site: "st-elsewhere", rootCertificate, readerCertificate, kioskToken: "t" },
    }));
    this.site.on("GET /v1/kiosk/lease", () => ({
      status: 200,
      body: { status: text(reader.status), table, denyEpoch: 0, readerCertificate, denyNotice: null },
    }));
  }

  async page(agent: Agent): Promise<ScreenPage> {
    const page = await ScreenPage.open(agent);
    this.#pages.push(page);
    return page;
  }

  /** Anna walks up to a locked kiosk and is let in. */
  async comeIn(page: ScreenPage): Promise<void> {
    await page.until((view) => view.session.state === "locked");
    this.senses.presence.say({ type: "near", holder: { id: "anna" } });
    this.senses.vision.sees({ at: systemClock.monotonic(), faces: 1 });
    await page.until((view) => view.session.state === "unlocked");
  }

  /** Everything in the journal's file, read by a fresh journal. @throws Error when its chain is broken. */
  async journaled(): Promise<readonly JournalEvent[]> {
    const journal = await Journal.open({
      file: join(this.folder, "data", "journal.sqlite"),
      clock: systemClock,
      timers: systemTimers,
      newId: () => "",
    });
    const checked = await journal.verify();
    const events = await journal.after(0, 1_000);
    await journal.close();
    if (!checked.ok) throw new Error(`the chain is broken: ${checked.code} at ${checked.seq}`);
    return events;
  }

  async close(): Promise<void> {
    for (const page of this.#pages.splice(0)) page.close();
    for (const agent of this.#agents.splice(0)) await agent.stop();
    await this.site.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  #config(more: Partial<AgentConfig>): AgentConfig {
    return {
      dataDir: join(this.folder, "data"),
      port: 0,
      kiosk: { id: "kiosk-1", name: "Workstation 1", ward: "Ward 3" },
      profile: "demo",
      site: { url: this.site.url, bootstrapTokenFile: join(this.folder, "token") },
      radio: { kind: "virtual", socketPath: join(this.folder, "room"), name: "kiosk" },
      camera: { kind: "page" },
      allowedCameras: [],
      pageDir: this.folder,
      modelsDir: this.folder,
      ...more,
    };
  }
}

/** The kiosk's page without a browser: it says what a test tells it and remembers what it was shown. */
export class ScreenPage {
  readonly messages: ToScreen[] = [];
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => this.messages.push(JSON.parse(String(data))));
  }

  static async open(agent: Agent): Promise<ScreenPage> {
    const { port, hash } = new URL(agent.pageUrl);
    const page = new ScreenPage(new WebSocket(`ws://127.0.0.1:${port}/screen`));
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

  close(): void {
    this.#socket.terminate();
  }
}
