import { fileURLToPath } from "node:url";
import { BrowserWindow, type Session, type WebContents } from "electron";
import { contentPolicy, mayHave, mayNavigate, mayPress, mayRequest } from "./guard.js";
import type { ShellSettings } from "./settings.js";

const PRELOAD = fileURLToPath(new URL("../preload/preload.cjs", import.meta.url));

/** Binds a session to the agent: permissions, requests and the content policy. */
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
  session.webRequest.onHeadersReceived(({ responseHeaders }, answer) =>
    answer({ responseHeaders: { ...responseHeaders, "content-security-policy": [contentPolicy(settings)] } }),
  );
  session.on("will-download", (event) => event.preventDefault());
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

/** The one window: the whole screen, sandboxed, without Node in its page. */
export function createKioskWindow(session: Session): BrowserWindow {
  return new BrowserWindow({
    kiosk: true,
    autoHideMenuBar: true,
    backgroundColor: "#0c3439",
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
      webviewTag: false,
      navigateOnDragDrop: false,
      disableDialogs: true,
      devTools: false,
      spellcheck: false,
      // The camera's frames must go on under another window.
      backgroundThrottling: false,
    },
  });
}
