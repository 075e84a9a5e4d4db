import { codeOf, WardkeyError } from "@wardkey/protocol";
import { Command, CommanderError } from "commander";
import { adminCommands } from "./admin.js";
import { auditCommands } from "./audit.js";
import { backupCommands } from "./backup.js";
import { breakGlassCommands } from "./break-glass.js";
import { brokerCommands } from "./broker.js";
import { caCommands } from "./ca.js";
import { deviceCommands } from "./device.js";
import { doctorCommands } from "./doctor.js";
import { EXIT, exitOf } from "./exit-codes.js";
import { helpCommands } from "./help/help-commands.js";
import { policyCommands } from "./policy.js";
import { processTerminal } from "./process-terminal.js";
import { profileCommands } from "./profiles.js";
import { Reported } from "./reported.js";
import { staffCommands } from "./staff.js";
import type { Terminal } from "./terminal.js";
import { ownVersion } from "./version.js";

/** What every command gets. */
export interface Context {
  readonly terminal: Terminal;
  /** Of this command. */
  readonly version: string;
  /** Prints `value` as one line of JSON with `--json`, else `text`. */
  result(value: unknown, text: string): void;
}

/** Adds its commands to the program. */
export type CommandGroup = (program: Command, context: Context) => void;

const groups: readonly CommandGroup[] = [
  adminCommands,
  auditCommands,
  backupCommands,
  breakGlassCommands,
  brokerCommands,
  caCommands,
  deviceCommands,
  doctorCommands,
  helpCommands,
  policyCommands,
  profileCommands,
  staffCommands,
];

/** The `wardkey` command. Resolves with its exit code: exit-codes.ts. */
export async function main(args: readonly string[], terminal: Terminal = processTerminal): Promise<number> {
  const version = await ownVersion();
  // Looked for by hand too: what is wrong with the arguments has to be said in JSON as well.
  const asJson = args.includes("--json");
  let told = false;
  const context: Context = {
    terminal,
    version,
    result: (value, text) => {
      told = true;
      terminal.out(asJson ? JSON.stringify(value) : text);
    },
  };
  // One line of JSON and no second: what was told already is the answer, and why it ends so is for people.
  const refuse = (code: string, message: string): void =>
    asJson && !told ? terminal.out(JSON.stringify({ error: { code, message } })) : terminal.err(`${message} [${code}]`);
  const program = new Command("wardkey")
    .description("Runs a Wardkey site: keys, devices, policy, people, audit")
    .option("--json", "one line of JSON instead of text")
    .option("-V, --version", "the version of this command")
    .on("option:version", () => {
      context.result({ version }, version);
      throw new CommanderError(EXIT.done, "commander.version", version);
    })
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => (asJson ? undefined : terminal.err(text.trimEnd())),
    })
    .exitOverride();
  for (const group of groups) group(program, context);
  try {
    await program.parseAsync([...args], { from: "user" });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done;
      if (asJson) refuse("misused", error.message.replace(/^error: /, ""));
      return EXIT.misused;
    }
    if (error instanceof Reported) return EXIT.refused;
    const code = codeOf(error);
    refuse(code, error instanceof WardkeyError ? error.message : "something unexpected happened");
    return exitOf(code);
  }
}
