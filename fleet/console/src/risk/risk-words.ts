import type { Tone } from "@wardkey/ui";
import { CATALOGUES, type StatusKey } from "../words.js";
import type { Detection } from "./answers.js";

export type Translate = (key: StatusKey, values?: Readonly<Record<string, string | number>>) => string;

const isKey = (key: string): key is StatusKey => Object.hasOwn(CATALOGUES.en, key);

/** A code of the site in words; one that this page does not know stays as it is. */
export function risked(t: Translate, family: string, code: string): string {
  const key = `risk.${family}.${code}`;
  return isKey(key) ? t(key) : code;
}

export const LEVEL_TONES: Readonly<Record<"normal" | "raised" | "high", Tone>> = {
  normal: "ok",
  raised: "wait",
  high: "stop",
};

/** A share as people read it: what is nearly nothing does not look like nothing. */
export const percentOf = (share: number, number: (value: number) => string): string =>
  share > 0 && share < 0.005 ? `< ${number(1)}%` : `${number(Math.round(100 * share))}%`;

/** What speaks for a detection, in one sentence. */
export function reasonOf(t: Translate, { detector, facts, count }: Detection): string {
  const values = { count, ...facts };
  if (detector === "impossible-travel") return t("risk.why.impossible-travel", values);
  if (typeof facts["count"] === "number" && facts["count"] > 1) {
    return t("risk.why.many", { count: facts["count"], minutes: Number(facts["minutes"] ?? 0), code: codeOf(facts) });
  }
  if (detector === "policy-lag" && facts["code"] === "policy-lag") return t("risk.why.behind", values);
  if (detector === "clock-tampering" && typeof facts["minutes"] === "number") return t("risk.why.clock", values);
  return facts["code"] === undefined ? t("risk.why.plain") : t("risk.why.once", { code: codeOf(facts) });
}

const codeOf = (facts: Detection["facts"]): string => String(facts["code"] ?? "–");
