import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { WardkeyError } from "@wardkey/protocol";
import type { Content, Contents } from "./contents.js";
import { goesAlong, isProduct, type Target } from "./left-out.js";
import { LockFile, type ProductionPackages, productionPackages } from "./production-packages.js";

/** Files of a workspace that stand beside what is compiled, and are read when it runs. */
const BESIDE: Readonly<Record<string, RegExp>> = {
  models:
    /^(registry\.json|cache\/[^/]+\.onnx|masks\/.+|(mask-worn|passive-liveness|masked-facenet|face-there)\/.+\.(onnx|f32)|[^/]+\/CARD\.md)$/,
  "firmware-profiles": /^profiles\/[^/]+\.json$/,
};

export interface TreeQuestion {
  readonly root: string;
  readonly target: Target;
  /** Workspaces that run; theirs and what they need goes along. */
  readonly workspaces: readonly string[];
  readonly without: readonly string[];
  /** Built pages, as folders of the project. */
  readonly pages: readonly string[];
}

/**
 * A part of the project as it runs: compiled workspaces, pages and production packages, by paths relative to the project.
 * Packages are those that npm installed here; one of another version than the lock file's ends in `packages-differ`, a
 * page or a workspace that is not built in `not-built`.
 */
export async function productTree(question: TreeQuestion): Promise<{ contents: Contents; needs: ProductionPackages }> {
  const { root, target, workspaces, without, pages } = question;
  const lock = await lockIn(join(root, "package-lock.json"));
  const here = await lockIn(join(root, "node_modules", ".package-lock.json"));
  const installed = (folder: string): boolean => folder in here.packages;
  const needs = productionPackages({ lock, workspaces, without, installed });
  const contents: Contents = new Map();
  const add = async (folder: string, wanted: (path: string) => boolean): Promise<void> => {
    for (const path of await filesIn(join(root, folder))) {
      if (wanted(path)) contents.set(`${folder}/${path}`, await copyOf(join(root, folder, path)));
    }
  };
  for (const { folder, version } of needs.packages) {
    if (here.packages[folder]?.version !== version) {
      throw new WardkeyError("packages-differ", `${folder} is not installed as the lock file says: npm ci`);
    }
    const name = folder.replace(/^.*node_modules\//, "");
    await add(folder, (path) => !path.includes("node_modules/") && goesAlong(`${name}/${path}`, target));
  }
  for (const folder of needs.workspaces) {
    const { name } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8")) as { name: string };
    const beside = BESIDE[folder];
    contents.set(`${folder}/package.json`, await copyOf(join(root, folder, "package.json")));
    await add(`${folder}/dist`, isProduct);
    if (beside !== undefined) await add(folder, (path) => beside.test(path));
    contents.set(`node_modules/${name}`, { kind: "link", to: `../../${folder}` });
  }
  for (const folder of pages) await add(folder, isProduct);
  return { contents, needs };
}

async function lockIn(file: string): Promise<LockFile> {
  return LockFile.parse(JSON.parse(await readFile(file, "utf8")));
}

async function copyOf(from: string): Promise<Content> {
  return { kind: "copy", from, executable: ((await stat(from)).mode & 0o111) !== 0 };
}

/** Regular files below a folder, sorted, with slashes. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch((cause: unknown) => {
    throw new WardkeyError("not-built", `${folder} is missing: npm ci && npm run build`, { cause });
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}
