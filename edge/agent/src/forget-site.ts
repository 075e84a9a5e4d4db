import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Entries } from "./open-entries.js";

/** After a wipe: what this kiosk holds of the site beside its certificates and its lease, which are gone already. */
export async function forgetSite(dataDir: string, entries: Pick<Entries, "forget">): Promise<void> {
  await entries.forget();
  await rm(join(dataDir, "peripheral-profiles.jws"), { force: true });
  await rm(join(dataDir, "policy"), { recursive: true, force: true });
}
