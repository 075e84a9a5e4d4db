import type { FacelessWay, Identifying, Session } from "./model.js";

/** The attempt under way: the screen's own, or a newcomer's behind an open session. */
export function underWay({ mode }: Session): Identifying | null {
  if (mode.name === "identifying") return mode;
  return mode.name === "unlocked" ? mode.newcomer : null;
}

/** The same attempt, further on, where it was. */
export function advanced(session: Session, next: Identifying): Session {
  const { mode } = session;
  const behind = mode.name === "unlocked" && next.phase !== "proving" && next.phase !== "recording";
  return { ...session, mode: behind ? { ...mode, newcomer: next } : next };
}

/** Without this attempt: nobody is in, or whoever was in still is. */
export function withoutAttempt(session: Session): Session {
  const { mode } = session;
  return { ...session, mode: mode.name === "unlocked" ? { ...mode, newcomer: null } : { name: "locked" } };
}

/** By what the person of this attempt means to come in. */
export function wayOf(attempt: Identifying): "face" | FacelessWay {
  switch (attempt.phase) {
    case "tapping":
    case "matching":
      return "face";
    case "proving":
      return attempt.way;
    case "recording":
      return "way" in attempt.decision ? attempt.decision.way : "face";
  }
}
