import type * as Electron from "electron";

/** The parts of Electron that the shell stands on. Only `main.ts` names the package; tests bring a simulated one. */
export type ElectronParts = Pick<
  typeof Electron,
  "app" | "BrowserWindow" | "ipcMain" | "Menu" | "powerMonitor" | "powerSaveBlocker" | "protocol" | "screen" | "session"
>;

/** Time as the shell uses it, in milliseconds. */
export interface ShellTimers {
  monotonic(): number;
  /** Answers what cancels it. */
  after(milliseconds: number, call: () => void): () => void;
  every(milliseconds: number, call: () => void): () => void;
}

export const systemTimers: ShellTimers = {
  monotonic: () => performance.now(),
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
  every: (milliseconds, call) => {
    const timer = setInterval(call, milliseconds);
    return () => clearInterval(timer);
  },
};
