import type { Command, Option } from "commander";

/** One command as completion and manual tell it. */
export interface CommandEntry {
  /** `["ca", "rotate", "root"]`; empty for the program itself. */
  readonly words: readonly string[];
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly required: boolean }[];
  readonly options: readonly OptionEntry[];
  /** The words that may follow. */
  readonly next: readonly string[];
}

export interface OptionEntry {
  readonly flags: string;
  /** `--json`; every option has its long form. */
  readonly long: string;
  readonly short: string | null;
  readonly description: string;
  readonly value: "none" | "one" | "several";
  readonly required: boolean;
  /** What is taken when it is not said. */
  readonly otherwise: string | null;
}

/** Every command of the program: itself first, then each group before its commands. */
export function commandTable(program: Command): readonly CommandEntry[] {
  return entries(program, []);
}

function entries(command: Command, words: readonly string[]): CommandEntry[] {
  const entry: CommandEntry = {
    words,
    description: command.description(),
    arguments: command.registeredArguments.map((each) => ({ name: each.name(), required: each.required })),
    options: command.options.map(optionOf),
    next: command.commands.map((each) => each.name()),
  };
  return [entry, ...command.commands.flatMap((each) => entries(each, [...words, each.name()]))];
}

function optionOf(option: Option): OptionEntry {
  const takes = option.required || option.optional;
  const fallback: unknown = option.defaultValue;
  return {
    flags: option.flags,
    long: option.long ?? option.flags,
    short: option.short ?? null,
    description: option.description,
    value: takes ? (option.variadic ? "several" : "one") : "none",
    required: option.mandatory,
    otherwise: typeof fallback === "string" && fallback !== "" ? fallback : null,
  };
}
