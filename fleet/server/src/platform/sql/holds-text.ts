import type { Knex } from "knex";

/**
 * Narrows `query` to rows of which one of `columns` holds `words`, whatever their case. A sign of a pattern is a letter like
 * any other.
 */
export function holdsText(query: Knex.QueryBuilder, columns: readonly string[], words: string): void {
  const like = `%${words.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
  void query.andWhere((either) => {
    for (const column of columns) void either.orWhereRaw("lower(coalesce(??, '')) like ? escape '\\'", [column, like]);
  });
}
