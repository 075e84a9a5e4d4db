import { fileURLToPath } from "node:url";
import type { BrowserWindow, BrowserWindowConstructorOptions, Session, WebContents } from "electron";
import type { ElectronParts } from "./electron.js";
import { contentPolicy, mayHave, mayNavigate, mayPress, mayRequest } from "./guard.js";
import type { ShellSettings } from "./settings.js";
import { answerShell, SHELL_POLICY, SHELL_SCHEME } from "./waiting.js";

const PRELOAD = fileURLToPath(new URL("../preload/preload.cjs", import.meta.url));

/** Binds a session to the agent: permissions, requests, the content policy and the shell's own documents. */
export function guardSession(session: Session, settings: ShellSettings): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const media = "mediaTypes" in details ? details.mediaTypes : undefined;
    answer(mayHave({ permission, origin: details.requestingUrl, media, isMainFrame: details.isMainFrame }, settings));
  });
  session.setPermissionCheckHandler((_contents, permission, origin, { mediaType, isMainFrame }) =>
    mayHave({ permission, origin, media: mediaType === undefined ? undefined : [mediaType], isMainFrame }, settings),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayRequest(url, settings) }));
  session.webRequest.onHeadersReceived(({ url, responseHeaders }, answer) => {
    const policy = url.startsWith(`${SHELL_SCHEME}:`) ? SHELL_POLICY : contentPolicy(settings);
    answer({ responseHeaders: { ...responseHeaders, "content-security-policy": [policy] } });
  });
  session.on("will-download", (event) => event.preventDefault());
  session.protocol.handle(SHELL_SCHEME, ({ method, url }) => {
    const { status, type, body } = answerShell(method, url);
    return new Response(body, {
      status,
      headers: { "content-type": type, "content-security-policy": SHELL_POLICY, "x-content-type-options": "nosniff" },
    });
  });
}

/** Binds any web contents that ever appears, also one that nobody meant to open. */
export function guardContents(contents: WebContents, settings: ShellSettings): void {
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
  contents.on("will-navigate", (event) => {
    if (!mayNavigate(event.url, settings)) event.preventDefault();
  });
  contents.on("will-frame-navigate", (event) => {
    if (!event.isMainFrame || !mayNavigate(event.url, settings)) event.preventDefault();
  });
  contents.on("will-redirect", (event) => event.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.on("before-input-event", (event, input) => {
    if (!mayPress(input)) event.preventDefault();
  });
}

const COVERING = {
  autoHideMenuBar: true,
  backgroundColor: "#0c3439",
  closable: false,
  frame: false,
  fullscreenable: true,
  maximizable: false,
  minimizable: false,
  movable: false,
  resizable: false,
  skipTaskbar: true,
} as const satisfies BrowserWindowConstructorOptions;

/** The window of the agent's page: the whole screen, sandboxed, without Node in its page. */
export function createKioskWindow(
  { BrowserWindow }: Pick<ElectronParts, "BrowserWindow">,
  session: Session,
): BrowserWindow {
  return new BrowserWindow({
    ...COVERING,
    kiosk: true,
    show: true,
    webPreferences: {
      session,
      preload: PRELOAD,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      disableDialogs: true,
      devTools: false,
      spellcheck: false,
      // Cues are heard without a touch: whoever walks up touches nothing.
      autoplayPolicy: "no-user-gesture-required",
      // The camera's frames must go on under another window.
      backgroundThrottling: false,
    },
  });
}

/** Covers another monitor. It has no preload: nothing there speaks to anybody. */
export function createBlind({ BrowserWindow }: Pick<ElectronParts, "BrowserWindow">, session: Session): BrowserWindow {
  return new BrowserWindow({
    ...COVERING,
    focusable: false,
    show: false,
    webPreferences: {
      session,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      disableDialogs: true,
      devTools: false,
      spellcheck: false,
    },
  });
}
