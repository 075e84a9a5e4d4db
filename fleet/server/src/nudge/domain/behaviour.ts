import type { Behaviour } from "@wardkey/protocol/nudge";

/** One journaled event, as far as behaviour shows in it. */
export interface SeenEvent {
  readonly at: number;
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Nobody was there any more, and yet time or the camera had to lock it: walking away with the phone is the right way. */
const LEFT_OPEN: ReadonlySet<unknown> = new Set(["idle", "face-gone", "face-gone-and-phone-still", "time-up"]);

/** What one event by itself says of how somebody works; a shared badge takes two (see `OpenSessions`). */
export function behaviourOf({ kind, body }: SeenEvent): Behaviour | null {
  if (kind === "session.locked" && LEFT_OPEN.has(body["reason"])) return "left-unlocked";
  if (kind === "session.kept" && body["reason"] === "stay") return "veil-dismissed";
  if (kind === "break-glass.opened" && body["reason"] === "other-emergency") return "break-glass-no-reason";
  return null;
}

/** Somebody came in, by whatever way: what rates are counted against. */
export const isComingIn = (kind: string): boolean => kind === "session.unlocked" || kind === "break-glass.opened";

export const staffOf = ({ body }: SeenEvent): string | null => {
  const staffId = body["staffId"];
  return typeof staffId === "string" ? staffId : null;
};
