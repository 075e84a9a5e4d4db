import { resolve } from "node:path";
import { backUp, restore } from "@wardkey/fleet-server";
import type { CommandGroup } from "./command.js";

/** `wardkey backup` and `wardkey restore`: on the server itself, as its user. */
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
        `Restored as of ${new Date(madeAt).toISOString()}. Start the server: devices send again what is missing.`,
      );
    });
};
