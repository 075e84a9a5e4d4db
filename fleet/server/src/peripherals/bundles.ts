import { createHash } from "node:crypto";
import { ProfileBundle } from "@wardkey/firmware-profiles";
import { instant } from "@wardkey/protocol";
import type { Issuer } from "@wardkey/protocol/credential";
import { MAX_SIGNED_PROFILES } from "@wardkey/protocol/fleet";
import { profileBytes, signProfiles } from "@wardkey/protocol/fleet/signed";
import type { Database } from "../platform/sql/database.js";
import type { ProfileBundleRow } from "./schema.js";

export interface BundleParts {
  readonly database: Database;
  readonly site: string;
  readonly now: () => number;
  readonly issuer: () => Promise<Issuer>;
  /** To every kiosk, kept until newer ones come. */
  readonly send: (message: { signed: string; version: number }) => Promise<unknown>;
  readonly record: (kind: "profiles.published", body: { version: number; digest: string; by: string }) => Promise<void>;
  /** No lower version is given: a site restored from a backup does not know how far it had come. */
  readonly floor: () => number;
}

export interface Approved {
  readonly version: number;
  /** Of what was proposed; base64url SHA-256. */
  readonly digest: string;
}

/** `profiles-unreadable` names the keys that are wrong. */
export type BundleCode = "profiles-unreadable" | "profiles-too-large" | "profiles-older" | "profiles-proposal-unknown";

export type Proposed =
  | ({ readonly ok: true } & Approved)
  | { readonly ok: false; readonly code: BundleCode; readonly keys: readonly string[] };
export type Published = ({ readonly ok: true } & Approved) | { readonly ok: false; readonly code: BundleCode };

export interface BundleInForce extends Approved {
  readonly by: string;
  readonly publishedAt: number;
  readonly bundle: ProfileBundle;
}

/** A third of what may be signed goes into base64url, and the signature's chain needs room too. */
const MOST_BYTES = Math.floor(MAX_SIGNED_PROFILES * 0.7);

/**
 * The profiles of peripherals that a site adds to those of its kiosks' version, or takes away. A profile decides what a
 * kiosk reads from a USB port, so people approve the digest of what is proposed, and only that is signed.
 */
export class ProfileBundles {
  readonly #parts: BundleParts;

  constructor(parts: BundleParts) {
    this.#parts = parts;
  }

  /** Keeps a proposal. What kiosks could not read is refused here, not there. */
  async propose(content: { profiles: readonly unknown[]; retired: readonly string[]; by: string }): Promise<Proposed> {
    const { database, now, floor } = this.#parts;
    const { profiles, retired, by } = content;
    const newest = (await this.inForce())?.version ?? 0;
    const version = Math.max(newest, floor()) + 1;
    const parsed = ProfileBundle.safeParse({ v: 1, version, profiles, retired });
    if (!parsed.success) {
      const keys = parsed.error.issues.slice(0, 20).map(({ path }) => path.join(".").slice(0, 80));
      return { ok: false, code: "profiles-unreadable", keys };
    }
    const text = JSON.stringify(parsed.data);
    if (Buffer.byteLength(text) > MOST_BYTES) return { ok: false, code: "profiles-too-large", keys: [] };
    const digest = createHash("sha256").update(text).digest("base64url");
    await database<ProfileBundleRow>("profile_bundles")
      .insert({ digest, version, content: text, by, proposed_at: now(), signed: null, published_at: null })
      .onConflict("digest")
      .ignore();
    return { ok: true, version, digest };
  }

  /** Signs what was approved and says it to every kiosk; the same again is said again and not signed anew. */
  async publish({ version, digest }: Approved): Promise<Published> {
    const { database, site, now, issuer, send, record } = this.#parts;
    const row = await database<ProfileBundleRow>("profile_bundles").where({ digest }).first();
    if (row === undefined || Number(row.version) !== version) return { ok: false, code: "profiles-proposal-unknown" };
    let { signed } = row;
    if (signed === null) {
      const newest = (await this.inForce())?.version ?? 0;
      if (version <= newest) return { ok: false, code: "profiles-older" };
      const { profiles, retired } = ProfileBundle.parse(JSON.parse(row.content));
      const issuedAt = instant(now());
      const frame = { v: 1, site, version, issuedAt, profiles, retired } as const;
      signed = await signProfiles(frame, await issuer());
      // By the digest that kiosks journal, so that an auditor finds both.
      await record("profiles.published", { version, digest: profileBytes(frame).digest, by: row.by });
      await database<ProfileBundleRow>("profile_bundles").where({ digest }).update({ signed, published_at: issuedAt });
    }
    await send({ signed, version });
    return { ok: true, version, digest };
  }

  /** `null`: kiosks know what came with their version, and nothing else. */
  async inForce(): Promise<BundleInForce | null> {
    const row = await this.#parts
      .database<ProfileBundleRow>("profile_bundles")
      .whereNotNull("signed")
      .orderBy("version", "desc")
      .first();
    if (row === undefined || row.published_at === null) return null;
    const bundle = ProfileBundle.parse(JSON.parse(row.content));
    const { digest, by } = row;
    return { version: Number(row.version), digest, by, publishedAt: Number(row.published_at), bundle };
  }
}
