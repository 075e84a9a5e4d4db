/** The languages of every page. */
export const LANGUAGES = ["en", "it", "el"] as const;
export type Language = (typeof LANGUAGES)[number];

type PluralForm = "zero" | "one" | "two" | "few" | "many" | "other";

/** Flat sentences by key: `"locked.title": "Walk up to unlock"`. A count adds a plural form: `"kiosks_one"`, `"kiosks_other"`. */
export type Catalogue = Readonly<Record<string, string>>;

/** What `t` accepts: the key without its plural form. */
export type MessageKey<C extends Catalogue> = keyof C & string extends infer Key
  ? Key extends `${infer Base}_${PluralForm}`
    ? Base
    : Key & string
  : never;

/** English gives the keys; Italian has a plural form more ("many", for millions). */
export type Translation<C extends Catalogue> = Readonly<Record<keyof C & string, string>> &
  Readonly<Partial<Record<`${string}_many`, string>>>;

export interface Catalogues<C extends Catalogue = Catalogue> {
  readonly en: C;
  readonly it: Translation<C>;
  readonly el: Translation<C>;
}

/** A catalogue as a test hands it over: a plural form that its language does not need is absent. */
type Sentences = Readonly<Record<string, string | undefined>>;

const FORM = /^(.+)_(zero|one|two|few|many|other)$/;

/** Every gap between the three languages, as sentences for a test: a missing or extra key, a plural form that the language needs, a value that is not used in both. */
export function gapsIn(catalogues: Readonly<Record<Language, Sentences>>): string[] {
  const gaps: string[] = [];
  const english = shapeOf(catalogues.en);
  for (const language of LANGUAGES) {
    const catalogue = catalogues[language];
    const shape = shapeOf(catalogue);
    for (const key of english.keys()) if (!shape.has(key)) gaps.push(`${language}: ${key} is missing`);
    for (const [key, { forms, values }] of shape) {
      const model = english.get(key);
      if (model === undefined) gaps.push(`${language}: ${key} is not in English`);
      else if (values !== model.values)
        gaps.push(`${language}: ${key} uses {${values}}, English uses {${model.values}}`);
      if (forms.size === 0) continue;
      for (const form of new Intl.PluralRules(language).resolvedOptions().pluralCategories)
        if (!forms.has(form)) gaps.push(`${language}: ${key} lacks its form "${form}"`);
    }
    for (const [key, text] of Object.entries(catalogue))
      if (text?.trim() === "") gaps.push(`${language}: ${key} is empty`);
  }
  return gaps;
}

interface Shape {
  readonly forms: Set<string>;
  values: string;
}

function shapeOf(catalogue: Sentences): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const [key, text = ""] of Object.entries(catalogue)) {
    const [, base = key, form] = FORM.exec(key) ?? [];
    const shape = shapes.get(base) ?? { forms: new Set<string>(), values: "" };
    if (form !== undefined) shape.forms.add(form);
    // "one" may say "a kiosk" without the number, so the form "other" speaks for all.
    if (form === undefined || form === "other") shape.values = valuesIn(text);
    shapes.set(base, shape);
  }
  return shapes;
}

function valuesIn(text: string): string {
  return [...new Set([...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name]) => name ?? ""))].sort().join(", ");
}
