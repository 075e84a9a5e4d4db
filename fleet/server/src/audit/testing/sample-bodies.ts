import { FleetBodies, JournalBodies, type JournalEvent } from "@wardkey/protocol/fleet";
import { z } from "zod";

const SAMPLES = [
  "anna-rossi",
  "0199a1b2-0000-7000-8000-000000000002",
  "B".repeat(43),
  "0a1f",
  "7KQM",
  "device.wipe",
  "0.1.0",
  "started",
  `20${",0".repeat(19)}`,
] as const;

const Property = z.looseObject({
  type: z.string().optional(),
  pattern: z.string().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  get anyOf(): z.ZodOptional<z.ZodArray<typeof Property>> {
    return z.array(Property).optional();
  },
});
type Property = z.infer<typeof Property>;

/** One body of every kind that anybody may journal, with every key that it may have. */
export function sampleBodies(): readonly { kind: string; body: JournalEvent["body"]; fleet: boolean }[] {
  const of = (bodies: Readonly<Record<string, z.ZodType>>, fleet: boolean) =>
    Object.entries(bodies).map(([kind, schema]) => {
      const { properties } = z.toJSONSchema(schema, { io: "input" });
      const body = Object.fromEntries(
        Object.entries(properties ?? {}).map(([key, property]) => [key, sampleOf(Property.parse(property))]),
      );
      if (!schema.safeParse(body).success) throw new Error(`no sample for ${kind}: ${JSON.stringify(body)}`);
      return { kind, body, fleet };
    });
  return [...of(JournalBodies, false), ...of(FleetBodies, true)];
}

function sampleOf(property: Property): string | number | boolean | null {
  const { anyOf, type, pattern, minimum } = property;
  if (anyOf !== undefined) return sampleOf(anyOf[0] ?? {});
  const [first] = property.enum ?? [];
  if (first !== undefined) return first;
  if (type === "boolean") return true;
  if (type === "number" || type === "integer") return Math.max(1, minimum ?? 1);
  const text = SAMPLES.find((sample) => new RegExp(pattern ?? "$^").test(sample));
  if (text === undefined) throw new Error(`no sample for ${pattern}`);
  return text;
}
