import type { z } from "zod";
import { type Measured, percentOf, type Rollout, type Rollouts } from "../../rollout/index.js";
import type { Policies } from "../app/policies.js";
import type { PublishedPolicy } from "../app/ports.js";
import type { Overview, Published } from "./schemas.js";

export const publishedView = (policy: PublishedPolicy): z.infer<typeof Published> => ({
  version: policy.version,
  digest: policy.digest,
  publishedAt: policy.publishedAt,
  by: policy.by,
  weakening: policy.weakening,
  note: policy.document.note,
  expiresAt: policy.document.expiresAt,
});

export async function overview(
  policies: Policies,
  rollouts: Rollouts,
  keptInFiles: boolean,
): Promise<z.infer<typeof Overview>> {
  await rollouts.refresh();
  const current = policies.current();
  const measured = await rollouts.measured();
  const head = rollouts.head();
  const rollout = head?.rollout ?? null;
  return {
    version: current.version,
    digest: current.digest,
    publishedAt: current.publishedAt,
    by: current.by,
    expiresAt: current.document.expiresAt,
    concerns: [...policies.concerns()],
    keptInFiles,
    rollout:
      head === null || rollout === null || measured === null ? null : rolloutView(rollout, percentOf(head), measured),
  };
}

function rolloutView(
  rollout: Rollout,
  percent: number,
  measured: Measured,
): NonNullable<z.infer<typeof Overview>["rollout"]> {
  const { version, status, ring, rings, since, reason } = rollout;
  const arm = (side: "candidate" | "control") => {
    const { locks, falseLocks, taps, refused } = measured[side];
    const p95 = measured.p95[side];
    return { locks, falseLocks, taps, refused, tapP95: p95 === null || !Number.isFinite(p95) ? null : p95 };
  };
  return {
    version,
    status,
    ring,
    rings: [...rings],
    percent,
    since,
    reason,
    candidate: arm("candidate"),
    control: arm("control"),
    verdict: measured.verdict.verdict,
  };
}
