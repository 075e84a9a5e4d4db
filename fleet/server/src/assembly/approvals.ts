import { rm } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, seconds } from "@wardkey/protocol";
import { z } from "zod";
import { writeArchive } from "../audit/index.js";
import type { ApprovalKind, Approvals } from "../platform/auth/index.js";
import { repeat } from "../platform/timers.js";
import type { Records } from "./records.js";
import type { World } from "./world.js";

/** The site's whole audit as files that verify without this server: it leaves the server's hands, so two people decide. */
export const ARCHIVE_KIND = "audit.archive";
const Arguments = z.strictObject({});
const SWEEP_EVERY = seconds(10);

export function archiveAct(
  world: World,
  { records, roots }: { records: Records; roots(): readonly Uint8Array[] },
): ApprovalKind<z.infer<typeof Arguments>> {
  const { config } = world;
  return {
    schema: Arguments,
    role: "security-officer",
    weight: () => 2,
    summary: () => "Write the site's whole audit, with its proofs, into a folder of the server.",
    async execute(_nothing, { id, proposer }) {
      const folder = join(config.dataDir, "exports", id);
      // Begun again after a crash: what is there was not finished.
      await rm(folder, { recursive: true, force: true });
      await records.audit.append("audit.exported", { by: proposer, format: "ndjson", from: 0, to: world.now() });
      const { store, heads } = records;
      const { size } = await writeArchive({
        ...{ store, heads, folder, site: config.siteId, certificates: roots() },
        now: () => world.now(),
      });
      return { folder, events: size };
    },
  };
}

/** Ends what nobody decided in time, and carries out what a crash left between the last vote and its effect. */
export function sweepApprovals({ timers, logger, closing }: World, approvals: Pick<Approvals, "sweep">): void {
  const failed = (error: unknown): void => logger.error({ code: codeOf(error) }, "approvals are swept again later");
  closing(repeat({ timers, every: SWEEP_EVERY, run: () => approvals.sweep(), failed }));
}
