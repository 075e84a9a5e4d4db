import { createHash } from "node:crypto";
import { FaceEmbedding } from "@wardkey/models";
import { sequence } from "@wardkey/models/measuring";
import { describe, expect, it } from "vitest";
import { measureLinkage } from "./evaluate-linkage.js";
import { linkageOf } from "./evaluate-linkage-measures.js";

const people = 60;

/** Scores in 0 to 1 that follow from the two numbers, and `own` more for somebody's own. */
function scores(own: number, salt = "") {
  const at = (one: number, other: number): number => {
    const [first = 0, second = 0] = createHash("sha256").update(`${salt} ${one} ${other}`).digest();
    return (first * 256 + second) / 65536 + (one === other ? own : 0);
  };
  return { people, at };
}

describe("linkage", () => {
  it("is a half, with an interval around it, for scores that say nothing", () => {
    const { auc, interval95, linkability } = linkageOf(["a", "b", "c", "d", "e"].map((salt) => scores(0, salt)));
    expect(auc).toBeCloseTo(0.5, 1);
    expect([interval95[0] <= 0.5, interval95[1] >= 0.5]).toEqual([true, true]);
    expect(linkability).toBeLessThan(0.2);
  });

  it("is one for scores that tell everybody", () => {
    const linkage = linkageOf([scores(1)]);
    expect(linkage).toEqual({ auc: 1, interval95: [1, 1], linkability: expect.closeTo(0.9, 1) });
  });

  it("is a half for scores that are all the same", () => {
    expect(linkageOf([{ people, at: () => 0 }]).auc).toBe(0.5);
  });
});

describe("templates of one person at two sites", () => {
  const random = sequence(7);
  const direction = () => Float32Array.from({ length: 192 }, () => random() - 0.5);
  const near = (vector: Float32Array) => {
    const moved = vector.map((value) => value + (random() - 0.5) * 0.5);
    const norm = Math.sqrt(moved.reduce((sum, value) => sum + value * value, 0));
    return { numbers: moved.map((value) => value / norm), model: new Uint8Array(8) };
  };
  const faces = Array.from({ length: 25 }, () => {
    const [bare, masked] = [direction(), direction()];
    const photo = () =>
      new FaceEmbedding({ vectors: { bare: near(bare), masked: near(masked) }, maskEvidence: 0, turned: false });
    return { first: photo(), second: photo() };
  });
  const randomKey = () => Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256));

  it("are linked by nobody without a key, and by everybody who has it", () => {
    const report = measureLinkage(faces, { times: 2, randomKey });
    for (const { auc } of Object.values(report.attackers)) expect(Math.abs(auc - 0.5)).toBeLessThan(0.15);
    expect(report.control.auc).toBeGreaterThan(0.99);
  });
});
