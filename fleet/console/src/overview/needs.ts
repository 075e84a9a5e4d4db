import type { Tone } from "@wardkey/ui";
import { auditAddress } from "../audit/address.js";
import type { Emergency } from "../break-glass/answers.js";
import { waits } from "../break-glass/answers.js";
import { addressOf } from "../shell/address.js";
import type { RiskSummary } from "./answers.js";

/** One thing that a person has to look at, and where. */
export interface Need {
  readonly kind: "alarm" | "emergency" | "risk" | "detection" | "finding" | "approval";
  /** Which finding it is. */
  readonly code: string | null;
  readonly tone: Extract<Tone, "stop" | "wait">;
  readonly count: number;
  readonly href: string;
}

/** What the site said, each `undefined` until it did or where the reader's role does not reach. */
export interface Sources {
  readonly findings?: Readonly<Record<string, number>> | undefined;
  readonly approvals: number;
  readonly emergencies?: readonly Emergency[] | undefined;
  readonly alarms?: { readonly count: number; readonly since: number } | undefined;
  readonly risk?: RiskSummary | undefined;
}

/** What somebody decided (denied, retired) or has not begun yet (never seen) needs nobody. */
const FINDINGS: Readonly<Record<string, Need["tone"]>> = {
  "session-regressed": "stop",
  "deny-lag": "stop",
  offline: "stop",
  "camera-down": "stop",
  "lease-ended": "stop",
  "certificate-expired": "stop",
  quarantined: "wait",
  "clock-off": "wait",
  "policy-lag": "wait",
  "table-lag": "wait",
  "status-lag": "wait",
  "certificate-expiring": "wait",
  "reader-expiring": "wait",
  "lease-ending": "wait",
  "journal-behind": "wait",
  "camera-degraded": "wait",
  degraded: "wait",
};

export const ALARM_KINDS = ["audit.alarm", "security.alert", "presence.replay-suspected"] as const;

/** What needs somebody, the gravest first: attacks, emergencies, then what does not work, then what waits. */
export function needsOf({ findings = {}, approvals, emergencies = [], alarms, risk }: Sources): Need[] {
  const waiting = emergencies.filter(waits);
  const all: (Need | null)[] = [
    need({
      kind: "alarm",
      tone: "stop",
      count: alarms?.count ?? 0,
      href: auditAddress({ kinds: ALARM_KINDS, from: alarms?.since ?? 0 }),
    }),
    need({
      kind: "risk",
      tone: "stop",
      count: risk?.devices.high ?? 0,
      href: addressOf("/risk", { "a.level": "high" }),
    }),
    need({ kind: "detection", tone: "wait", count: risk?.detections ?? 0, href: addressOf("/risk") }),
    need({
      kind: "emergency",
      tone: waiting.some(({ overdue }) => overdue) ? "stop" : "wait",
      count: waiting.length,
      href: addressOf("/break-glass", { state: "waits" }),
    }),
    ...Object.entries(FINDINGS).map(([code, tone]) =>
      need({ kind: "finding", code, tone, count: findings[code] ?? 0, href: addressOf("/devices", { health: code }) }),
    ),
    need({ kind: "approval", tone: "wait", count: approvals, href: addressOf("/approvals") }),
  ];
  const found = all.filter((each) => each !== null);
  return [...found.filter(({ tone }) => tone === "stop"), ...found.filter(({ tone }) => tone === "wait")];
}

const need = (about: Omit<Need, "code"> & { code?: string }): Need | null =>
  about.count === 0 ? null : { code: null, ...about };
