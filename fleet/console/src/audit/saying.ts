import { FleetBodies, JournalBodies } from "@wardkey/protocol/fleet";
import { CATALOGUES, type StatusKey, type useWords } from "../words.js";

type Say = ReturnType<typeof useWords>["t"];
const isKey = (key: string): key is StatusKey => Object.hasOwn(CATALOGUES.en, key);

/** A kind of event in words, where the page has them; its own stable name else. */
export function kindWords(kind: string, t: Say): string {
  for (const key of [`audit.kind.${kind}`, `event.${kind}`]) if (isKey(key)) return begun(t(key, { who: "" }));
  return kind;
}

/** A sentence whose first word, a name, was left out. */
const begun = (sentence: string): string =>
  sentence.replace(/^[\s:]+/, "").replace(/^\p{Lower}/u, (letter) => letter.toLocaleUpperCase());

/** Every kind and every family of kinds that can be asked for: `session.*` before `session.locked`. */
export function kindOptions(t: Say): readonly { readonly value: string; readonly label: string }[] {
  const kinds = [...new Set([...Object.keys(JournalBodies), ...Object.keys(FleetBodies)])].sort();
  const families = [...new Set(kinds.map((kind) => kind.split(".")[0] ?? ""))];
  return families.flatMap((family) => {
    const own = kinds.filter((kind) => kind.startsWith(`${family}.`));
    const all = { value: `${family}.*`, label: t("audit.family", { family }) };
    const each = own.map((kind) => ({ value: kind, label: kind }));
    return own.length > 1 ? [all, ...each] : each;
  });
}

/** Ids and digests that nobody reads in a line; the event itself shows them. */
const UNREAD = /^([0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9_-]{43})$/;

/** Counts and durations of events end far below it; what is more is milliseconds since 1970. */
const FIRST_MOMENT = 1_000_000_000_000;

/** One value of an event, a moment as people write it. */
export function bodyValue(value: unknown, dateTime: (at: number) => string): string {
  return typeof value === "number" && value >= FIRST_MOMENT ? dateTime(value) : String(value);
}

/** What an event says, in one line. */
export function bodyLine(body: Readonly<Record<string, unknown>>, dateTime: (at: number) => string): string {
  return Object.entries(body)
    .filter(([, value]) => value !== null && !UNREAD.test(String(value)))
    .map(([name, value]) => `${name} ${bodyValue(value, dateTime)}`)
    .join(" · ");
}
