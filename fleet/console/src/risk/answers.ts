import { RISK_LEVELS } from "@wardkey/protocol/policy";
import { z } from "zod";

/** What the site says about its risk, as this page reads it; what a newer site adds is let pass. */

export const Summary = z.object({
  total: z.number(),
  devices: z.object({ normal: z.number(), raised: z.number(), high: z.number() }),
  detections: z.number(),
  assets: z.number(),
  links: z.number(),
  vulnerabilities: z.number(),
  computedAt: z.number(),
});

export const RiskAsset = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  zone: z.string().nullable(),
  impact: z.number(),
  exposure: z.number(),
  likelihood: z.number(),
  seen: z.number(),
  stake: z.number(),
  risk: z.number(),
  level: z.enum(RISK_LEVELS),
});
export type RiskAsset = z.infer<typeof RiskAsset>;
export const AssetsAnswer = z.object({ total: z.number(), assets: z.array(RiskAsset) });

export const AttackPath = z.object({
  steps: z.array(z.object({ id: z.string(), name: z.string(), kind: z.string() })),
  relations: z.array(z.string()),
  likelihood: z.number(),
  impact: z.number(),
  risk: z.number(),
});
export type AttackPath = z.infer<typeof AttackPath>;

export const RiskGraph = z.object({
  nodes: z.array(RiskAsset),
  edges: z.array(z.object({ from: z.string(), to: z.string(), relation: z.string(), onPath: z.boolean() })),
  paths: z.array(AttackPath),
  left: z.number(),
});
export type RiskGraph = z.infer<typeof RiskGraph>;

export const Detection = z.object({
  id: z.string(),
  detector: z.string(),
  device: z.string().nullable(),
  staffId: z.string().nullable(),
  strength: z.number(),
  firstAt: z.number(),
  lastAt: z.number(),
  until: z.number(),
  count: z.number(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  active: z.boolean(),
  dismissed: z.object({ by: z.string(), at: z.number(), reason: z.string() }).nullable(),
});
export type Detection = z.infer<typeof Detection>;
export const DetectionsAnswer = z.object({ total: z.number(), detections: z.array(Detection) });

const Neighbour = z.object({ id: z.string(), name: z.string(), kind: z.string(), relations: z.array(z.string()) });
export const AssetAnswer = z.object({
  asset: RiskAsset,
  path: AttackPath.nullable(),
  into: z.array(Neighbour),
  onward: z.array(Neighbour),
  vulnerabilities: z.array(z.object({ cve: z.string(), cvss: z.number(), epss: z.number().nullable() })),
  behaviours: z.array(z.object({ name: z.string(), rate: z.number() })),
  told: z
    .object({
      level: z.enum(RISK_LEVELS),
      reasons: z.array(z.string()),
      until: z.number().nullable(),
      said: z.boolean(),
      quarantined: z.boolean(),
    })
    .nullable(),
  detections: z.array(Detection),
});
export type AssetAnswer = z.infer<typeof AssetAnswer>;

export const Mitigation = z.object({
  kind: z.enum(["patch", "cut-link", "shield", "train"]),
  cve: z.string().nullable(),
  assets: z.array(z.object({ id: z.string(), name: z.string() })),
  assetCount: z.number(),
  removes: z.number(),
  share: z.number(),
  costHours: z.number(),
});
export type Mitigation = z.infer<typeof Mitigation>;
export const MitigationsAnswer = z.object({
  total: z.number(),
  assumedHours: z.object({ patchEach: z.number(), cutLink: z.number(), shield: z.number(), train: z.number() }),
  mitigations: z.array(Mitigation),
});

const Sizes = { assets: z.number(), links: z.number(), vulnerabilities: z.number() };
export const ImportReport = z.object({
  applied: z.boolean(),
  rows: z.number(),
  ...Sizes,
  duplicates: z.number(),
  unmatched: z.number(),
  faultCount: z.number(),
  faults: z.array(z.object({ line: z.number(), code: z.string(), field: z.string().nullable() })),
  replaces: z.object(Sizes).nullable(),
});
export type ImportReport = z.infer<typeof ImportReport>;
export const SourcesAnswer = z.object({
  sources: z.array(
    z.object({ source: z.string(), what: z.string(), at: z.number(), by: z.string(), rows: z.number(), ...Sizes }),
  ),
});
