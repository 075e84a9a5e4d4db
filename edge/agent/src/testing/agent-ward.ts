import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournalEvent } from "@wardkey/protocol/fleet";
import type { ScreenView, ToScreen } from "@wardkey/protocol/screen";
import { WebSocket } from "ws";
import { type Agent, type AgentConfig, type AgentWorld, startAgent } from "../index.js";
import { Journal } from "../journal/index.js";
import { systemClock, systemTimers } from "../time.js";
import { SimulatedFleet } from "./simulated-fleet.js";
import { SimulatedSenses } from "./simulated-senses.js";

export const KIOSK = "kiosk-1";
const JPEG = Buffer.from([1, 0, 0, 0, 1, 0xff, 0xd8, 0xff, 0xe0]);

/** A folder, a simulated fleet and whole agents with simulated senses, all gone after `close`. */
export class AgentWard {
  readonly folder: string;
  readonly fleet: SimulatedFleet;
  /** Of the agent that was started last. */
  senses = new SimulatedSenses();
  readonly #agents: Agent[] = [];
  readonly #pages: ScreenPage[] = [];

  private constructor(folder: string, fleet: SimulatedFleet) {
    this.folder = folder;
    this.fleet = fleet;
  }

  static async open(): Promise<AgentWard> {
    const folder = await mkdtemp(join(tmpdir(), "wardkey-agent-"));
    await writeFile(join(folder, "index.html"), "<!doctype html><title>kiosk</title>");
    return new AgentWard(folder, await SimulatedFleet.start(systemClock));
  }

  async start(
    more: Partial<AgentConfig> = {},
    world: Pick<AgentWorld, "badges" | "hid" | "locker"> = {},
  ): Promise<Agent> {
    const senses = new SimulatedSenses();
    this.senses = senses;
    const agent = await startAgent(this.#config(more), {
      createSenses: async () => senses,
      version: "0.1.0",
      ...world,
    });
    this.#agents.push(agent);
    return agent;
  }

  /** Somebody carries the kiosk its ticket. */
  async certify(): Promise<void> {
    await writeFile(join(this.folder, "ticket.json"), JSON.stringify(this.fleet.ticket(KIOSK)));
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
    await this.fleet.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  #config(more: Partial<AgentConfig>): AgentConfig {
    return {
      dataDir: join(this.folder, "data"),
      port: 0,
      kiosk: { id: KIOSK, name: "Workstation 1", ward: "Ward 3" },
      profile: "demo",
      site: { ticketFile: join(this.folder, "ticket.json") },
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
