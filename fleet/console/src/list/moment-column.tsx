import type { ReactNode } from "react";
import { useWords } from "../words.js";
import type { ListColumn } from "./list-parts.js";

/** The column of a row's time by this name: the newest first at the first press; in a file as ISO 8601 writes it. */
export const momentColumn = <Key extends string>(
  key: Key,
  title: string,
  none: ReactNode = "–",
): ListColumn<Readonly<Record<Key, number | null>>> => ({
  ...{ key, title, sort: key, first: "desc" },
  cell: ({ [key]: at }) => (at === null ? none : <Moment at={at} />),
  text: ({ [key]: at }) => (at === null ? "" : new Date(at).toISOString()),
});

/** A day and a time of day, as its reader writes them. */
function Moment({ at }: { at: number }): ReactNode {
  const { formats } = useWords();
  return <span className="person-until">{formats.dateTime(at)}</span>;
}
