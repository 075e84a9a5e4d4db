import type { BrowserWindow } from "electron";
import type { ShellTimers } from "./electron.js";
import { Recovery, type Trouble } from "./recovery.js";
import { pageAddress, type ShellSettings } from "./settings.js";
import { WAITING_PAGE } from "./waiting.js";

const LOOK_MS = 1_000;
/** The page speaks each second; one that said nothing for so long after it was loaded hangs. */
const SILENT_MS = 15_000;
/** Chromium's net::ERR_ABORTED: a load that a newer load replaced. */
const ABORTED = -3;

export interface PageKeeperInput {
  readonly window: BrowserWindow;
  readonly settings: ShellSettings;
  readonly timers: ShellTimers;
  /** Whether the agent answers: asked before each load, so that no browser's error page is ever shown. */
  readonly isUp: (agent: URL) => Promise<boolean>;
  /** What the file with the agent's page token holds. */
  readonly readToken: (file: string) => Promise<string>;
  readonly report: (code: string) => void;
  /** The document that spoke is gone: what it said holds no more. */
  readonly ended: () => void;
  /** Too many crashes for one process. */
  readonly giveUp: () => void;
}

/**
 * Keeps the agent's page in the window: waits for the agent to come up, loads again after a crash of the page, a hang, a
 * silence or a restart of the agent (each start has a new token). While there is nothing to show it shows the waiting page.
 */
export class PageKeeper {
  readonly #input: PageKeeperInput;
  readonly #recovery = new Recovery();
  #cancelNext: (() => void) | null = null;
  #stopWatch: (() => void) | null = null;
  /** The agent's page that was loaded last; `null` while the waiting page is shown. */
  #shown: string | null = null;
  #spokeAt = 0;
  #stopped = false;

  constructor(input: PageKeeperInput) {
    this.#input = input;
  }

  start(): void {
    const { window, timers } = this.#input;
    const contents = window.webContents;
    contents.on("did-fail-load", (_event, code, _words, _url, isMainFrame) => {
      if (isMainFrame && code !== ABORTED) this.#trouble("agent-unreachable");
    });
    contents.on("render-process-gone", () => this.#trouble("page-crashed"));
    window.on("unresponsive", () => this.#hung("page-hung"));
    contents.on("did-start-navigation", ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) this.#input.ended();
    });
    this.#stopWatch = timers.every(LOOK_MS, () => void this.#look());
    void this.#wait().then(() => this.#load());
  }

  stop(): void {
    this.#stopped = true;
    this.#stopWatch?.();
    this.#cancelNext?.();
  }

  /** The page said something: it lives. */
  spoke(): void {
    this.#spokeAt = this.#input.timers.monotonic();
  }

  #trouble(trouble: Trouble): void {
    const { report, ended, giveUp, timers } = this.#input;
    if (this.#stopped) return;
    report(trouble);
    ended();
    const remedy = this.#recovery.after(trouble, timers.monotonic());
    if (remedy.do === "give-up") {
      giveUp();
      return;
    }
    this.#cancelNext?.();
    this.#cancelNext = timers.after(remedy.after, () => void this.#load());
    if (this.#shown === null) return;
    this.#shown = null;
    void this.#wait();
  }

  /** Ends the page's process; "render-process-gone" follows and has it loaded anew. */
  #hung(code: "page-hung" | "page-silent"): void {
    const { window, report, ended } = this.#input;
    if (this.#stopped || this.#shown === null) return;
    report(code);
    ended();
    this.spoke();
    window.webContents.forcefullyCrashRenderer();
  }

  async #look(): Promise<void> {
    if (this.#shown === null || this.#stopped) return;
    if (this.#input.timers.monotonic() - this.#spokeAt > SILENT_MS) {
      this.#hung("page-silent");
      return;
    }
    const address = await this.#address();
    if (address !== null && this.#shown !== null && address !== this.#shown) await this.#load();
  }

  async #load(): Promise<void> {
    const { window } = this.#input;
    this.#cancelNext?.();
    this.#cancelNext = null;
    const address = await this.#address();
    const isUp = address !== null && (await this.#input.isUp(this.#input.settings.agent));
    if (this.#stopped || window.isDestroyed()) return;
    if (address === null || !isUp) {
      this.#trouble(address === null ? "token-unreadable" : "agent-unreachable");
      return;
    }
    this.#shown = address;
    this.spoke();
    await this.#show(address);
  }

  async #wait(): Promise<void> {
    if (!this.#input.window.isDestroyed()) await this.#show(WAITING_PAGE);
  }

  async #show(address: string): Promise<void> {
    try {
      await this.#input.window.loadURL(address);
    } catch {
      // did-fail-load has told why and planned the next try.
    }
  }

  async #address(): Promise<string | null> {
    const { agent, tokenFile } = this.#input.settings;
    try {
      return pageAddress(agent, await this.#input.readToken(tokenFile));
    } catch {
      return null;
    }
  }
}
