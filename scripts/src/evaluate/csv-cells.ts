/** The cells of one line of CSV (RFC 4180), without the spaces around them; undefined where a quote is not closed. */
export function cellsOf(line: string): readonly string[] | undefined {
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*(?:,|$)/.exec(line.slice(at));
    if (quoted !== null) {
      cells.push((quoted[1] ?? "").replaceAll('""', '"').trim());
      at += quoted[0].length;
      if (!quoted[0].endsWith(",")) return cells;
      continue;
    }
    const comma = line.indexOf(",", at);
    const cell = line.slice(at, comma < 0 ? line.length : comma).trim();
    if (cell.startsWith('"')) return undefined;
    cells.push(cell);
    if (comma < 0) return cells;
    at = comma + 1;
  }
  return cells;
}
