import { app, Menu, session } from "electron";
import { keepPage } from "./keep-page.js";
import { readSettings } from "./settings.js";
import { createKioskWindow, guardContents, guardSession } from "./window.js";

const report = (code: string) => void process.stderr.write(`${JSON.stringify({ at: Date.now(), shell: code })}\n`);

/** The kiosk's shell: shows the agent's page on the whole screen. It holds no key and decides nothing. */
async function main(): Promise<void> {
  const read = readSettings(process.argv, process.env);
  if (!read.ok) {
    report(read.code);
    app.exit(1);
    return;
  }
  if (!app.requestSingleInstanceLock()) {
    report("already-running");
    app.exit(1);
    return;
  }
  const { settings } = read;
  app.enableSandbox();
  app.on("web-contents-created", (_event, contents) => guardContents(contents, settings));
  process.on("SIGTERM", () => app.quit());
  await app.whenReady();

  Menu.setApplicationMenu(null);
  // Without "persist:" nothing of the page outlives the process.
  const kiosk = session.fromPartition("kiosk");
  guardSession(kiosk, settings);
  const window = createKioskWindow(kiosk);
  const stop = keepPage(window, settings, report);
  app.on("second-instance", () => window.focus());
  app.on("before-quit", stop);
}

main().catch(() => {
  report("unexpected");
  app.exit(1);
});
