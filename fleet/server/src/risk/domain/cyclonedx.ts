import { z } from "zod";
import type { Relation } from "./asset.js";
import type { InventoryRow, VulnerabilityRow } from "./import-row.js";
import { isAssetId } from "./import-row.js";

/** What is read of a CycloneDX document (ECMA-424, 1.4 to 1.6): the rest is passed over, because it changes no risk. */

const Property = z.object({ name: z.string(), value: z.string().optional() });
const Component = z.object({
  "bom-ref": z.string().optional(),
  type: z.string().optional(),
  name: z.string(),
  version: z.string().optional(),
  properties: z.array(Property).optional(),
  get components(): z.ZodOptional<z.ZodArray<typeof Component>> {
    return z.array(Component).optional();
  },
});
type Component = z.infer<typeof Component>;
const Rating = z.object({ score: z.number().min(0).max(10).optional(), method: z.string().optional() });
const Vulnerability = z.object({
  id: z.string().optional(),
  ratings: z.array(Rating).optional(),
  affects: z.array(z.object({ ref: z.string() })).optional(),
  properties: z.array(Property).optional(),
});
export const CycloneDx = z.object({
  bomFormat: z.literal("CycloneDX"),
  metadata: z.object({ component: Component.optional() }).optional(),
  components: z.array(Component).optional(),
  services: z.array(Component).optional(),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).optional() })).optional(),
  vulnerabilities: z.array(Vulnerability).optional(),
});
export type CycloneDx = z.infer<typeof CycloneDx>;

export interface BomRows {
  readonly rows: readonly { readonly line: number; readonly row: InventoryRow | null }[];
  readonly links: readonly { readonly from: string; readonly to: string; readonly relation: Relation }[];
}

const DEEPEST = 20;

/**
 * Components and services as assets. Who depends on something uses it, and whoever holds that holds a part of who depends
 * on it. The properties `wardkey:impact` (0 to 10) and `wardkey:exposure` (0 to 1) say what the format has no words for.
 */
export function assetsOfBom(bom: CycloneDx): BomRows {
  const rows: BomRows["rows"][number][] = [];
  const links: BomRows["links"][number][] = [];
  const visit = (component: Component, sort: "component" | "service", within: string | null, depth: number): void => {
    const id = (component["bom-ref"] ?? component.name).trim();
    rows.push({ line: rows.length + 1, row: rowOf(component, sort, id) });
    if (within !== null && within !== id) links.push({ from: id, to: within, relation: "depended-on-by" });
    if (depth >= DEEPEST) return;
    for (const part of component.components ?? []) visit(part, sort, id, depth + 1);
  };
  const root = bom.metadata?.component;
  if (root !== undefined) visit(root, "component", null, 0);
  for (const each of bom.components ?? []) visit(each, "component", null, 0);
  for (const each of bom.services ?? []) visit(each, "service", null, 0);
  for (const { ref, dependsOn = [] } of bom.dependencies ?? []) {
    for (const part of dependsOn) {
      links.push({ from: ref.trim(), to: part.trim(), relation: "uses" });
      links.push({ from: part.trim(), to: ref.trim(), relation: "depended-on-by" });
    }
  }
  return { rows, links: links.filter(({ from, to }) => isAssetId(from) && isAssetId(to)) };
}

function rowOf(component: Component, sort: "component" | "service", id: string): InventoryRow | null {
  const name = [component.name, component.version]
    .filter((part) => part !== undefined)
    .join(" ")
    .trim();
  const impact = numberOf(component.properties, "wardkey:impact", 10);
  const exposure = numberOf(component.properties, "wardkey:exposure", 1);
  if (!isAssetId(id) || !isAssetId(name.slice(0, 120).trim()) || impact === null || exposure === null) return null;
  const kind = sort === "service" ? "service" : kindOf(component.type);
  return { id, kind, name: name.slice(0, 120).trim(), zone: null, impact: impact / 10, exposure, connects: [] };
}

function kindOf(type: string | undefined): InventoryRow["kind"] {
  switch (type) {
    case "device":
    case "machine":
      return "device";
    case "data":
    case "file":
    case "cryptographic-asset":
      return "data";
    default:
      return "service";
  }
}

/** 0 when it is not said; `null` when what is said is no such number. */
function numberOf(properties: Component["properties"], name: string, most: number): number | null {
  const said = properties?.find((each) => each.name === name)?.value;
  if (said === undefined) return 0;
  const value = Number(said);
  return said.trim() !== "" && value >= 0 && value <= most ? value : null;
}

/** The vulnerabilities of the same document: the highest score that any method gave. */
export function vulnerabilitiesOfBom(
  bom: CycloneDx,
): { line: number; cells: Record<keyof VulnerabilityRow, string> }[] {
  return (bom.vulnerabilities ?? []).map(({ id = "", ratings = [], affects = [], properties }, index) => {
    const scores = ratings.flatMap(({ score }) => score ?? []);
    return {
      line: index + 1,
      cells: {
        cve: id,
        cvss: scores.length === 0 ? "" : String(Math.max(...scores)),
        epss: properties?.find(({ name }) => name === "wardkey:epss")?.value ?? "",
        assets: affects.map(({ ref }) => ref).join(";"),
      },
    };
  });
}
