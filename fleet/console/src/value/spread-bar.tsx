import type { Spread } from "@wardkey/protocol/value";
import type { ReactNode } from "react";

const PERCENT = 100;

/** A range drawn between the ends of all that stands beside it; the words next to it say the same. */
export function SpreadBar({ spread, from, to }: { spread: Spread; from: number; to: number }): ReactNode {
  const at = (value: number): string => `${to === from ? 0 : (PERCENT * (value - from)) / (to - from)}%`;
  const width = `${to === from ? 0 : (PERCENT * (spread.high - spread.low)) / (to - from)}%`;
  return (
    <span className="spread" aria-hidden>
      {from < 0 && to > 0 ? <span className="spread-nought" style={{ insetInlineStart: at(0) }} /> : null}
      <span className="spread-reach" style={{ insetInlineStart: at(spread.low), width }} />
      <span className="spread-mid" style={{ insetInlineStart: at(spread.mid) }} />
    </span>
  );
}
