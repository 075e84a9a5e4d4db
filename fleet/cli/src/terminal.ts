/** Where a command reads and writes: the process's own streams, or a test's. */
export interface Terminal {
  /** Results; JSON with `--json`. */
  out(text: string): void;
  /** Progress and refusals. */
  err(text: string): void;
  /** Asks a person; what is secret is not shown. Throws `no-terminal` where nobody can be asked. */
  ask(question: string, options?: { secret?: boolean }): Promise<string>;
}

/** A table for people: columns as wide as their widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => (row[at] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, at) => (at === cells.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join("  ");
  return [line(head), ...rows.map(line)].join("\n");
}

/** Text of others on a terminal: control and formatting characters could move the cursor or turn the direction. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\u{FFFD}");
