import { readFile, stat } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { cellsOf } from "./evaluate/csv-cells.js";
import { EvaluationError } from "./evaluate/evaluation-error.js";

/** Photos enrolled together, one probe photo, and whether they show the same person. */
export interface FacePair {
  readonly enrolled: readonly string[];
  readonly probe: string;
  readonly same: boolean;
}

const mostPairs = 2_000_000;
const mostViews = 20;
const mostBytes = 400_000_000;

/**
 * Reads a pairs file: columns `a,b,same`, in any order, paths under `root`, several enrolled photos joined by `|`; UTF-8
 * with or without a byte order mark, lines ended either way, cells in quotes where they need them. A photo comes out by
 * one name, its path from the root, however the list writes it.
 * Refuses with `pairs-unreadable`, `pairs-encoding`, `pairs-columns` (with the line), `pairs-too-many`, `photo-missing`
 * or `photo-outside` (with the photo and the line).
 */
export async function readPairs(file: string, root: string): Promise<readonly FacePair[]> {
  const pairs = parsePairs(await readText(file), file);
  const seen = new Map<string, string>();
  const nameOf = async (photo: string, pair: number): Promise<string> => {
    const name = seen.get(photo) ?? (await requirePhoto(photo, root, `${file}, pair ${pair}`));
    seen.set(photo, name);
    return name;
  };
  const named: FacePair[] = [];
  for (const [index, { enrolled, probe, same }] of pairs.entries()) {
    const views: string[] = [];
    for (const photo of enrolled) views.push(await nameOf(photo, index + 1));
    named.push({ enrolled: views, probe: await nameOf(probe, index + 1), same });
  }
  return named;
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > mostBytes) throw tooMany(file);
    const bytes = await readFile(file);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof EvaluationError) throw cause;
    if (cause instanceof TypeError) {
      throw new EvaluationError("pairs-encoding", `${file} is not UTF-8 text; save it as CSV in UTF-8`, { cause });
    }
    throw new EvaluationError("pairs-unreadable", `${file} cannot be read; give --pairs a CSV file`, { cause });
  }
}

export function parsePairs(text: string, file: string): readonly FacePair[] {
  const [header = "", ...lines] = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const columns = cellsOf(header) ?? [];
  const [a, b, same] = ["a", "b", "same"].map((name) => columns.indexOf(name));
  if (a === undefined || b === undefined || same === undefined || Math.min(a, b, same) < 0) {
    throw new EvaluationError("pairs-columns", `${file} must begin with the columns a,b,same, separated by commas`);
  }
  if (lines.length > mostPairs) throw tooMany(file);
  const pairs: FacePair[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const cells = cellsOf(line) ?? [];
    const enrolled = (cells[a] ?? "").split("|").filter((photo) => photo !== "");
    const probe = cells[b] ?? "";
    const truth = cells[same] ?? "";
    const sound = cells.length === columns.length && probe !== "" && /^[01]$/.test(truth);
    if (!sound || enrolled.length === 0 || enrolled.length > mostViews) {
      throw new EvaluationError(
        "pairs-columns",
        `${file}, line ${index + 2}: give 1 to ${mostViews} photos joined by |, a photo, and 0 or 1`,
      );
    }
    pairs.push({ enrolled, probe, same: truth === "1" });
  }
  if (pairs.length === 0) throw new EvaluationError("pairs-columns", `${file} has no pairs; add lines under a,b,same`);
  return pairs;
}

function tooMany(file: string): EvaluationError {
  return new EvaluationError("pairs-too-many", `${file} has more than ${mostPairs} lines or 400 MB; split it`);
}

/** The photo's one name: by its path from the root, whichever way the list writes it; a name tells who it shows. */
async function requirePhoto(photo: string, root: string, where: string): Promise<string> {
  const path = resolve(root, photo);
  if (!path.startsWith(resolve(root) + sep)) {
    throw new EvaluationError("photo-outside", `${photo}, in ${where}, leaves ${root}; name photos under --root`);
  }
  if ((await stat(path).catch(() => undefined))?.isFile()) return relative(resolve(root), path).replaceAll(sep, "/");
  throw new EvaluationError("photo-missing", `${photo}, in ${where}, is no file under ${root}; correct --root or it`);
}

/** The folder's name is the person; a photo in no folder is a person of its own. */
export function personOf(photo: string): string {
  const end = photo.lastIndexOf("/");
  return end < 0 ? photo : photo.slice(0, end);
}
