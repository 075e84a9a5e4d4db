import type { Tone } from "@wardkey/ui";
import { CATALOGUES, type StatusKey, type useWords } from "../words.js";
import type { DeviceRow, Finding } from "./answers.js";

type Translate = ReturnType<typeof useWords>["t"];

export const SEVERITY_TONES: Readonly<Record<Finding["severity"], Tone>> = {
  critical: "stop",
  warning: "wait",
  note: "neutral",
};

export const STATE_TONES: Readonly<Record<string, Tone>> = {
  awaiting: "neutral",
  enrolled: "ok",
  quarantined: "stop",
  denied: "stop",
  retired: "neutral",
};

/** What the site knows of a device that has no words here keeps its code. */
export function worded(t: Translate, family: string, code: string): string {
  const key = `${family}.${code}`;
  return isKey(key) ? t(key) : code;
}

/** A finding in words, and what to do about it; `null` where nothing needs doing. */
export function findingWords(t: Translate, { code }: Pick<Finding, "code">): { what: string; act: string | null } {
  const act = `health.${code}.do`;
  return { what: worded(t, "health", code), act: isKey(act) ? t(act) : null };
}

/** One word for how a device does: its gravest finding, or that all is well. */
export function summaryOf(t: Translate, device: Pick<DeviceRow, "health" | "online">): { tone: Tone; word: string } {
  const [worst] = device.health;
  if (worst === undefined) return { tone: "ok", word: t(device.online ? "devices.well" : "devices.quiet") };
  return { tone: SEVERITY_TONES[worst.severity], word: worded(t, "health", worst.code) };
}

const isKey = (key: string): key is StatusKey => Object.hasOwn(CATALOGUES.en, key);
