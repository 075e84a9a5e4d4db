import { Problem } from "@wardkey/protocol/fleet";
import { Refused } from "../api/ask.js";
import { ImportReport } from "./answers.js";

const ANSWER_WITHIN = 300_000;

/** Sends a file as it is; it is read as it travels. Fails with `Refused` and with nothing else. */
export async function uploadFile({
  file,
  source,
  what,
  dryRun,
}: {
  file: File;
  source: string;
  what: string;
  dryRun: boolean;
}): Promise<ImportReport> {
  const type = /\.json$/i.test(file.name) ? "application/vnd.cyclonedx+json" : "text/csv";
  const search = new URLSearchParams({ what, dryRun: String(dryRun) });
  const response = await fetch(`v1/risk/imports/${encodeURIComponent(source)}?${search}`, {
    method: "POST",
    headers: { "content-type": type },
    body: file,
    cache: "no-store",
    credentials: "same-origin",
    signal: AbortSignal.timeout(ANSWER_WITHIN),
  }).catch((cause: unknown) => {
    throw new Refused("lost", { cause });
  });
  const said: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const problem = Problem.loose().safeParse(said);
    throw new Refused(problem.success ? problem.data.code : "lost");
  }
  const read = ImportReport.safeParse(said);
  if (!read.success) throw new Refused("incompatible", { cause: read.error });
  return read.data;
}

/** A name for what a file brings, out of the file's own: as the site takes them. */
export const sourceOf = (fileName: string): string =>
  fileName
    .replace(/\.[a-z0-9]{1,8}$/i, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 63) || "file";
