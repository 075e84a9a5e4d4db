import { resolve } from "node:path";
import { backUp, markRestored, restore } from "@wardkey/fleet-server";
import { WardkeyError } from "@wardkey/protocol";
import { z } from "zod";
import type { CommandGroup } from "./command.js";
import { FleetClient } from "./fleet-client.js";

const Restoration = z.object({
  lost: z.array(z.object({ from: z.number(), to: z.number() })),
  reviewed: z.boolean(),
});
const iso = (at: number): string => new Date(at).toISOString();

/** `wardkey backup` and `wardkey restore`: on the server itself, as its user. `wardkey restored`: what is to do then. */
export const backupCommands: CommandGroup = (program, { result }) => {
  program
    .command("backup")
    .description(
      "Copy a site on embedded defaults, also while its server runs. The copy holds secrets: keep it as you keep the server",
    )
    .requiredOption("--data <DIR>", "the fleet server's data folder")
    .requiredOption("--to <DIR>", "an empty folder")
    .action(async ({ data, to }: { data: string; to: string }) => {
      const { files } = await backUp({ dataDir: resolve(data), to: resolve(to), now: Date.now() });
      result({ to: resolve(to), files }, `Copied ${files.join(", ")} to ${resolve(to)}. The root's key is not in it.`);
    });
  program
    .command("restore")
    .description("Put a copy back into an empty data folder; the server must not run")
    .requiredOption("--from <DIR>", "the copy")
    .requiredOption("--data <DIR>", "the data folder")
    .action(async ({ from, data }: { from: string; data: string }) => {
      const { files, madeAt } = await restore({ from: resolve(from), dataDir: resolve(data), now: Date.now() });
      result(
        { data: resolve(data), files, madeAt },
        `Restored as of ${iso(madeAt)}. Start the server: devices send again what is missing. What was denied since is not known there: deny it again, then say so with "wardkey restored review".`,
      );
    });
  const restored = program.command("restored").description("What follows from a restore");
  restored
    .command("mark")
    .description("Say of a PostgreSQL brought back with its own tools as of when it is; no server may run")
    .requiredOption("--data <DIR>", "the servers' data folder")
    .requiredOption("--as-of <TIME>", "such as 2026-11-22T03:00:00Z; earlier rather than later")
    .action(async ({ data, asOf }: { data: string; asOf: string }) => {
      const madeAt = Date.parse(asOf);
      if (!(madeAt <= Date.now())) throw new WardkeyError("misused", `"${asOf}" is no time that is past`);
      await markRestored({ dataDir: resolve(data), madeAt, now: Date.now() });
      result({ data: resolve(data), madeAt }, `The next start knows that its database is as of ${iso(madeAt)}.`);
    });
  restored
    .command("show")
    .description("Which time the site lost, and whether somebody has looked")
    .action(async () => {
      const site = await (await FleetClient.open()).call("GET", "/v1/restoration", Restoration);
      const times = site.lost.map(({ from, to }) => `lost: ${iso(from)} to ${iso(to)}`);
      const state = site.reviewed ? "Nothing is open." : "Nobody has said that denials were made again.";
      result(site, [...times, state].join("\n"));
    });
  restored
    .command("review")
    .description("Everything that was denied in the lost time is denied again: kiosks let go of what they kept")
    .action(async () => {
      await (await FleetClient.open()).call("POST", "/v1/restoration/reviewed", z.null());
      result({ reviewed: true }, "Kiosks follow the site's own deny-list alone again.");
    });
};
