import { type Duration, minutes } from "@wardkey/protocol";
import { useEffect, useRef } from "react";

const LEFT_ALONE = minutes(2);

/**
 * Closes what nobody has touched for two minutes of the agent's clock, or as long as told: a code and people's names must
 * not wait on a ward's screen for whoever comes next. Answers what to call at each touch and key.
 */
export function useLeftAlone(now: number, close: () => void, after: Duration = LEFT_ALONE): () => void {
  // No state: drawing anew between an input's capture and its change would put the old text back.
  const touchedAt = useRef(now);
  useEffect(() => {
    if (now - touchedAt.current > after) close();
  }, [now, close, after]);
  return () => {
    touchedAt.current = now;
  };
}
