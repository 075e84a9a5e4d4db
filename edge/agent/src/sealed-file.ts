import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { AgentConfig } from "./config.js";
import type { SealedFile } from "./downtime/index.js";
import { openSealing, readBytesIfThere, writePrivate } from "./uplink/index.js";

/** A file of the kiosk's folder that nobody reads without the device's sealing key; `context` keeps one from posing as another. */
export async function sealedFile(
  { dataDir, site }: AgentConfig,
  { name, context }: { name: string; context: string },
): Promise<SealedFile> {
  const sealing = await openSealing(dataDir, site.sealingKeyFile ?? null);
  const path = join(dataDir, name);
  return {
    async read() {
      const sealed = await readBytesIfThere(path);
      return sealed === null ? null : sealing.open(sealed, context);
    },
    write: (bytes) => writePrivate(path, sealing.seal(bytes, context)),
    remove: () => rm(path, { force: true }),
  };
}
