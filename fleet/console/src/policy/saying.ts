import type { PolicyFinding } from "@wardkey/protocol/policy";
import type { Formats } from "@wardkey/ui";
import { CATALOGUES, type StatusKey, type useWords } from "../words.js";

type Say = ReturnType<typeof useWords>["t"];
export interface Speaker {
  readonly t: Say;
  readonly formats: Formats;
}

const isKey = (key: string): key is StatusKey => Object.hasOwn(CATALOGUES.en, key);

/** A setting in the reader's words; one that this page does not know yet has its own name. */
export const settingWords = (name: string, t: Say): string => {
  const key = `policy.setting.${name}`;
  return isKey(key) ? t(key) : name;
};

/** One of the words that a setting may have. */
export const optionWords = (option: string | number, { t, formats }: Speaker): string => {
  if (typeof option === "number") {
    return option > 0 && option < 0.5
      ? t("policy.rate", { of: formats.number(Math.round(1 / option)) })
      : formats.number(option);
  }
  const key = `policy.value.${option}`;
  return isKey(key) ? t(key) : option;
};

/** Any value of a setting, in words. `undefined`: nothing is said there. */
export function valueWords(name: string | null, value: unknown, speaker: Speaker): string {
  const { t, formats } = speaker;
  if (value === undefined) return t("policy.silent");
  if (typeof value === "boolean") return t(value ? "policy.value.yes" : "policy.value.no");
  if (typeof value === "number") {
    return name?.startsWith("matching.falseMatchRate") === true
      ? optionWords(value, speaker)
      : formats.number(value, Number.isInteger(value) ? 0 : 2);
  }
  if (typeof value === "string") return optionWords(value, speaker);
  if (!Array.isArray(value)) return selectorWords(value, speaker);
  if (value.length === 0) return t("policy.value.none");
  return value.map((each) => (isHours(each) ? `${each.from}–${each.to}` : valueWords(null, each, speaker))).join(", ");
}

const isHours = (value: unknown): value is { from: string; to: string } =>
  typeof value === "object" && value !== null && "from" in value && "to" in value;

/** The conditions of a group. */
export function selectorWords(value: unknown, { t }: Speaker): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).map(([condition, words]) => {
    const key = `policy.group.${condition}`;
    const list = Array.isArray(words) ? words.map(String).join(", ") : JSON.stringify(words);
    return `${isKey(key) ? t(key) : condition}: ${list}`;
  });
  return parts.length === 0 ? t("policy.group.all") : parts.join(" · ");
}

/** A place of a document, as differences and findings name it. */
export function placeWords(path: string, t: Say): string {
  if (path === "base") return t("policy.place.base");
  if (path === "layers") return t("policy.place.order");
  if (path === "note") return t("policy.note");
  const [kind = "", name = ""] = path.split("/");
  switch (kind) {
    case "groups":
      return t("policy.place.conditions", { name });
    case "layers":
      return t("policy.place.group", { name });
    case "devices":
      return t("policy.place.device", { name });
    default:
      return path;
  }
}

/** A place as `explain` names it: `base`, `layers[2]` of a group, `devices.bed-7`. */
export function originWords(from: string, group: string | null, t: Say): string {
  if (group !== null) return t("policy.place.group", { name: group });
  return from.startsWith("devices.")
    ? t("policy.place.device", { name: from.slice("devices.".length) })
    : placeWords(from, t);
}

/** What is wrong, by its code; behind it the engineer's sentence stays in English. */
export const findingWords = ({ code }: Pick<PolicyFinding, "code"> | { code: string }, t: Say): string => {
  const key = `policy.finding.${code}`;
  return isKey(key) ? t(key) : code;
};
