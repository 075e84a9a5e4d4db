import type { ReactNode } from "react";
import { useWords } from "./words.js";

/** The column of a table that says when a thing ends by itself. */
export const untilColumn = (
  title: string,
): { key: string; title: string; cell: (row: { expiresAt: number }) => ReactNode } => ({
  key: "until",
  title,
  cell: ({ expiresAt }) => <Moment at={expiresAt} />,
});

/** A day and a time of day, as its reader writes them. */
export function Moment({ at }: { at: number }): ReactNode {
  const { formats } = useWords();
  return <span className="person-until">{formats.dateTime(at)}</span>;
}
