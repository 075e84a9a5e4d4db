import { Command, CommanderError } from "commander";

/** The `wardkey` command. Resolves with its exit code: 0 done, 1 refused, 2 wrongly used. */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command("wardkey").description("Runs a Wardkey site").exitOverride();
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}
