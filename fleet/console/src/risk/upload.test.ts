import { expect, it } from "vitest";
import { sourceOf } from "./upload.js";

it("names a source after its file, as the site takes names", () => {
  const names = ["CMDB export 2026.csv", "sbom.cdx.json", "Ωμέγα.csv", "--x--.CSV", `${"long".repeat(40)}.csv`];
  expect(names.map(sourceOf)).toEqual(["cmdb-export-2026", "sbom-cdx", "file", "x", "long".repeat(16).slice(0, 63)]);
});
