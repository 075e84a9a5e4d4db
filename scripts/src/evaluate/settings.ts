import { parseArgs } from "node:util";
import { EvaluationError } from "../evaluate-faces-pairs.js";

export interface Settings {
  readonly root: string;
  readonly pairs: string;
  readonly mask: "none" | "probe" | "both";
  readonly impostors: "listed" | "cross";
  readonly json: string;
  readonly html: string;
  /** A folder of mask pictures; the three that ship when absent. */
  readonly maskTemplates: string | undefined;
  /** Another registry of models than the one that ships. */
  readonly registry: string | undefined;
}

const usage =
  "evaluate:faces -- --root DIR --pairs FILE.csv [--mask probe|both|none] [--impostors listed|cross] " +
  "[--mask-templates DIR] [--registry FILE.json] --json OUT [--html OUT.html]";

/** Reads the command line; refuses with `arguments`. */
export function readSettings(argv: readonly string[]): Settings {
  const text = { type: "string" } as const;
  const options = { root: text, pairs: text, mask: text, impostors: text, json: text, html: text, registry: text };
  let values: Partial<Record<keyof typeof options | "mask-templates", string>>;
  try {
    ({ values } = parseArgs({ args: [...argv], options: { ...options, "mask-templates": text }, strict: true }));
  } catch (cause) {
    throw new EvaluationError("arguments", `usage: ${usage}`, { cause });
  }
  const { root, pairs, json, mask = "none", impostors = "listed" } = values;
  const masks = (["none", "probe", "both"] as const).find((known) => known === mask);
  const ways = (["listed", "cross"] as const).find((known) => known === impostors);
  if (root === undefined || pairs === undefined || json === undefined || masks === undefined || ways === undefined) {
    throw new EvaluationError("arguments", `usage: ${usage}`);
  }
  const html = values.html ?? `${json.replace(/\.json$/, "")}.html`;
  const { registry, "mask-templates": maskTemplates } = values;
  return { root, pairs, json, html, mask: masks, impostors: ways, maskTemplates, registry };
}
