import { parseArgs } from "node:util";
import { EvaluationError } from "../evaluate/evaluation-error.js";
import { type Scene, scenes } from "./scenes.js";

export interface FindingSettings {
  readonly root: string;
  readonly json: string;
  /** Only people kept out of all choices, only the others, or all. */
  readonly people: "held-out" | "others" | "all";
  readonly photos: number;
  readonly scenes: readonly Scene[];
}

const usage =
  "evaluate-finding --root DIR --json OUT [--people held-out|others|all] [--photos N] [--scenes PART-OF-NAME|none]";

/** Reads the command line; refuses with `arguments`. */
export function readFindingSettings(argv: readonly string[]): FindingSettings {
  const text = { type: "string" } as const;
  const options = { root: text, json: text, people: text, photos: text, scenes: text };
  let values: Partial<Record<keyof typeof options, string>>;
  try {
    ({ values } = parseArgs({ args: [...argv], options, strict: true }));
  } catch (cause) {
    throw new EvaluationError("arguments", `usage: ${usage}`, { cause });
  }
  const people = (["held-out", "others", "all"] as const).find((known) => known === (values.people ?? "held-out"));
  const photos = Number(values.photos ?? "200");
  const chosen = scenes.filter(({ name }) => name.includes(values.scenes ?? ""));
  const known = chosen.length > 0 || values.scenes === "none";
  const { root, json } = values;
  if (root === undefined || json === undefined || people === undefined || !Number.isInteger(photos) || !known) {
    throw new EvaluationError("arguments", `usage: ${usage}`);
  }
  return { root, json, people, photos: Math.max(1, photos), scenes: chosen };
}
