import { readFile, stat } from "node:fs/promises";
import { resolve, sep } from "node:path";

/** Why an evaluation stopped before it measured anything. Stable codes; the message names the file and the remedy. */
export class EvaluationError extends Error {
  readonly code: "arguments" | "pairs-unreadable" | "pairs-columns" | "pairs-too-many" | "photo-missing";

  constructor(code: EvaluationError["code"], message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.name = "EvaluationError";
    this.code = code;
  }
}

/** Photos enrolled together, one probe photo, and whether they show the same person. */
export interface FacePair {
  readonly enrolled: readonly string[];
  readonly probe: string;
  readonly same: boolean;
}

const mostPairs = 2_000_000;
const mostViews = 20;

/**
 * Reads a pairs file: columns `a,b,same`, in any order, paths under `root`, several enrolled photos joined by `|`.
 * Refuses with `pairs-unreadable`, `pairs-columns` (with the line), `pairs-too-many`, or `photo-missing` (with the photo).
 */
export async function readPairs(file: string, root: string): Promise<readonly FacePair[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new EvaluationError("pairs-unreadable", `${file} cannot be read; give --pairs a CSV file`, { cause });
  }
  const pairs = parsePairs(text, file);
  for (const photo of new Set(pairs.flatMap(({ enrolled, probe }) => [...enrolled, probe]))) {
    await requirePhoto(photo, root, file);
  }
  return pairs;
}

export function parsePairs(text: string, file: string): readonly FacePair[] {
  const [header = "", ...lines] = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const columns = header.split(",").map((name) => name.trim());
  const [a, b, same] = ["a", "b", "same"].map((name) => columns.indexOf(name));
  if (a === undefined || b === undefined || same === undefined || Math.min(a, b, same) < 0) {
    throw new EvaluationError("pairs-columns", `${file} must begin with the columns a,b,same`);
  }
  if (lines.length > mostPairs) {
    throw new EvaluationError("pairs-too-many", `${file} has more than ${mostPairs} lines; split it`);
  }
  const pairs: FacePair[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const cells = line.split(",").map((cell) => cell.trim());
    const enrolled = (cells[a] ?? "").split("|").filter((photo) => photo !== "");
    const probe = cells[b] ?? "";
    const truth = cells[same] ?? "";
    const sound = cells.length === columns.length && probe !== "" && /^[01]$/.test(truth);
    if (!sound || enrolled.length === 0 || enrolled.length > mostViews) {
      throw new EvaluationError("pairs-columns", `${file}, line ${index + 2}: give a photo, a photo, and 0 or 1`);
    }
    pairs.push({ enrolled, probe, same: truth === "1" });
  }
  if (pairs.length === 0) throw new EvaluationError("pairs-columns", `${file} has no pairs`);
  return pairs;
}

async function requirePhoto(photo: string, root: string, file: string): Promise<void> {
  const path = resolve(root, photo);
  const inside = path.startsWith(resolve(root) + sep);
  const found = inside && (await stat(path).catch(() => undefined))?.isFile();
  if (found) return;
  throw new EvaluationError(
    "photo-missing",
    `${photo}, named in ${file}, is not under ${root}; correct --root or the line`,
  );
}

/** The folder's name is the person; a photo in no folder is a person of its own. */
export function personOf(photo: string): string {
  const end = photo.lastIndexOf("/");
  return end < 0 ? photo : photo.slice(0, end);
}
