// `node scripts/pictures.mjs`, once the project is set up: takes the picture of the kiosk that the README shows, from the
// page as its sources are now, in the system's Chromium.
import { join } from "node:path";
import { runnerImport } from "vite";
import { fail, root } from "./setup.mjs";

const conditions = ["wardkey-source"];

try {
  const { module } = await runnerImport(join(root, "kiosk", "page", "testing", "take-pictures.ts"), {
    configFile: false,
    root,
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
  });
  await module.takePictures(join(root, "docs", "images", "kiosk.png"));
} catch (error) {
  fail(error);
}
