import { type NudgeLanguage, nudgeSentence, templateOf } from "@wardkey/protocol/nudge";

/** A sentence as somebody would read it; its figures are shown as an example says them. */
export function sentenceOf(id: string, language: NudgeLanguage): string {
  const template = templateOf(id);
  if (template === null) return id;
  const example = Object.fromEntries(
    Object.entries(template.parameters).map(([name, parameter]) => [
      name,
      parameter.kind === "integer" ? parameter.max - 2 : (parameter.values[0] ?? ""),
    ]),
  );
  return nudgeSentence(template, language, example);
}
