import { ASSET_KINDS, DETECTORS } from "@wardkey/protocol/fleet";
import { RISK_LEVELS } from "@wardkey/protocol/policy";
import { z } from "zod";
import { DETECTION_SORTS } from "../app/ports.js";
import { ASSET_SORTS } from "../app/questions.js";
import { RELATIONS } from "../domain/asset.js";
import { BEHAVIOURS } from "../domain/behaviours.js";
import { DISMISS_REASONS } from "../domain/detections.js";

const Share = z.number().min(0).max(1);
const At = z.number().int();
const Count = z.number().int().nonnegative();
const AssetId = z.string().max(220);
export const Device = z.string().regex(/^[a-z0-9-]{1,63}$/);
export const Level = z.enum(RISK_LEVELS);
export const Source = z.string().regex(/^[a-z0-9-]{1,63}$/);

export const Summary = z.strictObject({
  /** What the site expects to lose: likelihood times impact over everything that matters. */
  total: z.number(),
  devices: z.strictObject({ normal: Count, raised: Count, high: Count }),
  detections: Count,
  assets: Count,
  links: Count,
  vulnerabilities: Count,
  computedAt: At,
});

export const AssetView = z.strictObject({
  id: AssetId,
  kind: z.enum(ASSET_KINDS),
  name: z.string(),
  zone: z.string().nullable(),
  impact: Share,
  exposure: Share,
  likelihood: Share,
  seen: Share,
  stake: Share,
  risk: Share,
  level: Level,
});

const Page = { from: z.coerce.number().int().min(0).max(1_000_000).default(0) };
const Limit = z.coerce.number().int().min(1).max(200).default(50);
export const AssetsQuery = z.strictObject({
  ...Page,
  limit: Limit,
  search: z.string().max(100).optional(),
  kind: z.enum(ASSET_KINDS).optional(),
  level: Level.optional(),
  sort: z.enum(ASSET_SORTS).default("risk"),
  order: z.enum(["up", "down"]).default("down"),
});
export const AssetsAnswer = z.strictObject({ total: Count, assets: z.array(AssetView) });

export const PathView = z.strictObject({
  /** A viewer reads `person:` without a name in the place of a person. */
  steps: z.array(z.strictObject({ id: AssetId, name: z.string(), kind: z.enum(ASSET_KINDS) })),
  relations: z.array(z.string()),
  likelihood: Share,
  impact: Share,
  risk: Share,
});

const NeighbourView = z.strictObject({
  id: AssetId,
  name: z.string(),
  kind: z.enum(ASSET_KINDS),
  relations: z.array(z.enum(RELATIONS)),
});

const Facts = z.record(z.string(), z.union([z.string(), z.number()]));
export const DetectionView = z.strictObject({
  id: z.uuid(),
  detector: z.enum(DETECTORS),
  device: z.string().nullable(),
  /** Whose doing all of it was, for operators and above; `null` also where it was that of several. */
  staffId: z.string().nullable(),
  strength: Share,
  firstAt: At,
  lastAt: At,
  until: At,
  count: Count,
  facts: Facts,
  active: z.boolean(),
  dismissed: z.strictObject({ by: z.string(), at: At, reason: z.enum(DISMISS_REASONS) }).nullable(),
});

export const AssetQuery = z.strictObject({ id: AssetId });
export const AssetAnswer = z.strictObject({
  asset: AssetView,
  path: PathView.nullable(),
  into: z.array(NeighbourView),
  onward: z.array(NeighbourView),
  vulnerabilities: z.array(z.strictObject({ cve: z.string(), cvss: z.number(), epss: z.number().nullable() })),
  behaviours: z.array(z.strictObject({ name: z.enum(BEHAVIOURS), rate: z.number() })),
  /** Of a device: what it is told, and what holds that up. */
  told: z
    .strictObject({
      level: Level,
      reasons: z.array(z.string()),
      until: At.nullable(),
      said: z.boolean(),
      quarantined: z.boolean(),
    })
    .nullable(),
  detections: z.array(DetectionView),
});

export const GraphQuery = z.strictObject({
  focus: AssetId.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(80),
});
export const GraphAnswer = z.strictObject({
  nodes: z.array(AssetView),
  edges: z.array(z.strictObject({ from: AssetId, to: AssetId, relation: z.string(), onPath: z.boolean() })),
  paths: z.array(PathView),
  left: Count,
});

export const MitigationView = z.strictObject({
  kind: z.enum(["patch", "cut-link", "shield", "train"]),
  cve: z.string().nullable(),
  /** What it is done to; of a link its two ends. At most twenty are named. */
  assets: z.array(z.strictObject({ id: AssetId, name: z.string() })),
  assetCount: Count,
  removes: z.number(),
  /** Of the site's total. */
  share: Share,
  costHours: z.number(),
});
export const MitigationsAnswer = z.strictObject({
  total: z.number(),
  /** Hours of work that a remedy is taken to cost: assumed, not measured. */
  assumedHours: z.strictObject({ patchEach: z.number(), cutLink: z.number(), shield: z.number(), train: z.number() }),
  mitigations: z.array(MitigationView),
});

export const DetectionsQuery = z.strictObject({
  ...Page,
  limit: Limit,
  state: z.enum(["active", "past", "any"]).default("active"),
  detector: z.enum(DETECTORS).optional(),
  device: Device.optional(),
  /** Part of a device's id; for operators and above also of a person's. */
  search: z.string().max(100).optional(),
  sort: z.enum(DETECTION_SORTS).default("last"),
  order: z.enum(["up", "down"]).default("down"),
});
export const DetectionsAnswer = z.strictObject({ total: Count, detections: z.array(DetectionView) });
export const DismissBody = z.strictObject({ reason: z.enum(DISMISS_REASONS) });

export const ImportQuery = z.strictObject({
  what: z.enum(["inventory", "vulnerabilities"]),
  dryRun: z.enum(["true", "false"]).default("false"),
});
const Sizes = { assets: Count, links: Count, vulnerabilities: Count };
export const ImportAnswer = z.strictObject({
  applied: z.boolean(),
  rows: Count,
  ...Sizes,
  duplicates: Count,
  unmatched: Count,
  faultCount: Count,
  faults: z.array(z.strictObject({ line: Count, code: z.string(), field: z.string().nullable() })),
  replaces: z.strictObject(Sizes).nullable(),
});
export const SourcesAnswer = z.strictObject({
  sources: z.array(
    z.strictObject({
      source: z.string(),
      what: z.enum(["inventory", "vulnerabilities"]),
      at: At,
      by: z.string(),
      rows: Count,
      ...Sizes,
    }),
  ),
});
