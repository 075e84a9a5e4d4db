import type { MaskEvidenceWeights } from "@wardkey/models/measuring";

/** A face's mask features and whether it wears a mask. */
export interface MaskExample {
  readonly features: Float32Array;
  readonly masked: boolean;
  /** How much the example counts. */
  readonly weight: number;
}

const units = 8;
const epochs = 25;
const firstRate = 0.01;
const decay = 3e-3;
const outputDecay = 1e-4;

/**
 * Fits the small network of the mask evidence by stochastic gradient descent, its features scaled to unit variance
 * meanwhile. The same examples in the same order give the same weights.
 */
export function fitMaskEvidence(examples: readonly MaskExample[]): MaskEvidenceWeights {
  const count = examples[0]?.features.length ?? 0;
  const { mean, deviation } = momentsOf(examples, count);
  const scaled = examples.map(({ features, masked, weight }) => ({
    input: features.map((value, index) => (value - (mean[index] ?? 0)) / (deviation[index] ?? 1)),
    truth: masked ? 1 : 0,
    weight,
  }));
  const random = sequence();
  const hidden = Array.from({ length: units }, () => ({
    weights: Float64Array.from({ length: count }, () => ((random() - 0.5) * 2) / Math.sqrt(count)),
    bias: 0,
    output: random() - 0.5,
    active: 0,
  }));
  let bias = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = firstRate * (1 - epoch / epochs);
    shuffle(scaled, random);
    for (const { input, truth, weight } of scaled) {
      let sum = bias;
      for (const unit of hidden) {
        unit.active = Math.max(0, product(unit.weights, input) + unit.bias);
        sum += unit.output * unit.active;
      }
      const error = weight * (1 / (1 + Math.exp(-sum)) - truth);
      bias -= rate * error;
      for (const unit of hidden) {
        if (unit.active === 0) continue;
        const slope = error * unit.output;
        unit.output -= rate * (error * unit.active + outputDecay * unit.output);
        unit.bias -= rate * slope;
        descend(unit.weights, input, rate, slope);
      }
    }
  }
  return {
    hidden: hidden.map((unit) => {
      // The scaling goes into the weights, so that features are used as they come.
      const weights = Array.from(unit.weights, (value, index) => value / (deviation[index] ?? 1));
      const shift = weights.reduce((sum, value, index) => sum + value * (mean[index] ?? 0), 0);
      return { weights: weights.map(rounded), bias: rounded(unit.bias - shift), output: rounded(unit.output) };
    }),
    bias: rounded(bias),
  };
}

function descend(weights: Float64Array, input: Float32Array, rate: number, slope: number): void {
  for (let i = 0; i < weights.length; i++) {
    const value = weights[i] ?? 0;
    weights[i] = value - rate * (slope * (input[i] ?? 0) + decay * value);
  }
}

function momentsOf(examples: readonly MaskExample[], count: number) {
  const mean = new Float64Array(count);
  const deviation = new Float64Array(count);
  for (const { features } of examples) {
    for (let i = 0; i < count; i++) mean[i] = (mean[i] ?? 0) + (features[i] ?? 0) / examples.length;
  }
  for (const { features } of examples) {
    for (let i = 0; i < count; i++) {
      deviation[i] = (deviation[i] ?? 0) + ((features[i] ?? 0) - (mean[i] ?? 0)) ** 2 / examples.length;
    }
  }
  return { mean, deviation: deviation.map((variance) => Math.sqrt(variance) + 1e-3) };
}

function product(weights: Float64Array, input: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += (weights[i] ?? 0) * (input[i] ?? 0);
  return sum;
}

function shuffle<T>(items: T[], random: () => number): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [one, two] = [items[last], items[other]];
    if (one === undefined || two === undefined) continue;
    items[last] = two;
    items[other] = one;
  }
}

/** Numbers in 0 to 1, the same at each run (a linear congruence of Numerical Recipes). */
function sequence(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
