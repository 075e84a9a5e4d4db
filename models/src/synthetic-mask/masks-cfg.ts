import type { Point } from "../frame/frame.js";
import { ModelsError } from "../models-error.js";
import type { MaskAnchors } from "./mask-template.js";

/** One section of MaskTheFace's `masks.cfg`. */
export interface MaskEntry {
  readonly name: string;
  readonly picture: string;
  readonly anchors: MaskAnchors;
}

const keys = ["mask_a", "mask_b", "mask_c", "mask_d", "mask_e", "mask_f"] as const;

/**
 * Parses `masks.cfg`: sections of `template` and six points, a to c along the upper edge and d to f along the lower,
 * each from the picture's left. Lines that begin with `;` or `#` are comments; sections that hold nothing, as MaskTheFace's
 * own list has some, name no mask. Refuses with `mask-templates`.
 */
export function parseMasksCfg(text: string, file: string): readonly MaskEntry[] {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/).map((raw) => raw.trim())) {
    if (line === "" || /^[;#]/.test(line)) continue;
    const name = /^\[(.{1,60})\]$/.exec(line)?.[1];
    const [, key, value] = /^(\w+)\s*[:=]\s*(.+)$/.exec(line) ?? [];
    if (name !== undefined) {
      section = new Map();
      sections.set(name, section);
    } else if (section !== undefined && key !== undefined && value !== undefined) section.set(key, value);
    else throw malformed(file, `the line "${line.slice(0, 60)}"`);
  }
  const filled = [...sections].filter(([, values]) => values.size > 0);
  if (filled.length === 0) throw malformed(file, "it has no sections");
  return filled.map(([name, values]) => entryOf(name, values, file));
}

function entryOf(name: string, values: ReadonlyMap<string, string>, file: string): MaskEntry {
  const picture = values.get("template");
  const [topLeft, bridge, topRight, jawLeft, chin, jawRight] = keys.map((key) => pointOf(values.get(key)));
  if (!picture || !topLeft || !bridge || !topRight || !jawLeft || !chin || !jawRight) {
    throw malformed(file, `the section "${name}"`);
  }
  return { name, picture, anchors: { topLeft, bridge, topRight, jawLeft, chin, jawRight } };
}

function pointOf(text: string | undefined): Point | undefined {
  const [, x, y] = /^(-?\d{1,5})\s*,\s*(-?\d{1,5})$/.exec(text ?? "") ?? [];
  return x === undefined || y === undefined ? undefined : { x: Number(x), y: Number(y) };
}

function malformed(file: string, what: string): ModelsError {
  return new ModelsError("mask-templates", `mask pictures cannot be placed: ${what} does not fit`, {
    file,
    remedy: "Give each section a template and the points mask_a to mask_f.",
  });
}
