import { readFile } from "node:fs/promises";
import { app, BrowserWindow, ipcMain, Menu, powerMonitor, powerSaveBlocker, protocol, screen, session } from "electron";
import { systemTimers } from "./electron.js";
import { readSettings } from "./settings.js";
import { startShell } from "./shell.js";

const ANSWERS_WITHIN_MS = 2_000;

const report = (code: string) => void process.stderr.write(`${JSON.stringify({ at: Date.now(), shell: code })}\n`);

const readToken = (file: string) => readFile(file, "utf8");

async function isUp(agent: URL): Promise<boolean> {
  try {
    const answer = await fetch(new URL("/livez", agent), {
      redirect: "error",
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

async function main(): Promise<void> {
  const read = readSettings(process.argv, process.env);
  if (!read.ok) {
    report(read.code);
    app.exit(1);
    return;
  }
  process.on("SIGTERM", () => app.quit());
  const electron = { app, BrowserWindow, ipcMain, Menu, powerMonitor, powerSaveBlocker, protocol, screen, session };
  await startShell({ electron, settings: read.settings, timers: systemTimers, isUp, readToken, report });
}

main().catch(() => {
  report("unexpected");
  app.exit(1);
});
