import { accessSync, constants } from "node:fs";
import { symlink, unlink } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { WardkeyError } from "@wardkey/protocol";
import { type Browser, chromium, type Page } from "playwright-core";

/** The flags under which Debian's Chromium runs here: headless, as root, without reaching for its vendor's servers. */
export const chromiumArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
] as const;

/** @throws WardkeyError `chromium-missing` */
export function findChromium(): string {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  for (const dir of (process.env["PATH"] ?? "").split(delimiter)) {
    for (const name of names) {
      const path = join(dir, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // not here: the next place
      }
    }
  }
  throw new WardkeyError("chromium-missing", "no Chromium on the PATH: install Debian's package chromium");
}

/** A kiosk's page in headless Chromium, its camera fed from a video file that can be changed. */
export interface KioskBrowser {
  readonly page: Page;
  /** Puts another video before the camera; the page is loaded anew and opens the camera again. */
  stand(videoFile: string): Promise<void>;
  /** What the page wrote on the console as errors. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

export async function openKiosk(input: {
  readonly pageUrl: string;
  readonly videoFile: string;
  readonly folder: string;
}): Promise<KioskBrowser> {
  // Chromium opens the file anew each time a page opens the camera, so a link can be pointed elsewhere in between.
  const camera = join(input.folder, "camera.mjpeg");
  await point(camera, input.videoFile);
  const browser: Browser = await chromium.launch({
    executablePath: findChromium(),
    headless: true,
    args: [
      ...chromiumArguments,
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-video-capture=${camera}`,
    ],
  });
  const errors: string[] = [];
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    await page.goto(input.pageUrl, { waitUntil: "load" });
    return {
      page,
      errors,
      stand: async (videoFile) => {
        await page.goto("about:blank");
        await point(camera, videoFile);
        await page.goto(input.pageUrl, { waitUntil: "load" });
      },
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

async function point(link: string, target: string): Promise<void> {
  await unlink(link).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await symlink(target, link);
}
