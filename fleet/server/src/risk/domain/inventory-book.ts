import type { Asset, Link, Relation } from "./asset.js";
import type { InventoryRow, RowFault } from "./import-row.js";

/** What one imported file says, its repetitions made one. */
export interface Inventory {
  readonly assets: readonly Asset[];
  readonly links: readonly Link[];
  readonly duplicates: number;
}

export const MOST_ASSETS = 20_000;
export const MOST_LINKS = 100_000;
const MOST_FAULTS = 100;

export type BookCode = "inventory-too-many-assets" | "inventory-too-many-links";

/**
 * Takes an inventory row by row. The same asset again adds to it: the larger impact and exposure count, and all of its
 * connections; as another kind it is a fault. Cycles are what networks are made of, and stay.
 */
export class InventoryBook {
  readonly #rows = new Map<string, InventoryRow & { readonly all: Set<string> }>();
  readonly #faults: RowFault[] = [];
  #duplicates = 0;
  #links = 0;
  #faultCount = 0;
  #rowCount = 0;

  get rows(): number {
    return this.#rowCount;
  }

  get faults(): readonly RowFault[] {
    return this.#faults;
  }

  get faultCount(): number {
    return this.#faultCount;
  }

  fault(fault: RowFault): void {
    this.#rowCount += 1;
    this.#noteFault(fault);
  }

  /** Answers a code when the file is larger than a site's picture may be. */
  add(line: number, row: InventoryRow): BookCode | null {
    this.#rowCount += 1;
    const known = this.#rows.get(row.id);
    if (known === undefined) {
      if (this.#rows.size >= MOST_ASSETS) return "inventory-too-many-assets";
      this.#rows.set(row.id, { ...row, all: new Set(row.connects) });
      this.#links += row.connects.length;
      return this.#links > MOST_LINKS ? "inventory-too-many-links" : null;
    }
    if (known.kind !== row.kind) {
      this.#noteFault({ line, code: "asset-kind-differs", field: "kind" });
      return null;
    }
    this.#duplicates += 1;
    const before = known.all.size;
    for (const to of row.connects) known.all.add(to);
    this.#links += known.all.size - before;
    const merged = {
      ...known,
      zone: known.zone ?? row.zone,
      impact: Math.max(known.impact, row.impact),
      exposure: Math.max(known.exposure, row.exposure),
    };
    this.#rows.set(row.id, merged);
    return this.#links > MOST_LINKS ? "inventory-too-many-links" : null;
  }

  /** Everything, once the file is read; `extra`: links that were not said by rows. */
  inventory(extra: readonly { from: string; to: string; relation: Relation }[] = []): Inventory {
    const idOf = (id: string): string => {
      const row = this.#rows.get(id);
      // What the file does not describe may be a device of the fleet.
      return row === undefined ? `device:${id}` : `${row.kind}:${id}`;
    };
    const assets = [...this.#rows.values()].map(
      ({ id, kind, name, zone, impact, exposure }): Asset => ({ id: idOf(id), kind, name, zone, impact, exposure }),
    );
    const links = [...this.#rows.values()].flatMap(({ id, all }) =>
      [...all]
        .filter((to) => to !== id)
        .map(
          (to): Link => ({
            from: idOf(id),
            to: idOf(to),
            relation: this.#rows.get(to)?.kind === "data" ? "holds" : "uses",
          }),
        ),
    );
    const more = extra
      .filter(({ from, to }) => from !== to)
      .map(({ from, to, relation }): Link => ({ from: idOf(from), to: idOf(to), relation }));
    const once = new Map([...links, ...more].map((link) => [`${link.from}\n${link.to}\n${link.relation}`, link]));
    return { assets, links: [...once.values()], duplicates: this.#duplicates };
  }

  #noteFault(fault: RowFault): void {
    this.#faultCount += 1;
    if (this.#faults.length < MOST_FAULTS) this.#faults.push(fault);
  }
}

/** Two sources that know the same asset: each number is the larger of the two. */
export function mergeAssets(known: Asset, more: Asset): Asset {
  return {
    ...known,
    zone: known.zone ?? more.zone,
    impact: Math.max(known.impact, more.impact),
    exposure: Math.max(known.exposure, more.exposure),
  };
}

/** Of two sources that may not say it. */
export const larger = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);
