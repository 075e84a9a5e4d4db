import type { RiskGraph } from "./answers.js";

export interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

const COLUMN = 210;
const ROW = 74;

/**
 * Where each node stands: attacks run from left to right. A node's column is how far along a path it lies; what lies on no
 * path stands beside what it leads to. Within a column nodes follow the rows of those before them, so that few lines cross;
 * where nothing comes before, the first of the excerpt stand in the middle, beside where their paths lead.
 */
export function placesOf({ nodes, edges, paths }: Pick<RiskGraph, "nodes" | "edges" | "paths">): Placed[] {
  const columns = columnsOf({ nodes, edges, paths });
  const rows = new Map<string, number>();
  const into = new Map<string, string[]>();
  for (const { from, to } of edges) into.set(to, [...(into.get(to) ?? []), from]);
  const placed: Placed[] = [];
  for (const column of [...new Set(columns.values())].sort((a, b) => a - b)) {
    const here = nodes.map(({ id }) => id).filter((id) => columns.get(id) === column);
    const wish = (id: string, index: number): number => {
      const before = (into.get(id) ?? []).flatMap((from) => rows.get(from) ?? []);
      return before.length === 0 ? fromTheMiddle(index) : before.reduce((sum, row) => sum + row, 0) / before.length;
    };
    const ordered = here.map((id, index) => ({ id, at: wish(id, index) })).sort((a, b) => a.at - b.at);
    for (const [index, { id }] of ordered.entries()) {
      const row = index - (ordered.length - 1) / 2;
      rows.set(id, row);
      placed.push({ id, x: column * COLUMN, y: row * ROW });
    }
  }
  return placed;
}

/** 0, then one below, one above, two below … */
const fromTheMiddle = (index: number): number => (index % 2 === 0 ? -index / 2 : (index + 1) / 2);

function columnsOf({ nodes, edges, paths }: Pick<RiskGraph, "nodes" | "edges" | "paths">): Map<string, number> {
  const columns = new Map<string, number>();
  for (const { steps } of paths) {
    for (const [index, { id }] of steps.entries()) columns.set(id, Math.max(columns.get(id) ?? 0, index));
  }
  // Twice over the edges reaches neighbours of neighbours; an excerpt holds no more.
  for (let round = 0; round < 2; round += 1) {
    for (const { from, to } of edges) {
      const [start, end] = [columns.get(from), columns.get(to)];
      if (start === undefined && end !== undefined) columns.set(from, end - 1);
      if (end === undefined && start !== undefined) columns.set(to, start + 1);
    }
  }
  const least = Math.min(0, ...columns.values());
  return new Map(nodes.map(({ id }) => [id, (columns.get(id) ?? 0) - least]));
}
