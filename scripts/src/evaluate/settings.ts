import { parseArgs } from "node:util";
import { EvaluationError } from "./evaluation-error.js";
import { orUsage } from "./refusals.js";

export interface Settings {
  readonly root: string;
  /** A list of pairs, or how many photos of each person to enrol together, every other one then being a live face. */
  readonly from: { readonly pairs: string } | { readonly enrol: number };
  /** Everybody, or only the people kept out of training and calibration. */
  readonly people: "held-out" | "all";
  readonly mask: "none" | "probe" | "both";
  readonly impostors: "listed" | "cross";
  /** How many times as far as in its photo each live face is (simulated): 1 to 8. */
  readonly farther: number;
  readonly json: string;
  readonly html: string;
  /** A folder of mask pictures; the three that ship when absent. */
  readonly maskTemplates: string | undefined;
  /** Another registry of models than the one that ships. */
  readonly registry: string | undefined;
}

const usage =
  "evaluate:faces -- --root DIR (--pairs FILE.csv | --enrol N) [--people held-out|all] [--mask probe|both|none] " +
  "[--impostors listed|cross] [--farther TIMES] [--mask-templates DIR] [--registry FILE.json] --json OUT [--html OUT.html]";
const mostEnrolled = 20;
const farthest = 8;

/** Reads the command line; refuses with `arguments`. */
export function readSettings(argv: readonly string[]): Settings {
  const text = { type: "string" } as const;
  const lists = { pairs: text, enrol: text, people: text, impostors: text, farther: text };
  const options = { root: text, ...lists, mask: text, "mask-templates": text, registry: text, json: text, html: text };
  const { values } = orUsage(() => parseArgs({ args: [...argv], options, strict: true }), usage);
  const { root, json, mask = "none", people = "all" } = values;
  const from = listFrom(values);
  // Nobody is listed against somebody else when photos are enrolled by number.
  const { impostors = "pairs" in from ? "listed" : "cross" } = values;
  const chosen = (["held-out", "all"] as const).find((known) => known === people);
  const masks = (["none", "probe", "both"] as const).find((known) => known === mask);
  const ways = (["listed", "cross"] as const).find((known) => known === impostors);
  const farther = Number(values.farther ?? "1");
  const isNear = farther >= 1 && farther <= farthest;
  const known = isNear && chosen !== undefined && masks !== undefined && ways !== undefined;
  if (root === undefined || json === undefined || !known || ("enrol" in from && ways === "listed")) throw refused();
  const html = values.html ?? `${json.replace(/\.json$/, "")}.html`;
  const { registry, "mask-templates": maskTemplates } = values;
  return { root, from, people: chosen, json, html, mask: masks, impostors: ways, farther, maskTemplates, registry };
}

function listFrom({ pairs, enrol }: { readonly pairs?: string; readonly enrol?: string }): Settings["from"] {
  if (pairs !== undefined && enrol === undefined) return { pairs };
  const count = Number(enrol);
  if (pairs !== undefined || !Number.isInteger(count) || count < 1 || count > mostEnrolled) throw refused();
  return { enrol: count };
}

function refused(): EvaluationError {
  return new EvaluationError("arguments", `usage: ${usage}`);
}
