import type { JournalEvent } from "@wardkey/protocol/fleet";

/** The keys under which an event's body names a person: who it is about, who did it, who stood by. */
const NAMING = ["staffId", "second", "by", "admin"] as const;
/** What stands there for the server itself and for its command line. */
const NOBODY = ["fleet", "machine"];

/** The people whom an event names, each once: under these it is found. */
export function mentioned(body: JournalEvent["body"]): readonly string[] {
  const people = new Set<string>();
  for (const key of NAMING) {
    const value = body[key];
    if (typeof value === "string" && !NOBODY.includes(value)) people.add(value);
  }
  return [...people];
}
