import type { NudgeBody } from "../fleet/messages.js";
import type { Behaviour, ComB, Mindspace } from "./behaviours.js";
import { TEMPLATES } from "./templates.js";

export const NUDGE_LANGUAGES = ["en", "it", "el"] as const;
export type NudgeLanguage = (typeof NUDGE_LANGUAGES)[number];

/** At which moment somebody reads it: as they come in, or as they go. */
export type NudgeMoment = "tap-in" | "tap-out";

/** Drawn by the kiosk's page; no picture travels. */
export const NUDGE_PICTURES = ["phone-along", "ward", "veil", "badge", "code", "reason", "lesson"] as const;
export type NudgePicture = (typeof NUDGE_PICTURES)[number];

export type NudgeParameter =
  | { readonly kind: "integer"; readonly min: number; readonly max: number }
  | { readonly kind: "one-of"; readonly values: readonly string[] };

/** One sentence with one picture. The words come with the version: what travels names the template and its digest. */
export interface NudgeTemplate {
  readonly id: string;
  /** `null`: it answers no behaviour, as the offer of a lesson. */
  readonly behaviour: Behaviour | null;
  readonly moment: NudgeMoment;
  readonly mindspace: readonly Mindspace[];
  readonly comB: readonly ComB[];
  readonly picture: NudgePicture;
  readonly parameters: Readonly<Record<string, NudgeParameter>>;
  /** `{{name}}` stands for a parameter. */
  readonly text: Readonly<Record<NudgeLanguage, string>>;
}

/** Longest time that a nudge is shown. */
export const NUDGE_SHOWN_MS = 6_000;

export const templateOf = (id: string): NudgeTemplate | null => TEMPLATES.find((each) => each.id === id) ?? null;

export const templatesFor = (behaviour: Behaviour): readonly NudgeTemplate[] =>
  TEMPLATES.filter((each) => each.behaviour === behaviour);

/** Everything that a person would see of it, as one text: what a digest of a template is made over. */
export const templateText = (template: NudgeTemplate): string => {
  const { id, behaviour, moment, mindspace, comB, picture, parameters, text } = template;
  const allowed = Object.keys(parameters)
    .sort()
    .map((name) => [name, parameters[name]]);
  return JSON.stringify([
    "wardkey-nudge-1",
    ...[id, behaviour, moment, mindspace, comB, picture, allowed],
    ...NUDGE_LANGUAGES.map((language) => text[language]),
  ]);
};

export type NudgeCheck =
  | { readonly ok: true; readonly template: NudgeTemplate }
  | { readonly ok: false; readonly code: "nudge-unknown" | "nudge-differs" | "nudge-parameters" };

/**
 * Whether a signed nudge is one that this version knows, word for word, with the parameters that it takes and no other.
 * `digest` makes the base64url SHA-256 of a text.
 */
export function checkNudge(body: NudgeBody, digest: (text: string) => string): NudgeCheck {
  const template = templateOf(body.template);
  if (template === null) return { ok: false, code: "nudge-unknown" };
  if (digest(templateText(template)) !== body.digest) return { ok: false, code: "nudge-differs" };
  const names = Object.keys(template.parameters);
  const given = Object.keys(body.parameters);
  const fits =
    given.length === names.length &&
    names.every(
      (name) => Object.hasOwn(body.parameters, name) && takes(template.parameters[name], body.parameters[name]),
    );
  return fits ? { ok: true, template } : { ok: false, code: "nudge-parameters" };
}

function takes(parameter: NudgeParameter | undefined, value: string | number | undefined): boolean {
  if (parameter === undefined || value === undefined) return false;
  return parameter.kind === "integer"
    ? Number.isInteger(value) && Number(value) >= parameter.min && Number(value) <= parameter.max
    : parameter.values.some((each) => each === value);
}

/** The sentence in one language, its parameters in their places. */
export const nudgeSentence = (
  template: NudgeTemplate,
  language: NudgeLanguage,
  parameters: Readonly<Record<string, string | number>>,
): string =>
  template.text[language].replace(/\{\{([a-z][A-Za-z0-9]*)\}\}/g, (_whole, name: string) =>
    String(parameters[name] ?? ""),
  );
