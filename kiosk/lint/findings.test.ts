import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findingsIn, type Part, type Rule } from "./findings.js";

const kiosk = fileURLToPath(new URL("..", import.meta.url));

/** The demo hands its code to the phone's page in a browser; in the shell every window is denied. */
const ALLOWED: readonly { file: string; part: Part; rule: Rule }[] = [
  { file: "page/enrolment/offer.tsx", part: "page", rule: "opens-a-window" },
];

const isAllowed = (finding: { file: string; rule: Rule }): boolean =>
  ALLOWED.some(({ file, rule }) => file === finding.file && rule === finding.rule);

/** The product's sources of a folder: tests and what serves them alone are not shipped. */
function sourcesUnder(folder: string): string[] {
  return readdirSync(join(kiosk, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|tsx|cts)$/.test(name) && !/(\.test\.tsx?$|(^|\/)testing\/)/.test(name))
    .map((name) => join(kiosk, folder, name));
}

describe("the kiosk's sources", () => {
  it.each([
    ["main", 10],
    ["preload", 1],
    ["page", 40],
  ] as const)("of %s do nothing that a locked screen must not do", (part, atLeast) => {
    const sources = sourcesUnder(part);
    expect(sources.length).toBeGreaterThanOrEqual(atLeast);
    const findings = sources.flatMap((path) =>
      findingsIn(readFileSync(path, "utf8"), { name: path, part }).map((finding) => ({
        ...finding,
        file: relative(kiosk, path),
      })),
    );
    expect(findings.filter((finding) => !isAllowed(finding))).toEqual([]);
  });

  it("break the one rule that they may, where they say so, and no more", () => {
    for (const { file, part, rule } of ALLOWED) {
      const found = findingsIn(readFileSync(join(kiosk, file), "utf8"), { name: file, part });
      expect(found.filter((finding) => finding.rule === rule)).toHaveLength(1);
    }
  });

  it("of the pages' shared components do neither", () => {
    const sources = sourcesUnder("../ui/src");
    expect(sources.length).toBeGreaterThan(20);
    expect(sources.flatMap((path) => findingsIn(readFileSync(path, "utf8"), { name: path, part: "page" }))).toEqual([]);
  });
});

const guards =
  "sandbox: true, contextIsolation: true, webSecurity: true, nodeIntegration: false, nodeIntegrationInWorker: false, " +
  "nodeIntegrationInSubFrames: false, allowRunningInsecureContent: false, webviewTag: false, navigateOnDragDrop: false";

const faults: [Rule, Part, string][] = [
  ["code-from-text", "page", 'eval("1")'],
  ["code-from-text", "page", 'new Function("return 1")'],
  ["code-from-text", "page", 'Function("return 1")'],
  ["code-from-text", "page", 'setTimeout("run()", 1)'],
  ["code-from-text", "main", 'contents.executeJavaScript("1")'],
  ["html-from-text", "page", "element.innerHTML = name"],
  ["html-from-text", "page", 'element["outerHTML"] = name'],
  ["html-from-text", "page", 'element.insertAdjacentHTML("beforeend", name)'],
  ["html-from-text", "page", "document.write(name)"],
  ["html-from-text", "page", "const a = <p dangerouslySetInnerHTML={{ __html: name }} />"],
  ["opens-a-window", "page", "window.open(address)"],
  ["opens-a-window", "page", 'const a = <a target="_blank" href={address}>out</a>'],
  ["opens-a-window", "page", "const a = <iframe src={address} />"],
  ["leaves-for-another-program", "main", "shell.openExternal(address)"],
  ["leaves-for-another-program", "main", "electron.shell.openPath(path)"],
  ["message-to-anybody", "page", 'window.parent.postMessage(secret, "*")'],
  ["electron-elsewhere", "page", 'import { ipcRenderer } from "electron"'],
  ["import-not-packed", "main", 'import { z } from "zod"'],
  ["import-not-packed", "main", 'import { PostureMessage } from "@wardkey/protocol/screen"'],
  ["import-not-packed", "main", 'import { MovedTimers } from "./testing/moved-timers.js"'],
  ["ipc-in-the-page", "page", 'ipcRenderer.send("wardkey:posture", 1)'],
  ["ipc-in-the-page", "preload", 'ipcRenderer.invoke("wardkey:posture", 1)'],
  ["ipc-in-the-page", "preload", 'ipcRenderer.on("wardkey:posture", listener)'],
  ["ipc-in-the-page", "page", 'ipcRenderer.invoke("wardkey:input")'],
  ["ipc-in-the-page", "preload", 'ipcRenderer.invoke("wardkey:input", value)'],
  ["ipc-in-the-page", "preload", "ipcRenderer.invoke(channel)"],
  ["ipc-in-the-page", "preload", 'ipcRenderer.on("wardkey:input", listener)'],
  ["ipc-in-the-page", "preload", 'ipcRenderer.sendSync("wardkey:input")'],
  ["bridge-elsewhere", "main", 'contextBridge.exposeInMainWorld("wardkeyShell", shell)'],
  ["bridge-elsewhere", "preload", 'contextBridge.exposeInMainWorld("electron", ipcRenderer)'],
  ["message-unchecked", "main", "ipcMain.on(CHANNEL, (_event, value) => act(value))"],
  ["message-unchecked", "main", "ipcMain.handle(CHANNEL, act)"],
  ["window-unguarded", "main", "new BrowserWindow()"],
  ["window-unguarded", "main", "new BrowserWindow({ webPreferences: { sandbox: true } })"],
  ["window-unguarded", "main", `new BrowserWindow({ webPreferences: { ${guards}, devTools: true } })`],
  ["window-unguarded", "main", `new BrowserWindow({ webPreferences: { ${guards}, devTools: false, ...more } })`],
  ["window-unguarded", "main", "new WebContentsView(options)"],
];

describe("the rule", () => {
  it.each(faults)("%s finds, in %s: %s", (rule, part, text) => {
    expect(findingsIn(text, { name: "fault.tsx", part }).map((finding) => finding.rule)).toEqual([rule]);
  });

  it.each<[Part, string]>([
    ["main", `new BrowserWindow({ webPreferences: { ${guards}, devTools: false } })`],
    ["main", "ipcMain.on(CHANNEL, (event, value) => { if (isFromKiosk(senderOf(event), own)) act(value); })"],
    ["preload", 'contextBridge.exposeInMainWorld("wardkeyShell", shell); ipcRenderer.send("wardkey:posture", 1)'],
    ["preload", 'const asked = () => ipcRenderer.invoke("wardkey:input")'],
    ["page", "const a = <p>{name}</p>; setTimeout(() => run(), 1)"],
    ["main", 'import type { PostureMessage } from "@wardkey/protocol/screen"; import { app } from "electron"'],
  ])("lets pass, in %s, what is as it should be: %s", (part, text) => {
    expect(findingsIn(text, { name: "right.tsx", part })).toEqual([]);
  });
});
