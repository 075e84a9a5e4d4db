/** How the command ends. Stable: scripts rely on it. */
export const EXIT = { done: 0, refused: 1, misused: 2, unreachable: 3 } as const;

/** What stands in the manual. */
export const EXIT_WORDS: readonly (readonly [number, string])[] = [
  [EXIT.done, "Done."],
  [
    EXIT.refused,
    "Refused, failed, or something was found: the code in brackets, or error.code with --json, says what.",
  ],
  [EXIT.misused, "Wrongly used: a command, an option or a value that there is not. Nothing was done."],
  [EXIT.unreachable, "The fleet server could not be reached. The same again may work later."],
];

/** How a refusal with this code ends the command. */
export function exitOf(code: string): number {
  if (code === "misused") return EXIT.misused;
  return code === "fleet-unreachable" ? EXIT.unreachable : EXIT.refused;
}
