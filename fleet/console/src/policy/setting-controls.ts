import { type SettingName, Settings } from "@wardkey/protocol/policy";
import { z } from "zod";

/** How a setting is asked for. It follows the policy's own schema, so that a new setting has a control by itself. */
export type Control =
  | { readonly kind: "switch" }
  | { readonly kind: "number"; readonly least: number; readonly most: number; readonly step: number }
  | { readonly kind: "choice"; readonly options: readonly (string | number)[] }
  | { readonly kind: "several"; readonly options: readonly string[] }
  | { readonly kind: "hours"; readonly most: number }
  /** Nothing that a form could ask for: it is written in the text. */
  | { readonly kind: "text" };

const Shape = z.object({
  type: z.string().optional(),
  enum: z.array(z.union([z.string(), z.number()])).optional(),
  const: z.union([z.string(), z.number()]).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxItems: z.number().optional(),
  get items() {
    return Shape.optional();
  },
  get anyOf() {
    return z.array(Shape).optional();
  },
});
type Shape = z.infer<typeof Shape>;
const Properties = z.object({ properties: z.record(z.string(), Shape) });

const described = Properties.parse(z.toJSONSchema(Settings)).properties;

export function controlOf(name: SettingName): Control {
  const shape = described[name];
  return shape === undefined ? { kind: "text" } : controlFor(shape);
}

function controlFor(shape: Shape): Control {
  const options = optionsOf(shape);
  if (options.length > 0) return { kind: "choice", options };
  switch (shape.type) {
    case "boolean":
      return { kind: "switch" };
    case "integer":
    case "number": {
      const { minimum: least, maximum: most } = shape;
      if (least === undefined || most === undefined) return { kind: "text" };
      return { kind: "number", least, most, step: shape.type === "integer" ? 1 : stepOf(most - least) };
    }
    case "array": {
      const words = optionsOf(shape.items ?? {}).filter((option) => typeof option === "string");
      if (words.length > 0) return { kind: "several", options: words };
      return shape.items?.type === "object" ? { kind: "hours", most: shape.maxItems ?? 1 } : { kind: "text" };
    }
    default:
      return { kind: "text" };
  }
}

function optionsOf(shape: Shape): readonly (string | number)[] {
  if (shape.enum !== undefined) return shape.enum;
  if (shape.const !== undefined) return [shape.const];
  const inner = (shape.anyOf ?? []).map(optionsOf);
  return inner.every((options) => options.length > 0) ? inner.flat() : [];
}

const stepOf = (range: number): number => (range > 1 ? 0.1 : 0.01);

/** Settings in the groups in which people think of them; one that no group knows stands by its own first word. */
const SECTIONS: Readonly<Record<string, Section>> = {
  kiosk: "kiosk",
  consent: "consent",
  matching: "matching",
  liveness: "liveness",
  camera: "liveness",
  presence: "presence",
  idle: "idle",
  veil: "idle",
  lease: "lease",
  quota: "lease",
  breakGlass: "breakGlass",
  ways: "ways",
  risk: "risk",
  nudge: "nudge",
  training: "nudge",
  cue: "nudge",
};
export const SECTION_NAMES = [
  ...["kiosk", "consent", "matching", "liveness", "presence", "idle"],
  ...["lease", "ways", "breakGlass", "risk", "nudge", "other"],
] as const;
export type Section =
  | "kiosk"
  | "consent"
  | "matching"
  | "liveness"
  | "presence"
  | "idle"
  | "lease"
  | "ways"
  | "breakGlass"
  | "risk"
  | "nudge"
  | "other";

export function sectionOf(name: SettingName): Section {
  return SECTIONS[name.split(".")[0] ?? ""] ?? "other";
}
