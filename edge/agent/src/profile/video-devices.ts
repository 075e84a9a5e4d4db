import { readFile, realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import type { CameraFacts } from "./camera.js";

/**
 * Asks the kernel about a V4L2 device: https://docs.kernel.org/admin-guide/media/ ; drivers without hardware, such as
 * v4l2loopback and vivid, live under `/sys/devices/virtual`. `null` when there is no such device.
 */
export async function readCameraFacts(path: string, sysfs = "/sys/class/video4linux"): Promise<CameraFacts | null> {
  try {
    const node = basename(await realpath(path));
    if (!/^video\d{1,3}$/.test(node)) return null;
    const entry = join(sysfs, node);
    const name = (await readFile(join(entry, "name"), "utf8")).trim();
    return { name, virtual: (await realpath(entry)).includes("/devices/virtual/") };
  } catch {
    return null;
  }
}
