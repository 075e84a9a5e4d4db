import { createHash } from "node:crypto";
import { z } from "zod";
import { SEGMENT } from "./segment.js";

/**
 * A site's audit as files, to be verified anywhere: `manifest.json`, `events-00000.ndjson` and so on with 65,536 events
 * each, `heads.ndjson` and `checkpoints.ndjson`. Every line is compact JSON.
 */

const Digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const Id = z.string().regex(/^[a-z0-9-]{1,63}$/);
const Size = z.number().int().nonnegative();

export const MANIFEST = "manifest.json";
export const HEADS = "heads.ndjson";
export const CHECKPOINTS = "checkpoints.ndjson";
export const eventsFile = (segment: number): string => `events-${String(segment).padStart(5, "0")}.ndjson`;

export const ArchivedHead = z.strictObject({ size: Size, root: Digest, at: Size, jws: z.string().max(65_536) });
export type ArchivedHead = z.infer<typeof ArchivedHead>;
export const ArchivedCheckpoint = z.strictObject({
  device: Id,
  id: z.uuid(),
  seq: Size,
  head: Digest,
  issuedAt: Size,
  code: z.string().max(64).nullable(),
  jws: z.string().max(65_536),
});
export type ArchivedCheckpoint = z.infer<typeof ArchivedCheckpoint>;

export const Manifest = z.strictObject({
  v: z.literal(1),
  site: Id,
  at: Size,
  size: Size,
  root: Digest,
  /** DER of every root that the site knew. Whoever verifies brings the root that he trusts. */
  certificates: z.array(z.base64().max(8_192)).max(16),
  /** SHA-256 of the two small files. */
  heads: Digest,
  checkpoints: Digest,
  /** SHA-256 of this manifest's line without it: against accidents; against people there are the signed heads. */
  digest: Digest,
});
export type Manifest = z.infer<typeof Manifest>;

export const segmentsOf = (size: number): number[] =>
  Array.from({ length: Math.ceil(size / SEGMENT) }, (_, segment) => segment * SEGMENT);

export function sealManifest(content: Omit<Manifest, "digest">): Manifest {
  return { ...content, digest: createHash("sha256").update(JSON.stringify(content)).digest("base64url") };
}
