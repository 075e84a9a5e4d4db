import { type DeviceFacts, lint, type PolicyContent, type PolicyFinding, parseContent } from "@wardkey/protocol/policy";
import { type JsonNode, readJson, type Span, spanAt, valueIn } from "./json-places.js";

/** A finding of the policy with its place in the text. */
export interface PlacedFinding extends PolicyFinding {
  readonly span: Span;
}

export type ReadText =
  | { readonly ok: true; readonly content: PolicyContent; readonly findings: readonly PlacedFinding[] }
  /** `form`: no JSON; `policy`: JSON that is no policy. The form cannot show either. */
  | { readonly ok: false; readonly why: "form" | "policy"; readonly findings: readonly PlacedFinding[] };

/** Longest text that is read while somebody types; a policy may have 40 KiB. */
export const MAX_TEXT = 256 * 1024;

/** The text of a policy, one setting a line. */
export const textOf = (content: PolicyContent): string => `${JSON.stringify(content, null, 2)}\n`;

export type ParsedText =
  | { readonly ok: true; readonly content: PolicyContent }
  | { readonly ok: false; readonly why: "form" | "policy"; readonly findings: readonly PlacedFinding[] };

/** The policy that a text is, or why it is none, with the places. */
export function parseText(text: string): ParsedText {
  if (text.length > MAX_TEXT) {
    return unread("form", [at({ from: 0, to: 1 }, "policy-too-large", `${text.length} signs; ${MAX_TEXT} are read.`)]);
  }
  const tree = readJson(text);
  if (!tree.ok) {
    const { line, column } = lineOf(text, tree.at);
    const span = { from: Math.max(0, Math.min(tree.at, text.length - 1)), to: Math.min(tree.at + 1, text.length) };
    return unread("form", [at(span, "policy-malformed", `No JSON at line ${line}, column ${column}.`)]);
  }
  const twice = tree.repeated.map(({ key, keySpan }) =>
    at(keySpan, "policy-malformed", `"${key}" stands twice: the last one would count.`),
  );
  const parsed = parseContent(valueIn(tree.root));
  if (!parsed.ok) return unread("policy", [...twice, ...parsed.findings.map((each) => placed(tree.root, each))]);
  return twice.length > 0 ? unread("policy", twice) : parsed;
}

/** A policy as somebody types it, with everything that the page can find wrong, on these devices too, at its place. */
export function readText(text: string, devices: readonly DeviceFacts[] = []): ReadText {
  const parsed = parseText(text);
  if (!parsed.ok) return parsed;
  const { content } = parsed;
  return { ok: true, content, findings: lint(content, devices).map((each) => placeFinding(text, each)) };
}

const unread = (why: "form" | "policy", findings: readonly PlacedFinding[]): Extract<ParsedText, { ok: false }> => ({
  ...{ ok: false, why, findings },
});

const at = (span: Span, code: PolicyFinding["code"], text: string): PlacedFinding => ({
  ...{ code, text, span },
  severity: "error",
  path: "document",
});

/** A finding of the site, which names a place by its path, in this text. */
export function placeFinding(text: string, finding: PolicyFinding): PlacedFinding {
  const tree = readJson(text);
  return tree.ok ? placed(tree.root, finding) : { ...finding, span: { from: 0, to: 0 } };
}

const placed = (root: JsonNode, finding: PolicyFinding): PlacedFinding => ({
  ...finding,
  span: spanAt(root, stepsOf(finding.path, root)),
});

const INDEXED = /^layers\[(\d+)\](?:\/(.+))?$/;
const DEVICE = /^devices\.([a-z0-9-]+)(?:\/(.+))?$/;

/** `base/consent.mode`, `layers[2]/lease.hours`, `devices.bed-7`, `groups/icu/wards` as steps into the document. */
export function stepsOf(path: string, root: JsonNode): readonly (string | number)[] {
  const indexed = INDEXED.exec(path);
  if (indexed !== null) return behind(["layers", Number(indexed[1])], indexed[2]);
  const device = DEVICE.exec(path);
  if (device !== null) {
    const index = deviceIds(root).indexOf(device[1] ?? "");
    return index < 0 ? ["devices"] : behind(["devices", index], device[2]);
  }
  return path === "document" ? [] : path.split("/");
}

const behind = (steps: (string | number)[], setting: string | undefined): (string | number)[] =>
  setting === undefined ? steps : [...steps, "settings", setting];

function deviceIds(root: JsonNode): readonly unknown[] {
  const devices = root.kind === "object" ? root.members.findLast(({ key }) => key === "devices")?.node : undefined;
  if (devices?.kind !== "array") return [];
  return devices.items.map((item) => {
    const id = item.kind === "object" ? item.members.findLast(({ key }) => key === "device")?.node : undefined;
    return id?.kind === "value" ? id.value : null;
  });
}

export function lineOf(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The smallest replacement that makes `before` into `after`, so that a cursor elsewhere stays where it is. */
export function smallestChange(
  before: string,
  after: string,
): { readonly from: number; readonly to: number; readonly insert: string } | null {
  if (before === after) return null;
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from += 1;
  let back = 0;
  while (back < most - from && before.at(-1 - back) === after.at(-1 - back)) back += 1;
  return { from, to: before.length - back, insert: after.slice(from, after.length - back) };
}
