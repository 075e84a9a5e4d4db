import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusal } from "./evaluate/testing/refusal.js";
import { type MaskTally, main, maskRates, type Taken } from "./evaluate-masks.js";

const taken = (folder: MaskTally["folder"], ...many: readonly Taken[]): MaskTally[] =>
  many.map((one) => ({ folder, taken: one }));

describe("the rates of telling masks", () => {
  it("count a face that is not found against the pipeline, and tell it apart", () => {
    const { rightOfFound, rightOfAll, withMask, withoutMask } = maskRates([
      ...taken("with_mask", "proper", "under-nose", "none", "no-face"),
      ...taken("without_mask", "none", "none", "proper", "unreadable"),
    ]);
    expect(rightOfFound).toMatchObject({ rate: 0.666667, pictures: 6 });
    expect(rightOfAll).toMatchObject({ rate: 0.5, pictures: 8 });
    expect(rightOfAll?.interval95[0]).toBeLessThan(0.5);
    expect(withMask).toEqual({ pictures: 4, none: 1, proper: 1, underNose: 1, noFace: 1, unreadable: 0 });
    expect(withoutMask).toEqual({ pictures: 4, none: 2, proper: 1, underNose: 0, noFace: 0, unreadable: 1 });
  });

  it("are unknown of nothing", () => {
    expect(maskRates(taken("with_mask", "no-face")).rightOfFound).toBeNull();
  });
});

describe("an evaluation of masks", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "wardkey-masks-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("refuses what it cannot measure with a code, before it loads any model", async () => {
    const out = ["--json", join(folder, "o")];
    expect(await refusal(main, ["--root", folder])).toEqual([2, "arguments"]);
    expect(await refusal(main, ["--root", folder, ...out, "--people", "some"])).toEqual([2, "arguments"]);
    expect(await refusal(main, ["--root", folder, ...out])).toEqual([2, "folder-unreadable"]);
  });
});
