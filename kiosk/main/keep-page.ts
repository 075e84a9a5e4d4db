import { readFile } from "node:fs/promises";
import type { BrowserWindow } from "electron";
import { pageAddress, type ShellSettings } from "./settings.js";

const RETRY_MS = 1_000;
/** Chromium's net::ERR_ABORTED: a load that a newer load replaced. */
const ABORTED = -3;

/**
 * Keeps the agent's page in the window: waits for the agent to come up, loads again after a crash of the page, a hang or
 * a restart of the agent (each start has a new token). Answers what stops it.
 */
export function keepPage(window: BrowserWindow, settings: ShellSettings, report: (code: string) => void): () => void {
  let timer: NodeJS.Timeout | null = null;
  let shown: string | null = null;

  const later = (code: string) => {
    report(code);
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void load(), RETRY_MS);
  };
  const load = async () => {
    timer = null;
    const address = await currentAddress(settings);
    if (window.isDestroyed()) return;
    if (address === null) {
      later("token-unreadable");
      return;
    }
    shown = address;
    try {
      await window.loadURL(address);
    } catch {
      // did-fail-load has told why and planned the next try.
    }
  };
  const watch = setInterval(() => {
    void currentAddress(settings).then((address) => {
      if (address !== null && shown !== null && address !== shown) void load();
    });
  }, RETRY_MS);

  const contents = window.webContents;
  contents.on("did-fail-load", (_event, code, _words, _url, isMainFrame) => {
    if (isMainFrame && code !== ABORTED) later("agent-unreachable");
  });
  contents.on("render-process-gone", (_event, { reason }) => later(`page-${reason}`));
  contents.on("unresponsive", () => {
    contents.forcefullyCrashRenderer();
  });
  void load();

  return () => {
    clearInterval(watch);
    if (timer !== null) clearTimeout(timer);
  };
}

async function currentAddress({ agent, tokenFile }: ShellSettings): Promise<string | null> {
  try {
    return pageAddress(agent, await readFile(tokenFile, "utf8"));
  } catch {
    return null;
  }
}
