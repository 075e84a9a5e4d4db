import { EXIT_WORDS } from "../exit-codes.js";
import type { CommandEntry, OptionEntry } from "./command-table.js";

/** The manual page `wardkey(1)` in roff, with the macros of man(7). */
export function manualOf(table: readonly CommandEntry[], version: string): string {
  const [program, ...commands] = table;
  const doing = commands.filter(({ next }) => next.length === 0);
  return `${[
    `.TH WARDKEY 1 "" "wardkey ${version}" "Wardkey"`,
    ".SH NAME",
    "wardkey \\- run a Wardkey site and its kiosks",
    ".SH SYNOPSIS",
    ".B wardkey",
    "[\\fB\\-\\-json\\fR] \\fICOMMAND\\fR [\\fIARGUMENT\\fR ...]",
    ".SH DESCRIPTION",
    text(`${program?.description ?? ""}.`),
    "Beside a fleet server all commands work; on a kiosk alone, those that say so.",
    ".SH OPTIONS",
    ...(program?.options ?? []).flatMap(option),
    ".SH COMMANDS",
    ...doing.flatMap(command),
    ".SH EXIT STATUS",
    ...EXIT_WORDS.flatMap(([code, words]) => [".TP", `.B ${code}`, text(words)]),
    ".SH FILES",
    ...tagged("~/.config/wardkey/login.json", "Address and token of the fleet server: wardkey login. Mode 0600."),
    ...tagged("/etc/wardkey/agent.json", "Configuration of the agent on this machine."),
    ...tagged("/etc/wardkey/fleet.json", "Configuration of the fleet server on this machine."),
    ".SH ENVIRONMENT",
    ...tagged("WARDKEY_LOGIN_FILE", "Another place of the login."),
    ...tagged("WARDKEY_AGENT", "Where the agent is installed, for wardkey doctor."),
    ".SH SEE ALSO",
    ".BR systemctl (1),",
    ".BR systemd-creds (1)",
  ].join("\n")}\n`;
}

function command({ words, description, arguments: taken, options }: CommandEntry): string[] {
  const names = taken.map(
    ({ name, required }) => ` \\fI${text(required ? name.toUpperCase() : `[${name.toUpperCase()}]`)}\\fR`,
  );
  return [
    `.SS "wardkey ${text(words.join(" "))}${names.join("")}"`,
    ...(description === "" ? [] : [text(description.endsWith(".") ? description : `${description}.`)]),
    ...options.flatMap(option),
  ];
}

function option({ flags, description, required, otherwise }: OptionEntry): string[] {
  const notes = [...(required ? ["required"] : []), ...(otherwise === null ? [] : [`${otherwise} when not said`])];
  const said = notes.length === 0 ? description : `${description}${description === "" ? "" : " "}(${notes.join("; ")})`;
  return [".TP", `.B "${text(flags)}"`, said === "" ? "\\&" : text(said)];
}

const tagged = (name: string, words: string): string[] => [".TP", `.I ${text(name)}`, text(words)];

/** Text that roff takes as it is: a hyphen that is a minus, no escape, no line that begins as a request. */
function text(plain: string): string {
  const escaped = plain.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll('"', "\\(dq");
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
