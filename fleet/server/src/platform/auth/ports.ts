import { createHash } from "node:crypto";
import { codeOf } from "@wardkey/protocol";
import type { Database } from "../sql/database.js";

/** Tells the audit before the act takes effect; a failure here stops the act. */
export type Recording = (kind: string, body: Readonly<Record<string, string | number | null>>) => Promise<void>;

/** What everything in this folder needs of the world. */
export interface AuthWorld {
  readonly database: Database;
  now(): number;
  randomBytes(size: number): Uint8Array;
  newId(): string;
  readonly record: Recording;
}

export const newSecret = (world: AuthWorld): string => Buffer.from(world.randomBytes(32)).toString("base64url");

/** How a secret of 256 bits is kept: it needs no salt and no slow hash. */
export const digestOf = (content: string | Uint8Array): string =>
  createHash("sha256").update(content).digest("base64url");

/** A second row under the same key. */
export const isDuplicate = (error: unknown): boolean => codeOf(error) === "database-conflict";
