import type { ReactNode } from "react";
import { useWords } from "./words.js";

/** A day and a time of day, as its reader writes them. */
export function Moment({ at }: { at: number }): ReactNode {
  const { formats } = useWords();
  return <span className="person-until">{formats.dateTime(at)}</span>;
}
