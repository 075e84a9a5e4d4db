import type { DesiredBody, ReportedBody } from "@wardkey/protocol/fleet";

/** What the fleet knows of a device beyond its record: what it said, and what it is asked to be. */
export interface Shadow {
  readonly device: string;
  /** As its last birth or will said. */
  readonly online: boolean;
  /** The device's own count of its starts; `null` before its first birth. */
  readonly session: number | null;
  /** When a status of an earlier start came as if it were news; `null` again after the next honest birth. */
  readonly regressedAt: number | null;
  readonly seenAt: number | null;
  readonly reported: ReportedBody | null;
  readonly reportedAt: number | null;
  /** The newest envelope time of a report, on the device's clock: an older report is no news. */
  readonly reportedStamp: number | null;
  readonly desired: DesiredBody | null;
  readonly desiredEpoch: number;
  readonly desiredAt: number | null;
  readonly statusExpiresAt: number | null;
}

export const emptyShadow = (device: string): Shadow => ({
  device,
  online: false,
  session: null,
  regressedAt: null,
  seenAt: null,
  reported: null,
  reportedAt: null,
  reportedStamp: null,
  desired: null,
  desiredEpoch: 0,
  desiredAt: null,
  statusExpiresAt: null,
});

/** What a device said, parsed. */
export type Heard =
  | { readonly kind: "birth" | "death"; readonly session: number; readonly at: number }
  | { readonly kind: "reported"; readonly body: ReportedBody; readonly at: number };

export type Hearing =
  | { readonly outcome: "taken"; readonly shadow: Shadow }
  /** True once, not news: a will of an earlier start that came late, a retained message again. */
  | { readonly outcome: "stale"; readonly shadow: Shadow }
  | { readonly outcome: "refused"; readonly code: "session-regressed" | "session-unknown"; readonly shadow: Shadow };

/**
 * Takes a status or a report into the shadow. A birth of an earlier start than the last known is refused: a broker that
 * replays old retained messages, or a disk that was put back, must not look like a device that works. `now`: the fleet's
 * clock.
 */
export function hear(shadow: Shadow, heard: Heard, now: number): Hearing {
  const known = shadow.session ?? -1;
  switch (heard.kind) {
    case "birth":
      if (heard.session < known) {
        return { outcome: "refused", code: "session-regressed", shadow: { ...shadow, regressedAt: now } };
      }
      return {
        outcome: "taken",
        shadow: { ...shadow, online: true, session: heard.session, regressedAt: null, seenAt: now },
      };
    case "death":
      if (heard.session > known) return { outcome: "refused", code: "session-unknown", shadow };
      if (heard.session < known || !shadow.online) return { outcome: "stale", shadow };
      return { outcome: "taken", shadow: { ...shadow, online: false } };
    case "reported":
      if (shadow.reportedStamp !== null && heard.at < shadow.reportedStamp && !clockTurnedBack(shadow, heard)) {
        return { outcome: "stale", shadow };
      }
      return {
        outcome: "taken",
        shadow: { ...shadow, reported: heard.body, reportedAt: now, reportedStamp: heard.at, seenAt: now },
      };
  }
}

/**
 * A device whose clock ran ahead and was set right reports times before its last ones for good. Its journal tells that
 * it is news: a replayed report cannot have more entries than the one that followed it.
 */
const clockTurnedBack = (shadow: Shadow, heard: Extract<Heard, { kind: "reported" }>): boolean =>
  shadow.reported !== null && heard.body.journalSeq > shadow.reported.journalSeq;

export const DIFFERENCES = ["policy", "table", "deny-list", "status"] as const;
export type Difference = (typeof DIFFERENCES)[number];

/** Where the device is not yet what it is asked to be. What it cannot report on is not counted. */
export function difference({ desired, reported }: Pick<Shadow, "desired" | "reported">): Difference[] {
  if (desired === null || reported === null) return [];
  const behind: Difference[] = [];
  if (desired.policy !== null && desired.policy.digest !== reported.policy?.digest) behind.push("policy");
  if (desired.tableDigest !== null && desired.tableDigest !== reported.tableDigest) behind.push("table");
  if (reported.denyEpoch < desired.denyEpoch) behind.push("deny-list");
  if (desired.status !== "active" && reported.state !== "locked" && reported.state !== "degraded")
    behind.push("status");
  return behind;
}
