import {
  ASSUMPTION_NAMES,
  ASSUMPTIONS,
  type AssumptionName,
  type Assumptions,
  type Range,
} from "@wardkey/protocol/value";

/** As somebody types them: shares in percent. */
export type RangeTexts = Readonly<Record<keyof Range, string>>;
export type AssumptionTexts = Readonly<Record<AssumptionName, RangeTexts>>;
export type RangeMistake = "not-a-number" | "out-of-bounds" | "out-of-order";

export const ENDS = ["low", "likely", "high"] as const;

/** How much of what is typed makes one of the protocol's. */
const scaleOf = (name: AssumptionName): number => (ASSUMPTIONS[name].unit === "share" ? 100 : 1);

export function textsOf(assumptions: Assumptions): AssumptionTexts {
  const entries = ASSUMPTION_NAMES.map((name) => {
    const range = assumptions[name];
    const text = (value: number): string => String(Number((value * scaleOf(name)).toPrecision(12)));
    return [name, { low: text(range.low), likely: text(range.likely), high: text(range.high) }] as const;
  });
  return Object.fromEntries(entries) as Record<AssumptionName, RangeTexts>;
}

export const boundsOf = (name: AssumptionName): { least: number; most: number } => ({
  least: ASSUMPTIONS[name].least * scaleOf(name),
  most: ASSUMPTIONS[name].most * scaleOf(name),
});

/** A range as it was typed, or what is wrong with it. A comma is as good as a point. */
export function rangeOf(
  name: AssumptionName,
  texts: RangeTexts,
): { ok: true; range: Range } | { ok: false; mistake: RangeMistake } {
  const [low, likely, high] = ENDS.map((end) => numberOf(texts[end]));
  if (low == null || likely == null || high == null) return { ok: false, mistake: "not-a-number" };
  const { least, most } = boundsOf(name);
  if ([low, likely, high].some((value) => value < least || value > most))
    return { ok: false, mistake: "out-of-bounds" };
  if (low > likely || likely > high) return { ok: false, mistake: "out-of-order" };
  const scale = scaleOf(name);
  return { ok: true, range: { low: low / scale, likely: likely / scale, high: high / scale } };
}

/** All that was typed; `null` while something of it is wrong. */
export function assumptionsOf(texts: AssumptionTexts): Assumptions | null {
  const ranges: Partial<Record<AssumptionName, Range>> = {};
  for (const name of ASSUMPTION_NAMES) {
    const read = rangeOf(name, texts[name]);
    if (!read.ok) return null;
    ranges[name] = read.range;
  }
  return ranges as Assumptions;
}

function numberOf(text: string): number | null {
  const trimmed = text.trim().replace(",", ".");
  return /^\d{1,12}(\.\d{1,6})?$/.test(trimmed) ? Number(trimmed) : null;
}

/** An estimate is no count: two figures of it mean something. */
export const roundly = (value: number): number => (value === 0 ? 0 : Number(value.toPrecision(2)));
