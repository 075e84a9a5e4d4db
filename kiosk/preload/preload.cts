// A sandboxed preload must be CommonJS and can import nothing of ours. It gives the page one thing to say to the shell and
// two to ask, with nothing in the question: no key, no listener, no other channel.
import type { KioskShell } from "@wardkey/protocol/screen";

const { contextBridge, ipcRenderer, webFrame }: typeof import("electron") = require("electron");

const shell: KioskShell = {
  posture: ({ v, posture, height }) => ipcRenderer.send("wardkey:posture", { v, posture, height }),
  input: () => ipcRenderer.invoke("wardkey:input"),
  covers: () => ipcRenderer.invoke("wardkey:covers"),
};
contextBridge.exposeInMainWorld("wardkeyShell", shell);

webFrame.setVisualZoomLevelLimits(1, 1);

for (const name of ["contextmenu", "dragover", "drop"]) {
  window.addEventListener(name, (event) => event.preventDefault());
}
