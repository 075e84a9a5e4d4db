// A sandboxed preload must be CommonJS. It gives the page nothing: no bridge, no key, no way to the shell.
const { webFrame }: typeof import("electron") = require("electron");

webFrame.setVisualZoomLevelLimits(1, 1);

for (const name of ["contextmenu", "dragover", "drop"]) {
  window.addEventListener(name, (event) => event.preventDefault());
}
