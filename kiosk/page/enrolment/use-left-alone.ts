import { minutes } from "@wardkey/protocol";
import { useEffect, useRef } from "react";

const LEFT_ALONE = minutes(2);

/**
 * Closes what nobody has touched for two minutes of the agent's clock: a code and people's names must not wait on a
 * ward's screen for whoever comes next. Answers what to call at each touch and key.
 */
export function useLeftAlone(now: number, close: () => void): () => void {
  // No state: drawing anew between an input's capture and its change would put the old text back.
  const touchedAt = useRef(now);
  useEffect(() => {
    if (now - touchedAt.current > LEFT_ALONE) close();
  }, [now, close]);
  return () => {
    touchedAt.current = now;
  };
}
