import * as z from "zod";
import { ModelsError } from "../models-error.js";
import { dot, embeddingLength } from "./face-embedding.js";

/** How much a face looks masked, 0 to 1, from the unit vector of the whole face. */
export type MaskEstimator = (whole: Float32Array) => number;

const Weights = z.strictObject({
  format: z.literal(1),
  weights: z.array(z.number()).length(embeddingLength),
  bias: z.number(),
});

/** Sees no mask on anybody: for an embedding model for which nobody has fitted weights. */
export const noMaskEvidence: MaskEstimator = () => 0;

/** A logistic regression on the embedding, read from its file; refuses other contents with `model-shape`. */
export function readMaskEstimator(bytes: Uint8Array, file: string): MaskEstimator {
  const parsed = Weights.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  if (!parsed.success) {
    throw new ModelsError("model-shape", `these are no mask evidence weights: ${z.prettifyError(parsed.error)}`, {
      file,
    });
  }
  const { weights, bias } = parsed.data;
  return (whole) => 1 / (1 + Math.exp(-(dot(weights, whole) + bias)));
}
