import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { modelPlaces, type Registry, readRegistry } from "@wardkey/models";
import { beforeAll, describe, expect, it } from "vitest";

// Whoever derives thresholds or measures anew changes the registry: what people read must follow.
const models = dirname(modelPlaces().registryPath);
let registry: Registry;
let biometrics: string;

beforeAll(async () => {
  registry = await readRegistry(modelPlaces().registryPath);
  biometrics = await readFile(join(models, "..", "docs", "biometrics.md"), "utf8");
});

type Figures = Registry["calibration"][number]["figures"];

const percent = (share: number): string => (share * 100).toFixed(1);
const withInterval = (share: number, [low, high]: readonly number[]): string =>
  `${percent(share)} % (${percent(low ?? 0)} to ${percent(high ?? 0)})`;
const scientific = (share: number): string => share.toExponential(1);

/** A figure of the registry, with its interval where it has one. */
function figure(figures: Figures, name: string): string {
  const [share, interval] = [figures[name], figures[`${name}Interval95`]];
  if (typeof share !== "number") throw new Error(`the registry has no number for ${name}`);
  return Array.isArray(interval) ? withInterval(share, interval) : `${percent(share)} %`;
}

/** A row for each sort of presentation: by one frame, and fused over several where that was measured. */
function livenessRows([single, fused]: readonly { readonly figures: Figures }[]): readonly string[] {
  const names = Object.keys(single?.figures ?? {}).filter((name) => /^[ab]pcer .*(?<!Interval95)$/.test(name));
  return names.map((name) => {
    const cells = [single, fused].map((of) => (of !== undefined && name in of.figures ? figure(of.figures, name) : ""));
    const [error, ...sort] = name.split(" ");
    const what = error === "bpcer" ? "refused (BPCER)" : "accepted (APCER)";
    return `| ${sort.join(" ")}: ${what} | ${cells.join(" | ")} |`.replace("|  |", "| |");
  });
}

describe("docs/biometrics.md", () => {
  it.each(["bare", "masked"] as const)("has the %s thresholds that are in force, with their rates", (branch) => {
    for (const point of registry.thresholds[branch]) {
      const [low = 0, high = 0] = point.falseMatchInterval95;
      const matches = `${scientific(point.falseMatchRate)} (${scientific(low)} to ${scientific(high)})`;
      const refuses = withInterval(point.falseNonMatchRate, point.falseNonMatchInterval95);
      expect(biometrics).toContain(
        `| ${branch} | ${scientific(point.rate)} | ${point.threshold} | ${matches} | ${refuses} |`,
      );
    }
  });

  it.each([
    ["embed", "bare"],
    ["masked", "large mask on the probe (simulated)"],
  ] as const)("has the registry's figures of %s", (role, row) => {
    const figures = registry.models[role]?.evaluation[0]?.figures ?? {};
    const accuracy = percent(Number(figures["accuracy"]));
    const rates = ["fnmrAtFmr0.01", "fnmrAtFmr0.001"].map((name) => figure(figures, name)).join(" | ");
    const notFound = `${figures["failedToFind"]} of 674`;
    expect(biometrics).toContain(`| ${row} | ${accuracy} % | ${figure(figures, "eer")} | ${rates} | ${notFound} |`);
  });

  it("has the threshold of liveness, and what it refuses and accepts, as the network's card has", async () => {
    const card = await readFile(join(models, "passive-liveness", "CARD.md"), "utf8");
    const rows = livenessRows(registry.models.passiveLiveness.evaluation);
    expect(rows.length).toBeGreaterThan(6);
    for (const text of [biometrics, card]) {
      expect(text).toContain(String(registry.thresholds.liveness));
      for (const row of rows) expect(text.replaceAll("**", "")).toContain(row);
    }
  });

  it("has how often masks are told, with faces that are not found and without", () => {
    const figures = registry.models.maskWorn?.evaluation[0]?.figures ?? {};
    for (const name of ["rightOfFound", "rightOfAll"]) {
      const [share, interval] = [Number(figures[name]), figures[`${name}Interval95`]];
      const [low = 0, high = 0] = Array.isArray(interval) ? interval : [];
      expect(biometrics).toMatch(
        new RegExp(`${percent(share)} %[^|]{0,30}\\(${percent(low)} to ${percent(high)}\\)`.replaceAll(".", "\\.")),
      );
    }
  });
});
