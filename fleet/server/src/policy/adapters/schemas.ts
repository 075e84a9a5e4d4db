import { PolicyContent, PolicyDocument, Settings } from "@wardkey/protocol/policy";
import { z } from "zod";

const Digest = z.string().length(43);
const At = z.number().int().nonnegative();
const Version = z.number().int().min(0);
const Setting = Settings.keyof();

export const DraftPath = z.strictObject({ id: z.uuid() });
export const VersionPath = z.strictObject({ version: z.coerce.number().int().min(1) });
export const DevicePath = z.strictObject({ device: z.string().regex(/^[a-z0-9-]{1,63}$/) });

export const Finding = z.strictObject({
  code: z.string(),
  severity: z.enum(["error", "warning"]),
  path: z.string(),
  text: z.string(),
});

const Ring = z.strictObject({ percent: z.number(), dwellMs: z.number() });
const Arm = z.strictObject({
  locks: z.number(),
  falseLocks: z.number(),
  taps: z.number(),
  refused: z.number(),
  /** Upper edge of the bucket that holds the 95th percentile, ms; `null` without taps or beyond the last edge. */
  tapP95: z.number().nullable(),
});

export const Overview = z.strictObject({
  version: Version,
  digest: Digest,
  publishedAt: At,
  by: z.string(),
  expiresAt: At,
  concerns: z.array(z.string()),
  keptInFiles: z.boolean(),
  rollout: z
    .strictObject({
      version: Version,
      status: z.enum(["running", "halted", "aborted"]),
      ring: z.number().int(),
      rings: z.array(Ring),
      percent: z.number(),
      since: At,
      reason: z.string().nullable(),
      candidate: Arm,
      control: Arm,
      verdict: z.enum(["worse", "no-worse", "too-few"]),
    })
    .nullable(),
});

export const Published = z.strictObject({
  version: Version,
  digest: Digest,
  publishedAt: At,
  by: z.string(),
  weakening: z.boolean(),
  note: z.string(),
  expiresAt: At,
});
export const PublishedList = z.strictObject({ versions: z.array(Published) });
export const PublishedDetail = z.strictObject({ ...Published.shape, document: PolicyDocument, jws: z.string() });

export const DraftView = z.strictObject({
  id: z.uuid(),
  revision: z.number().int(),
  content: PolicyContent,
  base: Version,
  origin: z.enum(["console", "checkout"]),
  by: z.string(),
  at: At,
});
export const DraftList = z.strictObject({ drafts: z.array(DraftView) });
/** `unknown`: what is not a policy is answered with the places where it is wrong. */
export const SaveBody = z.strictObject({ revision: z.number().int().min(1), content: z.unknown() });
/** Saved, or what became of it: nothing is lost. */
export const SaveAnswer = z.discriminatedUnion("outcome", [
  z.strictObject({ outcome: z.literal("saved"), draft: DraftView }),
  z.strictObject({ outcome: z.literal("conflict"), theirs: DraftView, yours: DraftView.nullable() }),
  z.strictObject({ outcome: z.literal("malformed"), findings: z.array(Finding) }),
]);
export const FilesBody = z.strictObject({ files: z.record(z.string().max(160), z.string().max(64 * 1024)) });

export const ProposeBody = z.strictObject({
  revision: z.number().int().min(1),
  pace: z.enum(["rings", "at-once"]).default("rings"),
  validDays: z.number().int().min(1).max(365).default(365),
});
export const ProposeAnswer = z.discriminatedUnion("outcome", [
  z.strictObject({
    outcome: z.literal("proposed"),
    approval: z.string(),
    needs: z.number().int(),
    version: Version,
    digest: Digest,
    weakening: z.boolean(),
  }),
  z.strictObject({ outcome: z.literal("refused"), code: z.string(), findings: z.array(Finding) }),
]);

export const CheckBody = z.strictObject({ content: z.unknown() });
export const CheckAnswer = z.strictObject({
  findings: z.array(Finding),
  weakening: z.strictObject({
    weakening: z.boolean(),
    where: z.array(
      z.strictObject({ setting: Setting, from: z.unknown(), to: z.unknown(), before: z.string(), after: z.string() }),
    ),
    devices: z.array(z.string()),
  }),
  changes: z.array(
    z.strictObject({
      path: z.string(),
      setting: Setting.nullable(),
      from: z.unknown(),
      to: z.unknown(),
      direction: z.enum(["weaker", "stronger", "neutral"]).nullable(),
    }),
  ),
});

export const Explained = z.strictObject({
  device: z.string(),
  version: Version,
  groups: z.array(z.string()),
  settings: z.array(
    z.strictObject({ setting: Setting, value: z.unknown(), from: z.string(), group: z.string().nullable() }),
  ),
});

export const WhatIfBody = z.strictObject({ content: z.unknown().nullable(), facts: z.array(z.unknown()).max(1_000) });
export const WhatIfAnswer = z.strictObject({
  decisions: z.array(
    z.strictObject({
      outcome: z.enum(["unlock", "challenge", "refuse"]),
      way: z.string().optional(),
      challenge: z.string().optional(),
      reasons: z.array(z.string()),
    }),
  ),
});
/** From which version a draft begins; from the newest without. */
export const OpenBody = z.strictObject({ from: z.number().int().min(1).optional() }).nullish();

const Counted = z.strictObject({ version: Version, chosen: z.number().int(), there: z.number().int() });
export const ProgressAnswer = z.strictObject({
  candidate: Counted.nullable(),
  stable: Counted,
  behind: z.number().int(),
  some: z.array(
    z.strictObject({
      device: z.string(),
      name: z.string(),
      ward: z.string(),
      online: z.boolean(),
      version: Version.nullable(),
      wanted: Version,
    }),
  ),
});

export const RollForwardBody = z.strictObject({ version: z.number().int().min(1) });
export const RolloutAnswer = z.strictObject({ revision: z.number().int(), stable: Version });
