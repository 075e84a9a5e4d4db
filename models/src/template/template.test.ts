import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dot, embeddingLength, embeddingParts, FaceEmbedding, toUnitLength } from "../face/face-embedding.js";
import { ModelsError } from "../models-error.js";
import type { OperatingPoint, Thresholds } from "../registry/operating-points.js";
import { KeyedTransform } from "./keyed-transform.js";
import { matchTemplate } from "./match-template.js";
import { protectTemplate } from "./protect-template.js";
import { mostTemplateBytes, parseTemplate } from "./protected-template.js";

const branch: Omit<OperatingPoint, "threshold"> = {
  rate: 0.001,
  falseMatchRate: 0.001,
  falseMatchInterval95: [0, 1],
  falseNonMatchRate: 0,
  falseNonMatchInterval95: [0, 1],
};
const thresholds: Thresholds = {
  bare: { ...branch, threshold: 0.5 },
  masked: { ...branch, threshold: 0.6 },
  maskEvidence: 0.5,
  liveness: 0.5,
};
const model = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const key = new Uint8Array(32).fill(7);
const otherKey = new Uint8Array(32).fill(8);

function unitVector(seed: number): Float32Array {
  let state = seed;
  const vector = Float32Array.from({ length: embeddingLength }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return toUnitLength(vector);
}

/** A face whose numbers follow from its seed; `noise` mixes another in. */
function faceOf(
  seed: number,
  options: { noise?: number; maskEvidence?: number; model?: Uint8Array; turned?: boolean } = {},
): FaceEmbedding {
  const mix = (base: Float32Array, other: Float32Array) =>
    toUnitLength(base.map((value, index) => value + (options.noise ?? 0) * (other[index] ?? 0)));
  return new FaceEmbedding({
    vectors: {
      bare: { numbers: mix(unitVector(seed), unitVector(seed + 100)), model: options.model ?? model },
      masked: { numbers: mix(unitVector(seed + 1000), unitVector(seed + 1100)), model: options.model ?? model },
    },
    maskEvidence: options.maskEvidence ?? 0,
    turned: options.turned ?? false,
  });
}

/** A face whose numbers cancel out those of the other. */
function mirrored(face: FaceEmbedding): FaceEmbedding {
  const { vectors, ...rest } = embeddingParts(face);
  const opposed = Object.entries(vectors).map(([name, { numbers, model: madeBy }]) => {
    return [name, { numbers: numbers.map((value) => -value), model: madeBy }];
  });
  return new FaceEmbedding({ ...rest, vectors: Object.fromEntries(opposed) });
}

// Place, length, network; then the numbers.
const vectorLength = 11 + embeddingLength;

function swapped(bytes: Uint8Array): Uint8Array {
  const [first, second] = [bytes.slice(4, 4 + vectorLength), bytes.slice(4 + vectorLength)];
  return Uint8Array.of(...bytes.slice(0, 4), ...second, ...first);
}

describe("the keyed transform", () => {
  it("keeps the cosine of any two vectors", () => {
    const transform = new KeyedTransform(key, "bare", embeddingLength);
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), (one, other) => {
        const [a, b] = [unitVector(one), unitVector(other)];
        expect(dot(transform.apply(a), transform.apply(b))).toBeCloseTo(dot(a, b), 6);
      }),
      { numRuns: 50 },
    );
  });

  it("is the same for the same key and unrelated for another key or branch", () => {
    const vector = unitVector(1);
    const turned = new KeyedTransform(key, "bare", embeddingLength).apply(vector);
    expect(new KeyedTransform(key, "bare", embeddingLength).apply(vector)).toEqual(turned);
    const others = [
      new KeyedTransform(otherKey, "bare", embeddingLength),
      new KeyedTransform(key, "masked", embeddingLength),
    ];
    // Unrelated unit vectors of 192 numbers have a cosine with a standard deviation of 0.072.
    for (const other of others) expect(Math.abs(dot(other.apply(vector), turned))).toBeLessThan(0.36);
  });

  it("leaves no axis near itself", () => {
    const transform = new KeyedTransform(key, "bare", embeddingLength);
    const stays = Array.from({ length: embeddingLength }, (_, axis) => {
      const basis = new Float32Array(embeddingLength);
      basis[axis] = 1;
      return Math.abs(transform.apply(basis)[axis] ?? 1);
    });
    expect(Math.max(...stays)).toBeLessThan(0.36);
  });

  it.each([0, 16, 31, 33])("refuses a key of %i bytes", (length) => {
    expect(() => new KeyedTransform(new Uint8Array(length), "bare", embeddingLength)).toThrow(
      expect.objectContaining({ code: "template-key-size" }),
    );
  });
});

describe("a protected template", () => {
  const make = () => protectTemplate({ embeddings: [faceOf(1)], key });

  it("matches the same face under its key and loses almost nothing to rounding", () => {
    const match = matchTemplate({ template: make(), key, probe: faceOf(1), thresholds });
    expect(match).toMatchObject({ outcome: "match", branch: "bare" });
    expect(match).toHaveProperty("similarity", expect.closeTo(1, 3));
  });

  it("is the mean of several views", () => {
    const embeddings = [faceOf(1, { noise: 0.5 }), faceOf(1, { noise: -0.5 })];
    const match = matchTemplate({ template: protectTemplate({ embeddings, key }), key, probe: faceOf(1), thresholds });
    expect(match).toHaveProperty("similarity", expect.closeTo(1, 2));
  });

  it.each([
    ["another face", { template: make(), key, probe: faceOf(2), thresholds }],
    ["the same face under another key", { template: make(), key: otherKey, probe: faceOf(1), thresholds }],
  ])("stays below the threshold for %s", (_, input) => {
    expect(matchTemplate(input)).toMatchObject({ outcome: "below-threshold", branch: "bare" });
  });

  it("is compared in the masked branch, with its threshold, when the probe looks masked", () => {
    const probe = faceOf(1, { noise: 1, maskEvidence: 0.9 });
    const match = matchTemplate({ template: make(), key, probe, thresholds });
    expect(match).toMatchObject({ outcome: "match", branch: "masked" });
    expect(match).toHaveProperty("similarity", expect.closeTo(Math.SQRT1_2, 1));
  });

  it("is not compared in a branch for which there is no threshold", () => {
    const probe = faceOf(1, { maskEvidence: 0.9 });
    const closed = { ...thresholds, masked: null };
    expect(matchTemplate({ template: make(), key, probe, thresholds: closed })).toEqual({
      outcome: "branch-closed",
      branch: "masked",
    });
    const open = matchTemplate({ template: make(), key, probe: faceOf(1), thresholds: closed });
    expect(open).toMatchObject({ outcome: "match", branch: "bare" });
  });

  it("of another model, or erased, is refused and not compared", () => {
    const probe = faceOf(1, { model: new Uint8Array(8) });
    const template = make();
    expect(matchTemplate({ template, key, probe, thresholds })).toEqual({
      outcome: "refused",
      reason: "template-other-model",
    });
    template.overwrite();
    expect(matchTemplate({ template, key, probe, thresholds })).toEqual({
      outcome: "refused",
      reason: "template-erased",
    });
    expect(template.toBytes().every((byte) => byte === 0)).toBe(true);
  });

  it("of a network that a masked face was not seen by is refused in that branch alone", () => {
    const bytes = make().toBytes();
    const parsed = parseTemplate(bytes.with(4 + vectorLength + 3, 99));
    if (parsed.outcome !== "parsed") throw new Error("the template was refused");
    const { template } = parsed;
    expect(matchTemplate({ template, key, probe: faceOf(1), thresholds })).toMatchObject({ outcome: "match" });
    expect(matchTemplate({ template, key, probe: faceOf(1, { maskEvidence: 1 }), thresholds })).toEqual({
      outcome: "refused",
      reason: "template-other-model",
    });
  });

  it("is compared with no face that is turned away", () => {
    const match = matchTemplate({ template: make(), key, probe: faceOf(1, { turned: true }), thresholds });
    expect(match).toEqual({ outcome: "refused", reason: "face-turned" });
  });

  it("is unlinkable at a glance: the same face under two keys gives unrelated bytes", () => {
    const [one, other] = [key, otherKey].map((each) => protectTemplate({ embeddings: [faceOf(1)], key: each }));
    const numbers = (template: typeof one) => template?.vector("bare")?.numbers ?? new Int8Array(1);
    const [a, b] = [numbers(one), numbers(other)];
    expect(Math.abs(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)))).toBeLessThan(0.36);
  });

  it("comes back from its bytes, of which there are few", () => {
    const bytes = make().toBytes();
    expect(bytes.length).toBe(4 + 2 * vectorLength);
    expect(mostTemplateBytes).toBeLessThanOrEqual(1024);
    const parsed = parseTemplate(bytes);
    expect(parsed.outcome).toBe("parsed");
    if (parsed.outcome === "parsed") expect(parsed.template.toBytes()).toEqual(bytes);
  });

  it("keeps its own copy of the bytes", () => {
    const bytes = make().toBytes();
    const parsed = parseTemplate(bytes);
    bytes.fill(0);
    if (parsed.outcome !== "parsed") throw new Error("the template was refused");
    expect(matchTemplate({ template: parsed.template, key, probe: faceOf(1), thresholds }).outcome).toBe("match");
  });

  it.each([
    ["no bytes", (_: Uint8Array) => new Uint8Array(), "template-malformed"],
    ["one byte too few", (bytes: Uint8Array) => bytes.subarray(1), "template-malformed"],
    ["the last byte missing", (bytes: Uint8Array) => bytes.subarray(0, -1), "template-malformed"],
    ["a byte more", (bytes: Uint8Array) => Uint8Array.of(...bytes, 0), "template-malformed"],
    ["the version before", (bytes: Uint8Array) => bytes.with(2, 1), "template-version"],
    ["another version", (bytes: Uint8Array) => bytes.with(2, 9), "template-version"],
    ["a vector that is not there", (bytes: Uint8Array) => bytes.with(3, 3), "template-malformed"],
    ["a vector without a name", (bytes: Uint8Array) => bytes.with(4, 9), "template-malformed"],
    ["its vectors in another order", (bytes: Uint8Array) => swapped(bytes), "template-malformed"],
    ["one vector alone", (bytes: Uint8Array) => bytes.slice(0, 4 + vectorLength).with(3, 1), "template-malformed"],
    ["one vector twice", (bytes: Uint8Array) => bytes.with(4 + vectorLength, 1), "template-malformed"],
    ["a length that reaches beyond it", (bytes: Uint8Array) => bytes.with(6, 1), "template-malformed"],
    ["numbers that are all nought", (bytes: Uint8Array) => bytes.slice().fill(0, 15, 207), "template-malformed"],
    ["numbers that do not reach 127", (bytes: Uint8Array) => bytes.slice().fill(1, 15, 207), "template-malformed"],
    ["a number beyond 127", (bytes: Uint8Array) => bytes.with(20, 0x80), "template-malformed"],
  ])("is refused with %s", (_, change, reason) => {
    expect(parseTemplate(change(make().toBytes()))).toEqual({ outcome: "refused", reason });
  });

  it("refuses any bytes without throwing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect(parseTemplate(bytes).outcome).toBe("refused");
      }),
    );
  });

  it("needs embeddings of one model, with both branches, of a face that looks at the camera", () => {
    const halves = new FaceEmbedding({
      vectors: { bare: { numbers: unitVector(1), model } },
      maskEvidence: 0,
      turned: false,
    });
    const mixed = [faceOf(1), faceOf(1, { model: new Uint8Array(8) })];
    const opposed = [faceOf(1), mirrored(faceOf(1))];
    for (const embeddings of [[], [halves], [faceOf(1), halves], mixed, [faceOf(1, { turned: true })], opposed]) {
      expect(() => protectTemplate({ embeddings, key })).toThrow(
        expect.objectContaining({ code: "template-no-embedding" }),
      );
    }
  });
});

describe("biometric types", () => {
  it("print as what they are and never as their numbers", () => {
    const [embedding, template] = [faceOf(1), protectTemplate({ embeddings: [faceOf(1)], key })];
    expect([`${embedding}`, JSON.stringify({ embedding }), inspect({ embedding })]).toEqual([
      "[face]",
      '{"embedding":"[face]"}',
      "{ embedding: [face] }",
    ]);
    expect([`${template}`, JSON.stringify({ template }), inspect({ template })]).toEqual([
      "[template]",
      '{"template":"[template]"}',
      "{ template: [template] }",
    ]);
  });

  it("lose their numbers when they are overwritten", () => {
    const probe = faceOf(1);
    const template = protectTemplate({ embeddings: [faceOf(1)], key });
    probe.overwrite();
    expect(matchTemplate({ template, key, probe, thresholds })).toMatchObject({
      outcome: "below-threshold",
      similarity: 0,
    });
  });

  it("are not reached through a type error's words", () => {
    const forged: FaceEmbedding = Object.create(FaceEmbedding.prototype);
    expect(() => protectTemplate({ embeddings: [forged], key })).toThrow(TypeError);
    expect(new ModelsError("frame-size", "x").message).not.toContain("[object");
  });
});
