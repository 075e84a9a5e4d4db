import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { tableRows } from "./adapters/named-rows.js";
import { readInventory, readVulnerabilities } from "./app/imports.js";
import type { Slicing } from "./app/slices.js";
import { INVENTORY_COLUMNS, VULNERABILITY_COLUMNS } from "./domain/import-row.js";

const unsliced: Slicing = { monotonic: () => 0, rest: async () => undefined };

/** A file that is made while it is read: nobody holds it. */
function lines(count: number, header: string, line: (index: number) => string): Readable {
  return Readable.from(
    (function* () {
      yield Buffer.from(header);
      for (let from = 0; from < count; from += 1_000) {
        const most = Math.min(1_000, count - from);
        yield Buffer.from(Array.from({ length: most }, (_, index) => line(from + index)).join(""));
      }
    })(),
  );
}
const ROWS = process.env["WARDKEY_CAMPAIGN"] === "1" ? 1_000_000 : 60_000;

describe(`a file of ${ROWS} rows`, () => {
  it("is read to its end when it repeats itself", async () => {
    const file = lines(ROWS, "id,kind,connects\n", (index) => `n${index % 5_000},device,n${(index + 1) % 5_000}\n`);
    const outcome = await readInventory(
      tableRows(file, { columns: INVENTORY_COLUMNS, needed: ["id", "kind"], slicing: unsliced }),
    );
    if (outcome.outcome !== "read") throw new Error(outcome.code);
    const { rows, inventory } = outcome.file;
    expect([rows, inventory.assets.length, inventory.links.length, inventory.duplicates]).toEqual([
      ROWS,
      5_000,
      5_000,
      ROWS - 5_000,
    ]);
  }, 120_000);

  it("of scores keeps those of CVEs that are here", async () => {
    const file = lines(ROWS, "cve,epss\n", (index) => `CVE-2026-${100_000 + index},0.5\n`);
    const known = new Set(["CVE-2026-100007"]);
    const rows = tableRows(file, { columns: VULNERABILITY_COLUMNS, needed: ["cve"], slicing: unsliced });
    const outcome = await readVulnerabilities(rows, known);
    expect(outcome).toMatchObject({
      outcome: "read",
      file: { rows: ROWS, unmatched: ROWS - 1, vulnerabilities: [{}] },
    });
  }, 120_000);

  it("is refused early, with a code, when a picture cannot hold it", async () => {
    let made = 0;
    const file = lines(ROWS, "id,kind\n", (index) => {
      made = index;
      return `n${index},device\n`;
    });
    const outcome = await readInventory(
      tableRows(file, { columns: INVENTORY_COLUMNS, needed: ["id", "kind"], slicing: unsliced }),
    );
    expect(outcome).toEqual({ outcome: "refused", code: "inventory-too-many-assets" });
    expect(made).toBeLessThan(Math.min(ROWS, 40_000));
  }, 120_000);

  it("lets everybody else have a turn between slices of its rows", async () => {
    let [now, rests] = [0, 0];
    const slicing: Slicing = {
      // Each look is a millisecond later: ten of them are a slice.
      monotonic: () => (now += 1),
      rest: async () => {
        rests += 1;
      },
    };
    const file = lines(2_000, "id,kind\n", (index) => `n${index % 50},device\n`);
    await readInventory(tableRows(file, { columns: INVENTORY_COLUMNS, needed: ["id", "kind"], slicing }));
    expect(rests).toBe(200);
  });
});
