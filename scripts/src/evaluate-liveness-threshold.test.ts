import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modelPlaces, type Registry } from "@wardkey/models";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LivenessReport } from "./evaluate-liveness.js";
import { isChosen } from "./evaluate-liveness-folds.js";
import { ratesAt } from "./evaluate-liveness-rates.js";
import { writeLivenessThreshold } from "./evaluate-liveness-threshold.js";

let folder: string;
let registryPath: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-liveness-threshold-"));
  registryPath = join(folder, "registry.json");
  await cp(modelPlaces().registryPath, registryPath);
});
afterEach(() => rm(folder, { recursive: true }));

const readJson = async (): Promise<Registry> => JSON.parse(await readFile(registryPath, "utf8"));

function reportOf(presentations: number): Pick<LivenessReport, "atBpcer3"> {
  const live = Array.from({ length: presentations }, (_, index) => ({ kind: "live", score: 0.61279 + index * 1e-4 }));
  return { atBpcer3: ratesAt(0.61279, live) };
}

describe("the threshold of liveness", () => {
  it("is written with the network that it was measured with, and nothing else changes", async () => {
    const before = await readJson();
    before.calibratedWith.passiveLiveness = "0".repeat(64);
    await writeFile(registryPath, JSON.stringify(before));
    await writeLivenessThreshold(reportOf(200), { ...modelPlaces(), registryPath });
    const after = await readJson();
    expect(after.thresholds.liveness).toBe(0.612);
    expect(before.models.passiveLiveness.source).toMatchObject({ sha256: after.calibratedWith.passiveLiveness });
    const { thresholds, calibratedWith } = after;
    expect(after).toEqual({
      ...before,
      thresholds: { ...before.thresholds, liveness: thresholds.liveness },
      calibratedWith: { ...before.calibratedWith, passiveLiveness: calibratedWith.passiveLiveness },
    });
  });

  it("is not written from fewer than 200 live presentations, or none", async () => {
    const before = await readJson();
    const places = { ...modelPlaces(), registryPath };
    await expect(writeLivenessThreshold(reportOf(199), places)).rejects.toMatchObject({ code: "too-few-pictures" });
    await expect(writeLivenessThreshold({ atBpcer3: null }, places)).rejects.toMatchObject({
      code: "too-few-pictures",
    });
    expect(await readJson()).toEqual(before);
  });
});

describe("the people of an evaluation", () => {
  it("are in one of held out and tuning at most, and the rest is what is learnt from", () => {
    const people = Array.from({ length: 4000 }, (_, index) => `Person_${index}`);
    const held = people.filter((person) => isChosen(person, "held-out"));
    const tuning = people.filter((person) => isChosen(person, "tuning"));
    expect(held.filter((person) => isChosen(person, "tuning"))).toEqual([]);
    expect(people.every((person) => isChosen(person, "all"))).toBe(true);
    expect(held.length / people.length).toBeGreaterThan(0.22);
    expect(held.length / people.length).toBeLessThan(0.28);
    expect(tuning.length / people.length).toBeGreaterThan(0.07);
    expect(tuning.length / people.length).toBeLessThan(0.12);
  });
});
