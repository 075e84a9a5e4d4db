/** A vector and whether its face wears a mask. */
export interface MaskExample {
  readonly whole: Float32Array;
  readonly masked: boolean;
  /** How much the example counts. */
  readonly weight: number;
}

export interface MaskEvidenceWeights {
  readonly weights: readonly number[];
  readonly bias: number;
}

const steps = 600;
const rate = 2;
const momentum = 0.9;
const decay = 1e-3;

/** Fits a logistic regression on unit vectors by gradient descent; the same examples give the same weights. */
export function fitMaskEvidence(examples: readonly MaskExample[]): MaskEvidenceWeights {
  const length = examples[0]?.whole.length ?? 0;
  const total = examples.reduce((sum, { weight }) => sum + weight, 0);
  const parameters = new Float64Array(length + 1);
  const velocity = new Float64Array(length + 1);
  for (let step = 0; step < steps; step++) {
    const gradient = new Float64Array(length + 1);
    for (const { whole, masked, weight } of examples) {
      const error = (weight * (evidence(parameters, whole) - (masked ? 1 : 0))) / total;
      for (let i = 0; i < length; i++) gradient[i] = (gradient[i] ?? 0) + error * (whole[i] ?? 0);
      gradient[length] = (gradient[length] ?? 0) + error;
    }
    for (let i = 0; i <= length; i++) {
      const shrink = i < length ? decay * (parameters[i] ?? 0) : 0;
      velocity[i] = momentum * (velocity[i] ?? 0) - rate * ((gradient[i] ?? 0) + shrink);
      parameters[i] = (parameters[i] ?? 0) + (velocity[i] ?? 0);
    }
  }
  const rounded = Array.from(parameters, (value) => Math.round(value * 1e4) / 1e4);
  return { weights: rounded.slice(0, length), bias: rounded[length] ?? 0 };
}

/** What the fitted weights say of one face, 0 to 1. */
export function maskEvidenceOf({ weights, bias }: MaskEvidenceWeights, whole: Float32Array): number {
  return evidence(Float64Array.of(...weights, bias), whole);
}

function evidence(parameters: Float64Array, whole: Float32Array): number {
  let sum = parameters[whole.length] ?? 0;
  for (let i = 0; i < whole.length; i++) sum += (parameters[i] ?? 0) * (whole[i] ?? 0);
  return 1 / (1 + Math.exp(-sum));
}
