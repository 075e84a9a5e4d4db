import type { CommandEntry } from "./command-table.js";

/** Shells that have a completion. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The completion of the whole table, as that shell loads it. */
export function completionFor(shell: Shell, table: readonly CommandEntry[]): string {
  switch (shell) {
    case "bash":
      return bash(table);
    case "zsh":
      return zsh(table);
    case "fish":
      return fish(table);
  }
}

const GENERATED = "# Generated from the command table: wardkey completion";
const longs = (entry: CommandEntry): string[] => entry.options.map(({ long }) => long);
const valued = (table: readonly CommandEntry[]): string[] => [
  ...new Set(table.flatMap(({ options }) => options.filter(({ value }) => value !== "none").map(({ long }) => long))),
];
const globals = (table: readonly CommandEntry[]): string[] => [
  ...(table[0] === undefined ? [] : longs(table[0])),
  "--help",
];

/** bash and zsh both follow the words typed so far to a command, then offer what may come next, or files. */
function walk(table: readonly CommandEntry[]): { next: string; steps: string; options: string } {
  const named = table.map((entry) => ({ ...entry, name: entry.words.join(" ") }));
  return {
    next: named.map(({ name, next }) => `    "${name}") next="${next.join(" ")}" ;;`).join("\n"),
    steps: named.flatMap(({ name }) => (name === "" ? [] : [`"${name}"`])).join(" | "),
    options: named.map((entry) => `    "${entry.name}") options="${longs(entry).join(" ")}" ;;`).join("\n"),
  };
}

function bash(table: readonly CommandEntry[]): string {
  return `${GENERATED} bash
_wardkey() {
  local current="\${COMP_WORDS[COMP_CWORD]}" at="" tried word previous="\${COMP_WORDS[COMP_CWORD-1]}" next="" options="" index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
${steer(table)}
  case "$previous" in
    ${valued(table).join(" | ")})
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return ;;
  esac
  if [[ "$current" == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options ${globals(table).join(" ")}" -- "$current")
  elif [[ -n "$next" ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$next" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -o filenames -F _wardkey wardkey
`;
}

/** What bash and zsh spell alike: how far the words have come, and what may follow them. */
function steer(table: readonly CommandEntry[]): string {
  const { next, steps, options } = walk(table);
  return `    tried="\${at:+$at }$word"
    case "$tried" in
      ${steps}) at="$tried" ;;
    esac
  done
  case "$at" in
${next}
  esac
  case "$at" in
${options}
  esac`;
}

function zsh(table: readonly CommandEntry[]): string {
  return `#compdef wardkey
${GENERATED} zsh
_wardkey() {
  local at="" tried word next="" options=""
  for word in "\${(@)words[2,CURRENT-1]}"; do
${steer(table)}
  case "\${words[CURRENT-1]}" in
    ${valued(table).join(" | ")}) _files; return ;;
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    compadd -- \${=options} ${globals(table).join(" ")}
  elif [[ -n "$next" ]]; then
    compadd -- \${=next}
  else
    _files
  fi
}
_wardkey "$@"
`;
}

function fish(table: readonly CommandEntry[]): string {
  const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
  const lines = table.flatMap((entry) => {
    const here = `__wardkey_at ${quoted(entry.words.join(" "))}`;
    const described = (word: string): string =>
      table.find(({ words }) => words.join(" ") === [...entry.words, word].join(" "))?.description ?? "";
    return [
      ...entry.next.map(
        (word) => `complete -c wardkey -f -n ${quoted(here)} -a ${quoted(word)} -d ${quoted(described(word))}`,
      ),
      ...entry.options.map(({ long, value, description }) => {
        const scope = entry.words.length === 0 ? "" : ` -n ${quoted(here)}`;
        return `complete -c wardkey${scope} -l ${long.slice(2)}${value === "none" ? "" : " -r"} -d ${quoted(description)}`;
      }),
    ];
  });
  const known = table.flatMap(({ words }) => (words.length === 0 ? [] : [quoted(words.join(" "))])).join(" ");
  return `${GENERATED} fish
function __wardkey_at --description 'Whether the words typed so far are this command'
    set -l at
    for word in (commandline -opc)[2..-1]
        set -l tried (string join -- ' ' $at $word)
        if contains -- $tried ${known}
            set at $tried
        end
    end
    test "$at" = "$argv[1]"
end
${lines.join("\n")}
`;
}
