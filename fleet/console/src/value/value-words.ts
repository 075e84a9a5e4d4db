import type { Spread } from "@wardkey/protocol/value";
import { useWords } from "../words.js";
import { roundly } from "./range-texts.js";

const DIGITS_BELOW = 10;

/** Estimates in the reader's words: rounded, the middle first, then the range. */
export function useValueWords(): {
  about: (value: number) => string;
  spread: (spread: Spread) => string;
} {
  const { t, formats } = useWords();
  const about = (value: number): string => {
    const round = roundly(value);
    return formats.number(round, Math.abs(round) < DIGITS_BELOW && !Number.isInteger(round) ? 1 : 0);
  };
  return {
    about,
    spread: ({ low, mid, high }) => t("value.spread", { mid: about(mid), low: about(low), high: about(high) }),
  };
}
