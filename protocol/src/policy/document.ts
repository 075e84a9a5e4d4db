import { z } from "zod";
import { LayerSettings, SETTINGS_SINCE, Settings } from "./settings.js";

/** Largest policy in bytes of JSON: with its signature and chain it still fits into a head beside a candidate. */
export const MAX_POLICY_BYTES = 40 * 1024;
export const MAX_GROUPS = 64;
export const MAX_LAYERS = 64;
export const MAX_DEVICE_LAYERS = 512;

const Id = z.string().regex(/^[a-z0-9-]{1,63}$/);
const Ward = z.string().min(1).max(80);
const Tag = z.string().regex(/^[a-z0-9-]{1,32}$/);
const At = z.number().int().nonnegative().max(8_640_000_000_000_000);

export const DEVICE_KINDS = ["kiosk", "medical-device", "service"] as const;

/** What decides to which groups a device belongs. */
export const DeviceFacts = z.strictObject({
  device: Id,
  kind: z.enum(DEVICE_KINDS),
  ward: Ward,
  tags: z.array(Tag).max(16),
});
export type DeviceFacts = Readonly<z.infer<typeof DeviceFacts>>;

/** A device belongs when every condition that is given holds; each holds when any of its words fits. */
export const Selector = z.strictObject({
  kinds: z.array(z.enum(DEVICE_KINDS)).min(1).max(DEVICE_KINDS.length).exactOptional(),
  wards: z.array(Ward).min(1).max(64).exactOptional(),
  tags: z.array(Tag).min(1).max(16).exactOptional(),
});
export type Selector = Readonly<z.infer<typeof Selector>>;

/**
 * One document a site. What a device works by is `base`, over it each layer of a group that it belongs to, in the order
 * written, over it its own: what comes later wins, setting by setting.
 */
export const PolicyDocument = z.strictObject({
  v: z.literal(1),
  site: Id,
  /** Only grows; the fleet gives it when it signs. */
  version: z
    .number()
    .int()
    .min(1)
    .max(2 ** 31 - 1),
  issuedAt: At,
  expiresAt: At,
  /** Why it was changed, for who reads the history. */
  note: z.string().max(200),
  base: Settings,
  groups: z.record(Id, Selector).refine((groups) => Object.keys(groups).length <= MAX_GROUPS, "too many groups"),
  layers: z.array(z.strictObject({ group: Id, settings: LayerSettings })).max(MAX_LAYERS),
  devices: z.array(z.strictObject({ device: Id, settings: LayerSettings })).max(MAX_DEVICE_LAYERS),
});
export type PolicyDocument = Readonly<z.infer<typeof PolicyDocument>>;

/** What people write; version and dates are given when it is signed. */
export const PolicyContent = PolicyDocument.omit({ version: true, issuedAt: true, expiresAt: true });
export type PolicyContent = Readonly<z.infer<typeof PolicyContent>>;

export interface PolicyFinding {
  /** A stable code; screens map it to words. */
  readonly code: PolicyCode;
  readonly severity: "error" | "warning";
  /** Where: `base`, `layers[2]`, `devices.bed-7`, with the setting behind a slash. */
  readonly path: string;
  /** In plain words, for who wrote it. */
  readonly text: string;
}

export type PolicyCode =
  | "policy-malformed"
  | "policy-too-large"
  | "policy-contradictory"
  | "policy-over-broad"
  | "policy-unknown-group"
  | "policy-unknown-device"
  | "policy-unknown-ward"
  | "policy-unknown-tag"
  | "policy-unused-group"
  | "policy-shadowed-layer"
  | "policy-repeated-layer"
  | "policy-empty-layer"
  | "policy-no-way-without-face";

/** A document that was kept from before the newest settings existed, with them; anything else stays as it is. */
export function withSettingsSince(value: unknown): unknown {
  if (!isRecord(value) || !isRecord(value["base"])) return value;
  return { ...value, base: { ...SETTINGS_SINCE, ...value["base"] } };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A document from whoever sent it: strictly read, or the places where it is wrong. */
export function parsePolicy(
  value: unknown,
):
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly findings: readonly PolicyFinding[] } {
  const parsed = PolicyDocument.safeParse(withSettingsSince(value));
  if (parsed.success) return { ok: true, document: parsed.data };
  return { ok: false, findings: malformed(parsed.error) };
}

/** The same for what people write. */
export function parseContent(
  value: unknown,
):
  | { readonly ok: true; readonly content: PolicyContent }
  | { readonly ok: false; readonly findings: readonly PolicyFinding[] } {
  const parsed = PolicyContent.safeParse(withSettingsSince(value));
  if (parsed.success) return { ok: true, content: parsed.data };
  return { ok: false, findings: malformed(parsed.error) };
}

const MOST_FINDINGS = 100;

function malformed(error: z.ZodError): readonly PolicyFinding[] {
  return error.issues.slice(0, MOST_FINDINGS).map((issue) => ({
    code: "policy-malformed",
    severity: "error",
    path: issue.path.map(String).join("/") || "document",
    text: issue.message,
  }));
}
