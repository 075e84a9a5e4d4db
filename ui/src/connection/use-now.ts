import { useEffect, useState } from "react";

/**
 * The other side's wall clock, ticking: `theirs` is what it said at the last message, so a countdown does not depend on
 * this machine's clock.
 */
export function useNow(theirs: number | null, every = 1_000): number {
  const [offset, setOffset] = useState(0);
  const [now, setNow] = useState(() => theirs ?? Date.now());
  useEffect(() => {
    if (theirs === null) return;
    setOffset(theirs - Date.now());
    setNow(theirs);
  }, [theirs]);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() + offset), every);
    return () => clearInterval(timer);
  }, [offset, every]);
  return now;
}
