import type { useWords } from "../words.js";

const HOUR = 3_600_000;

/** "4 hours", "1 day". */
export function durationWords(milliseconds: number, t: ReturnType<typeof useWords>["t"]): string {
  const hours = Math.max(1, Math.round(milliseconds / HOUR));
  return hours % 24 === 0 ? t("rollout.days", { count: hours / 24 }) : t("rollout.hours", { count: hours });
}
