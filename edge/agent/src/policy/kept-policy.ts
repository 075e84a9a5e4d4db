import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { PolicyRef } from "./mark.js";

const MOST_CHARACTERS = 80 * 1024;

const Kept = z.strictObject({ v: z.literal(1), jws: z.string().max(64 * 1024), ring: z.enum(["stable", "candidate"]) });
export type KeptPolicy = Readonly<z.infer<typeof Kept>>;

const Mark = z.strictObject({
  v: z.literal(1),
  version: z.number().int().min(1),
  digest: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});

/** What a kiosk keeps of its policy between runs: the last good one, and apart from it the highest version ever in force. */
export interface PolicyFiles {
  policy(): Promise<KeptPolicy | null>;
  mark(): Promise<PolicyRef | null>;
  /** On the disk when it resolves, whole or not at all. */
  keepPolicy(policy: KeptPolicy): Promise<void>;
  keepMark(mark: PolicyRef): Promise<void>;
}

/**
 * In files under `folder` and `markFile`. What cannot be read is not there. `write` writes whole or not at all, for the
 * owner alone, and resolves when it is on the disk.
 */
export function policyFiles(at: {
  folder: string;
  markFile: string;
  write: (path: string, text: string) => Promise<void>;
}): PolicyFiles {
  const policyFile = join(at.folder, "policy.json");
  return {
    policy: async () => Kept.safeParse(await readJson(policyFile)).data ?? null,
    mark: async () => {
      const mark = Mark.safeParse(await readJson(at.markFile)).data;
      return mark === undefined ? null : { version: mark.version, digest: mark.digest };
    },
    keepPolicy: (policy) => at.write(policyFile, JSON.stringify(policy)),
    keepMark: ({ version, digest }) => at.write(at.markFile, JSON.stringify({ v: 1, version, digest })),
  };
}

async function readJson(path: string): Promise<unknown> {
  try {
    const text = await readFile(path, "utf8");
    return text.length > MOST_CHARACTERS ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
