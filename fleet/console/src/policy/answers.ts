import { DeviceFacts, PolicyContent, PolicyDocument } from "@wardkey/protocol/policy";
import { z } from "zod";

/** What the site answers about policies: docs/api/openapi.json. */

export const Finding = z.object({
  code: z.string(),
  severity: z.enum(["error", "warning"]),
  path: z.string(),
  text: z.string(),
});

export const Published = z.object({
  version: z.number(),
  digest: z.string(),
  publishedAt: z.number(),
  by: z.string(),
  weakening: z.boolean(),
  note: z.string(),
  expiresAt: z.number(),
});
export type Published = z.infer<typeof Published>;
export const PublishedList = z.object({ versions: z.array(Published) });
export const PublishedDetail = z.object({ ...Published.shape, document: PolicyDocument });

const Arm = z.object({
  locks: z.number(),
  falseLocks: z.number(),
  taps: z.number(),
  refused: z.number(),
  tapP95: z.number().nullable(),
});
export type Arm = z.infer<typeof Arm>;
const Rollout = z.object({
  version: z.number(),
  status: z.enum(["running", "halted", "aborted"]),
  ring: z.number(),
  rings: z.array(z.object({ percent: z.number(), dwellMs: z.number() })),
  percent: z.number(),
  since: z.number(),
  reason: z.string().nullable(),
  candidate: Arm,
  control: Arm,
  verdict: z.enum(["worse", "no-worse", "too-few"]),
});
export type Rollout = z.infer<typeof Rollout>;
export const InForce = z.object({
  version: z.number(),
  digest: z.string(),
  publishedAt: z.number(),
  by: z.string(),
  expiresAt: z.number(),
  concerns: z.array(z.string()),
  keptInFiles: z.boolean(),
  rollout: Rollout.nullable(),
});
export type InForce = z.infer<typeof InForce>;

export const Draft = z.object({
  id: z.string(),
  revision: z.number().int(),
  content: PolicyContent,
  base: z.number(),
  origin: z.enum(["console", "checkout"]),
  by: z.string(),
  at: z.number(),
});
export type Draft = z.infer<typeof Draft>;
export const DraftList = z.object({ drafts: z.array(Draft) });

export const Saved = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("saved"), draft: Draft }),
  z.object({ outcome: z.literal("conflict"), theirs: Draft, yours: Draft.nullable() }),
  z.object({ outcome: z.literal("malformed"), findings: z.array(Finding) }),
]);

export const Proposed = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("proposed"),
    approval: z.string(),
    needs: z.number(),
    version: z.number(),
    digest: z.string(),
    weakening: z.boolean(),
  }),
  z.object({ outcome: z.literal("refused"), code: z.string(), findings: z.array(Finding) }),
]);
export type Proposed = z.infer<typeof Proposed>;

export const Checked = z.object({
  findings: z.array(Finding),
  weakening: z.object({
    weakening: z.boolean(),
    where: z.array(
      z.object({
        setting: z.string(),
        from: z.unknown(),
        to: z.unknown(),
        before: z.string(),
        after: z.string(),
      }),
    ),
    devices: z.array(z.string()),
  }),
});
export type Checked = z.infer<typeof Checked>;

/** As much of a device as a policy's groups go by. */
export const DevicesFound = z.object({
  total: z.number(),
  devices: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      ward: DeviceFacts.shape.ward,
      kind: DeviceFacts.shape.kind,
      tags: DeviceFacts.shape.tags,
    }),
  ),
});
export type FoundDevice = z.infer<typeof DevicesFound>["devices"][number];

export const factsOfDevice = ({ id, kind, ward, tags }: FoundDevice): DeviceFacts => ({ device: id, kind, ward, tags });
