import type { InputReport } from "@wardkey/protocol/screen";
import { COVERS_CHANNEL, INPUT_CHANNEL, isFromKiosk, POSTURE_CHANNEL, readPosture, type Sender } from "./contract.js";
import { CoverLease } from "./cover.js";
import type { ElectronParts, ShellTimers } from "./electron.js";
import { LastInput } from "./last-input.js";
import { Monitors } from "./monitors.js";
import { PageKeeper } from "./page-keeper.js";
import type { ShellSettings } from "./settings.js";
import { SHELL_SCHEME } from "./waiting.js";
import { createBlind, createKioskWindow, guardContents, guardSession } from "./window.js";

/** sysexits.h, EX_SOFTWARE: whoever keeps the shell running starts it anew. */
const EXIT_CRASH_LOOP = 70;

export interface ShellInput {
  readonly electron: ElectronParts;
  readonly settings: ShellSettings;
  readonly timers: ShellTimers;
  readonly isUp: (agent: URL) => Promise<boolean>;
  readonly readToken: (file: string) => Promise<string>;
  readonly report: (code: string) => void;
}

/** The kiosk's shell: shows the agent's page over the whole screen. It holds no key and decides nothing. */
export async function startShell({ electron, settings, timers, isUp, readToken, report }: ShellInput): Promise<void> {
  const { app, ipcMain, Menu, powerMonitor, powerSaveBlocker, protocol, screen, session } = electron;
  if (!app.requestSingleInstanceLock()) {
    report("already-running");
    app.exit(1);
    return;
  }
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([{ scheme: SHELL_SCHEME, privileges: { standard: true, secure: true } }]);
  app.on("web-contents-created", (_event, contents) => guardContents(contents, settings));
  app.on("child-process-gone", (_event, { type, reason }) => report(`${type.toLowerCase()}-${reason}`));
  app.on("select-client-certificate", (event) => event.preventDefault());
  await app.whenReady();

  Menu.setApplicationMenu(null);
  powerSaveBlocker.start("prevent-display-sleep");
  // Without "persist:" nothing of the page outlives the process.
  const kiosk = session.fromPartition("kiosk");
  guardSession(kiosk, settings);
  const window = createKioskWindow(electron, kiosk);
  const monitors = new Monitors({ screen, window, createBlind: () => createBlind(electron, kiosk) });
  const lease = new CoverLease();
  const last = new LastInput();
  let quitting = false;
  let shown = "";
  let cancelEnd: (() => void) | null = null;

  const follow = () => {
    cancelEnd?.();
    const now = timers.monotonic();
    const posture = lease.at(now);
    const left = lease.left(now);
    cancelEnd = left === null ? null : timers.after(left, follow);
    const text = JSON.stringify(posture);
    if (text === shown) return;
    shown = text;
    monitors.take(posture);
    report(posture.kind === "cover" ? "covered" : "uncovered");
  };
  const ended = () => {
    lease.end();
    follow();
  };
  const keeper = new PageKeeper({
    window,
    settings,
    timers,
    isUp,
    readToken,
    report,
    ended,
    giveUp: () => {
      report("crash-loop");
      app.exit(EXIT_CRASH_LOOP);
    },
  });
  const own = () => ({ contents: window.webContents.id, agent: settings.agent });
  const look = () => last.looked(powerMonitor.getSystemIdleTime(), timers.monotonic());
  ipcMain.on(POSTURE_CHANNEL, (event, value) => {
    const message = isFromKiosk(senderOf(event), own()) ? readPosture(value) : null;
    if (message === null) {
      report("message-refused");
      return;
    }
    keeper.spoke();
    lease.said(message, timers.monotonic());
    follow();
    // Also while it covers: by the time somebody is in it is known whether this system can tell of a rest.
    look();
  });
  ipcMain.handle(INPUT_CHANNEL, (event): InputReport | null => {
    if (!isFromKiosk(senderOf(event), own())) {
      report("message-refused");
      return null;
    }
    // Over a cover the page hears every key itself; what went beneath it was nobody's work.
    return lease.at(timers.monotonic()).kind === "bar" ? look() : null;
  });
  ipcMain.handle(COVERS_CHANNEL, (event): boolean => {
    if (!isFromKiosk(senderOf(event), own())) {
      report("message-refused");
      return false;
    }
    // A lease that has ended by now is acted on before it is told of.
    follow();
    return !window.isDestroyed() && lease.at(timers.monotonic()).kind === "cover";
  });

  monitors.start();
  follow();
  keeper.start();
  app.on("second-instance", () => window.focus());
  window.on("close", (event) => {
    if (!quitting) event.preventDefault();
  });
  app.on("before-quit", () => {
    quitting = true;
    keeper.stop();
    cancelEnd?.();
  });
}

function senderOf({ sender, senderFrame }: Pick<Electron.IpcMainEvent, "sender" | "senderFrame">): Sender {
  const isMainFrame = senderFrame !== null && senderFrame === sender.mainFrame;
  return { contents: sender.id, isMainFrame, address: senderFrame?.url ?? null };
}
