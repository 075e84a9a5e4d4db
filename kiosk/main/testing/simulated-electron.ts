import { EventEmitter } from "node:events";
import type { ElectronParts } from "../electron.js";

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface SimulatedDisplay {
  readonly id: number;
  readonly bounds: Rectangle;
}

type Handler = (...given: never[]) => unknown;

/** A session that keeps the handlers which a test wants to ask. */
class SimulatedSession extends EventEmitter {
  readonly handlers = new Map<string, Handler>();
  readonly protocol = { handle: (scheme: string, handler: Handler) => this.handlers.set(scheme, handler) };
  readonly webRequest = {
    onBeforeRequest: (handler: Handler) => this.handlers.set("before-request", handler),
    onHeadersReceived: (handler: Handler) => this.handlers.set("headers-received", handler),
  };

  setPermissionRequestHandler = (handler: Handler) => this.handlers.set("permission-request", handler);
  setPermissionCheckHandler = (handler: Handler) => this.handlers.set("permission-check", handler);
  setDevicePermissionHandler = (handler: Handler) => this.handlers.set("device-permission", handler);
  setDisplayMediaRequestHandler = (handler: Handler) => this.handlers.set("display-media", handler);
}

class SimulatedContents extends EventEmitter {
  readonly id: number;
  readonly mainFrame: { url: string } = { url: "" };
  opener: Handler = () => ({ action: "allow" });

  constructor(id: number) {
    super();
    this.id = id;
  }

  setWindowOpenHandler(handler: Handler): void {
    this.opener = handler;
  }

  forcefullyCrashRenderer(): void {
    this.emit("render-process-gone", {}, { reason: "killed" });
  }
}

export class SimulatedWindow extends EventEmitter {
  readonly webContents: SimulatedContents;
  readonly options: { readonly webPreferences?: object };
  readonly loaded: string[] = [];
  bounds: Rectangle | null = null;
  isKiosk = false;
  onTop = false;
  #destroyed = false;

  constructor(options: { readonly webPreferences?: object }, contents: SimulatedContents) {
    super();
    this.options = options;
    this.webContents = contents;
  }

  async loadURL(address: string): Promise<void> {
    this.loaded.push(address);
    this.webContents.emit("did-start-navigation", { isMainFrame: true, isSameDocument: false });
    this.webContents.mainFrame.url = address;
  }

  setBounds(bounds: Rectangle): void {
    this.bounds = bounds;
  }
  setKiosk(on: boolean): void {
    this.isKiosk = on;
  }
  setAlwaysOnTop(on: boolean): void {
    this.onTop = on;
  }
  destroy(): void {
    this.#destroyed = true;
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
  setVisibleOnAllWorkspaces(): void {}
  moveTop(): void {}
  focus(): void {}
  showInactive(): void {}
}

/** A simulated Electron: remembers what the shell asked of it, and lets a test play what happens to a window. */
export class SimulatedElectron {
  readonly app = Object.assign(new EventEmitter(), {
    enableSandbox: () => void this.done.push("sandbox"),
    requestSingleInstanceLock: () => this.isFirst,
    whenReady: async () => void this.done.push("ready"),
    exit: (code: number) => void this.done.push(`exit ${code}`),
    quit: () => void this.app.emit("before-quit"),
  });
  readonly ipcMain = Object.assign(new EventEmitter(), {
    handle: (channel: string, handler: Handler) => void this.answering.set(channel, handler),
  });
  readonly answering = new Map<string, Handler>();
  readonly screen = Object.assign(new EventEmitter(), {
    getPrimaryDisplay: () => this.displays[0],
    getAllDisplays: () => this.displays,
  });
  readonly kiosk = new SimulatedSession();
  readonly windows: SimulatedWindow[] = [];
  readonly done: string[] = [];
  displays: SimulatedDisplay[] = [{ id: 1, bounds: { x: 0, y: 0, width: 1920, height: 1080 } }];
  isFirst = true;
  /** What the system says of its last input. */
  idleSeconds = 0;

  /** As the shell takes it: the simulation has the members that the shell uses, and no others. */
  get parts(): ElectronParts {
    const { app, ipcMain, screen, kiosk, windows } = this;
    function BrowserWindow(options: { readonly webPreferences?: object }): SimulatedWindow {
      const contents = new SimulatedContents(windows.length + 1);
      app.emit("web-contents-created", {}, contents);
      const window = new SimulatedWindow(options, contents);
      windows.push(window);
      return window;
    }
    return {
      app,
      ipcMain,
      screen,
      BrowserWindow,
      Menu: { setApplicationMenu: () => {} },
      powerMonitor: { getSystemIdleTime: () => this.idleSeconds },
      powerSaveBlocker: { start: () => 1 },
      protocol: { registerSchemesAsPrivileged: () => void this.done.push("scheme") },
      session: { fromPartition: () => kiosk },
    } as unknown as ElectronParts;
  }

  get window(): SimulatedWindow {
    const [first] = this.windows;
    if (first === undefined) throw new Error("no window was opened");
    return first;
  }

  /** The page, or whoever `from` says, sends a message. */
  send(channel: string, value: unknown, from: { contents?: object; frame?: object | null } = {}): void {
    this.ipcMain.emit(channel, this.#event(from), value);
  }

  /** The same, asking: what the shell answers. */
  ask(channel: string, from: { contents?: object; frame?: object | null } = {}): unknown {
    const handler = this.answering.get(channel) as ((event: object) => unknown) | undefined;
    if (handler === undefined) throw new Error(`nobody answers ${channel}`);
    return handler(this.#event(from));
  }

  #event(from: { contents?: object; frame?: object | null }): object {
    const sender = from.contents ?? this.window.webContents;
    const senderFrame = from.frame === undefined ? this.window.webContents.mainFrame : from.frame;
    return { sender, senderFrame };
  }
}
