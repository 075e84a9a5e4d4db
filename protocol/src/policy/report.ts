import { type Assembled, assemble } from "./checkout.js";
import { diff, diffAt, explain } from "./diff.js";
import type { DeviceFacts, PolicyContent, PolicyFinding } from "./document.js";
import { hasErrors, lint } from "./lint.js";
import { groupsOf } from "./resolve.js";
import { isWeakening } from "./weakening.js";

/** What a policy command answers: for a person as lines, for a machine as `data`, and whether it went well. */
export interface PolicyReport {
  readonly ok: boolean;
  readonly lines: readonly string[];
  readonly data: unknown;
}

/** A policy as files of a checkout, or as a document. */
export type PolicySource = { readonly files: ReadonlyMap<string, string> } | { readonly content: PolicyContent };

/** `wardkey policy lint`: not ok when something keeps it from being signed. */
export function lintReport(source: PolicySource, devices: readonly DeviceFacts[] = []): PolicyReport {
  const read = contentOf(source);
  const findings = read.ok ? lint(read.content, devices) : read.findings;
  const ok = read.ok && !hasErrors(findings);
  const counted = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
  const summary = findings.length === 0 ? "nothing to say: the policy is sound" : counted;
  return { ok, lines: [...findings.map(findingLine), summary], data: { ok, findings } };
}

/** `wardkey policy diff`: what is written differently, where it would protect less, and what changes at `device`. */
export function diffReport(
  previous: PolicySource,
  next: PolicySource,
  of: { readonly devices?: readonly DeviceFacts[]; readonly device?: DeviceFacts } = {},
): PolicyReport {
  const [before, after] = [contentOf(previous), contentOf(next)];
  if (!before.ok) return unreadable(before.findings);
  if (!after.ok) return unreadable(after.findings);
  const changes = diff(before.content, after.content);
  const weakening = isWeakening(before.content, after.content, of.devices ?? []);
  const at = of.device === undefined ? [] : diffAt(before.content, after.content, of.device);
  const lines = [
    ...changes.map(({ path, setting, from, to, direction }) => {
      const place = setting === null ? path : `${path}/${setting}`;
      return `${mark(direction)} ${place}: ${shown(from)} -> ${shown(to)}`;
    }),
    ...at.map(
      ({ setting, direction, from, to }) =>
        `${mark(direction)} at ${of.device?.device}: ${setting}: ${shown(from)} -> ${shown(to)}`,
    ),
    changes.length === 0 ? "no difference" : weakening.weakening ? "weaker somewhere: two people" : "nowhere weaker",
  ];
  return { ok: true, lines, data: { changes, weakening, device: at } };
}

/** `wardkey policy explain`: every setting of one device, and which layer said it. */
export function explainReport(source: PolicySource, device: DeviceFacts): PolicyReport {
  const read = contentOf(source);
  if (!read.ok) return unreadable(read.findings);
  const groups = groupsOf(read.content, device);
  const settings = explain(read.content, device);
  const width = Math.max(...settings.map(({ setting }) => setting.length));
  const lines = [
    `${device.device} belongs to ${groups.length === 0 ? "no group" : groups.join(", ")}`,
    ...settings.map(
      ({ setting, value, from, group }) =>
        `${setting.padEnd(width)}  ${shown(value)}  (${group === null ? from : `${from}, group ${group}`})`,
    ),
  ];
  return { ok: true, lines, data: { device, groups, settings } };
}

const contentOf = (source: PolicySource): Assembled =>
  "files" in source ? assemble(source.files) : { ok: true, content: source.content };

const unreadable = (findings: readonly PolicyFinding[]): PolicyReport => ({
  ok: false,
  lines: findings.map(findingLine),
  data: { ok: false, findings },
});

const findingLine = ({ severity, code, path, text }: PolicyFinding): string => `${severity} ${code} ${path}: ${text}`;
const mark = (direction: "weaker" | "stronger" | "neutral" | null): string =>
  direction === "weaker" ? "-" : direction === "stronger" ? "+" : "~";
const shown = (value: unknown): string => (value === undefined ? "(silent)" : JSON.stringify(value));
