import type { KioskReport, ReportedBody } from "@wardkey/protocol/fleet";
import type { Journal } from "../journal/index.js";
import type { DeviceCredentials } from "./credentials.js";
import type { FleetMemory } from "./fleet-memory.js";
import type { FleetTime } from "./fleet-time.js";
import { leaseEndsAt } from "./lease.js";
import type { LeaseKeeper } from "./lease-keeper.js";

/** The reported half of the shadow as it is now; `null` while this device is nobody yet or shows nothing. */
export async function composeReport(of: {
  readonly shown: KioskReport | null;
  readonly policy: ReportedBody["policy"];
  readonly credentials: DeviceCredentials;
  readonly leases: LeaseKeeper;
  readonly memory: FleetMemory;
  readonly time: FleetTime;
  readonly journal: Pick<Journal, "head" | "outbox">;
}): Promise<ReportedBody | null> {
  const { shown, policy, credentials, leases, memory, time, journal } = of;
  const { identity } = credentials;
  if (shown === null || identity === null) return null;
  const { seq } = await journal.head();
  const { lease } = leases;
  return {
    ...shown,
    policy,
    tableDigest: lease?.tableDigest ?? null,
    denyEpoch: Math.max(memory.denyEpoch, lease?.status.denyEpoch ?? 0),
    leaseEndsAt: lease === null ? null : leaseEndsAt(lease),
    certificateExpiresAt: identity.notAfter,
    readerExpiresAt: lease?.readerEndsAt ?? null,
    journalSeq: seq,
    outbox: Math.max(0, seq - (await journal.outbox())),
    clockOffsetMs: time.offset(),
  };
}
