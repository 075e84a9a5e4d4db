import { readFile } from "node:fs/promises";
import { EVERY_SCREEN, goTo } from "./every-screen.js";
import { KioskBench } from "./kiosk-bench.js";

const SHOWN = ["locked", "identifying", "greeting", "leaving", "why", "degraded-camera"] as const;
const WIDTH = 1280;
const HEIGHT = 800;

/** Photographs the kiosk's screens, as the built page shows them before a simulated agent, and lays them on one sheet. */
export async function takePictures(file: string): Promise<void> {
  const bench = await KioskBench.start();
  try {
    await bench.begin();
    const page = await bench.open({ language: "en" });
    await page.setViewportSize({ width: WIDTH, height: HEIGHT });
    const pictures: string[] = [];
    for (const name of SHOWN) {
      const picture = EVERY_SCREEN.find((each) => each.name === name);
      if (picture === undefined) throw new Error(`no screen ${name}`);
      const show: typeof bench.agent.show = (view) =>
        bench.agent.show({ ...view, profile: "production", cameraAttested: true });
      await goTo(picture, { page, language: "en", show });
      // The picture's own movement ends within a quarter of a second.
      await page.waitForTimeout(400);
      pictures.push((await page.screenshot({ type: "png" })).toString("base64"));
    }
    const sheet = await bench.sheet();
    await sheet.setViewportSize({ width: 1640, height: 1580 });
    const style = await readFile(new URL("./sheet.css", import.meta.url), "utf8");
    await sheet.setContent(
      `<style>${style}</style>${pictures.map((each) => `<img src="data:image/png;base64,${each}">`).join("")}`,
    );
    await sheet.waitForFunction(() => [...document.images].every(({ complete }) => complete));
    await sheet.screenshot({ path: file });
    await bench.end();
  } finally {
    await bench.stop();
  }
}
