import type { SessionView } from "@wardkey/protocol/screen";

/** What a kiosk makes heard and seen for a moment. */
export type Cue = "in" | "out" | "refused" | "leaving" | "emergency";

type State = Pick<SessionView, "state"> & { readonly emergency?: unknown };

const isOpen = ({ state }: State): boolean => state === "unlocked" || state === "leaving";

/** The cue of a change from one view to the next; `null` where nothing worth a sign has happened. */
export function cueOf(before: State | null, after: State): Cue | null {
  if (before === null) return null;
  if (after.state === "unlocked" && after.emergency !== undefined && before.emergency === undefined) return "emergency";
  if (!isOpen(before) && after.state === "unlocked") return "in";
  if (before.state === "unlocked" && after.state === "leaving") return "leaving";
  if (isOpen(before) && !isOpen(after)) return "out";
  return before.state !== "refused" && after.state === "refused" ? "refused" : null;
}
