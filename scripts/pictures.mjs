// `node scripts/pictures.mjs`, once the project is set up: takes the picture of the kiosk that the README shows, from the
// page as its sources are now, in the system's Chromium. `node scripts/pictures.mjs console` takes those of
// docs/console.md, from what was built last, before 60 simulated kiosks.
import { join } from "node:path";
import { runnerImport } from "vite";
import { fail, root } from "./setup.mjs";

const conditions = ["wardkey-source"];

const images = join(root, "docs", "images");

try {
  if (process.argv[2] === "console") {
    const { takeConsolePictures } = await import("./dist/src/console-pictures.js");
    await takeConsolePictures(images);
  } else await kiosk();
} catch (error) {
  fail(error);
}

async function kiosk() {
  const { module } = await runnerImport(join(root, "kiosk", "page", "testing", "take-pictures.ts"), {
    configFile: false,
    root,
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
  });
  await module.takePictures(join(images, "kiosk.png"));
}
