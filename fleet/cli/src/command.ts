import { codeOf, WardkeyError } from "@wardkey/protocol";
import { Command, CommanderError } from "commander";
import { adminCommands } from "./admin.js";
import { auditCommands } from "./audit.js";
import { backupCommands } from "./backup.js";
import { brokerCommands } from "./broker.js";
import { caCommands } from "./ca.js";
import { deviceCommands } from "./device.js";
import { doctorCommands } from "./doctor.js";
import { policyCommands } from "./policy.js";
import { processTerminal } from "./process-terminal.js";
import { Reported } from "./reported.js";
import { staffCommands } from "./staff.js";
import type { Terminal } from "./terminal.js";

/** What every command gets. */
export interface Context {
  readonly terminal: Terminal;
  /** Prints `value` as one line of JSON with `--json`, else `text`. */
  result(value: unknown, text: string): void;
}

/** Adds its commands to the program. */
export type CommandGroup = (program: Command, context: Context) => void;

/** Exit codes, stable: 0 done, 1 refused or failed (the code says why), 2 wrongly used. */
const EXIT = { done: 0, refused: 1, misused: 2 } as const;

const groups: readonly CommandGroup[] = [
  adminCommands,
  auditCommands,
  backupCommands,
  brokerCommands,
  caCommands,
  deviceCommands,
  doctorCommands,
  policyCommands,
  staffCommands,
];

/** The `wardkey` command. Resolves with its exit code. */
export async function main(args: readonly string[], terminal: Terminal = processTerminal): Promise<number> {
  const program = new Command("wardkey")
    .description("Runs a Wardkey site: keys, devices, policy, people, audit")
    .option("--json", "one line of JSON instead of text")
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    })
    .exitOverride();
  const asJson = (): boolean => program.opts<{ json?: boolean }>().json === true;
  const context: Context = {
    terminal,
    result: (value, text) => terminal.out(asJson() ? JSON.stringify(value) : text),
  };
  for (const group of groups) group(program, context);
  try {
    await program.parseAsync([...args], { from: "user" });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.misused;
    if (error instanceof Reported) return EXIT.refused;
    const message = error instanceof WardkeyError ? error.message : "something unexpected happened";
    if (asJson()) terminal.out(JSON.stringify({ error: { code: codeOf(error), message } }));
    else terminal.err(`${message} [${codeOf(error)}]`);
    return EXIT.refused;
  }
}
