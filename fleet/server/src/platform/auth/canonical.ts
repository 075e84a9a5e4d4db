import { WardkeyError } from "@wardkey/protocol";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * JSON in one form alone (RFC 8785: keys sorted by UTF-16 code units, no spaces). Refuses what JSON cannot carry:
 * `canonical-refused`.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new WardkeyError("canonical-refused", "a number that JSON cannot carry");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object") {
    const known = Object.entries(value).filter(([, member]) => member !== undefined);
    known.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${known.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(",")}}`;
  }
  throw new WardkeyError("canonical-refused", `a ${typeof value} that JSON cannot carry`);
}
