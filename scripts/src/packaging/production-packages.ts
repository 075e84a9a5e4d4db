import { WardkeyError } from "@wardkey/protocol";
import { z } from "zod";

const Names = z.record(z.string(), z.string()).default({});
const Entry = z.object({
  version: z.string().optional(),
  license: z.string().optional(),
  link: z.boolean().default(false),
  resolved: z.string().optional(),
  dependencies: Names,
  optionalDependencies: Names,
  peerDependencies: Names,
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().default(false) })).default({}),
});
/** What is read of npm's lock file, version 3. */
export const LockFile = z.object({ lockfileVersion: z.literal(3), packages: z.record(z.string(), Entry) });
export type LockFile = z.infer<typeof LockFile>;

export interface ProductionPackages {
  /** Folders of workspaces, sorted. */
  readonly workspaces: readonly string[];
  /** Folders of packages under `node_modules`, sorted, with their locked version. */
  readonly packages: readonly { readonly folder: string; readonly version: string; readonly licence: string }[];
}

export interface ProductionQuestion {
  readonly lock: LockFile;
  /** Where the walk begins. */
  readonly workspaces: readonly string[];
  /** Names of packages that this product does not use when it runs. */
  readonly without: readonly string[];
  /** Whether an optional package is installed on this machine: those for other systems are not. */
  readonly installed: (folder: string) => boolean;
}

/**
 * What some workspaces need when they run, as the lock file says it: never what they are built or tested with. Throws
 * `lock-incomplete` when the lock file lacks something that is needed.
 */
export function productionPackages({ lock, workspaces, without, installed }: ProductionQuestion): ProductionPackages {
  const seen = new Set<string>();
  const open = [...workspaces];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    if (seen.has(folder)) continue;
    seen.add(folder);
    for (const { name, required } of needsOf(entryAt(lock, folder))) {
      if (without.includes(name)) continue;
      const found = resolved(lock, folder, name);
      if (found === null && required) throw new WardkeyError("lock-incomplete", `${folder} needs ${name}`);
      if (found !== null && (required || installed(found))) open.push(found);
    }
  }
  const all = [...seen].sort();
  return {
    workspaces: all.filter((folder) => !inNodeModules(folder)),
    packages: all.filter(inNodeModules).map((folder) => {
      const { version = "", license: licence = "see its folder" } = entryAt(lock, folder);
      return { folder, version, licence };
    }),
  };
}

const inNodeModules = (folder: string): boolean => /(^|\/)node_modules\//.test(folder);

function* needsOf(entry: z.infer<typeof Entry>): Generator<{ name: string; required: boolean }> {
  for (const name of Object.keys(entry.dependencies)) {
    yield { name, required: !(name in entry.optionalDependencies) };
  }
  for (const name of Object.keys(entry.optionalDependencies)) yield { name, required: false };
  for (const name of Object.keys(entry.peerDependencies)) {
    yield { name, required: entry.peerDependenciesMeta[name]?.optional !== true };
  }
}

function entryAt(lock: LockFile, folder: string): z.infer<typeof Entry> {
  const entry = lock.packages[folder];
  if (entry === undefined) throw new WardkeyError("lock-incomplete", `${folder} is not in the lock file`);
  return entry;
}

/** As Node looks for it: beside, then upwards. */
function resolved(lock: LockFile, from: string, name: string): string | null {
  for (let at: string | null = from; at !== null; at = above(at)) {
    const folder = at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    const entry = lock.packages[folder];
    if (entry !== undefined) return entry.link ? (entry.resolved ?? null) : folder;
  }
  return null;
}

function above(folder: string): string | null {
  if (folder === "") return null;
  const parts = folder.split("/").slice(0, -1);
  while (parts.at(-1) === "node_modules") parts.pop();
  return parts.join("/");
}
