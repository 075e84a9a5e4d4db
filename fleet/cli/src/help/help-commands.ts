import { WardkeyError } from "@wardkey/protocol";
import type { CommandGroup } from "../command.js";
import { commandTable } from "./command-table.js";
import { completionFor, SHELLS } from "./completion.js";
import { manualOf } from "./manual.js";

/** `wardkey completion` and `wardkey manual`: what a shell and `man` are told of all the others. */
export const helpCommands: CommandGroup = (program, { result, version }) => {
  program
    .command("completion <shell>")
    .description(`Completion of this command for ${SHELLS.join(", ")}: the Debian package brings it`)
    .action((name: string) => {
      const shell = SHELLS.find((known) => known === name);
      if (shell === undefined) throw new WardkeyError("misused", `"${name}" is none of ${SHELLS.join(", ")}`);
      const text = completionFor(shell, commandTable(program)).trimEnd();
      result({ shell, text }, text);
    });
  program
    .command("manual")
    .description("The manual page of this command, for man")
    .action(() => {
      const text = manualOf(commandTable(program), version).trimEnd();
      result({ text }, text);
    });
};
