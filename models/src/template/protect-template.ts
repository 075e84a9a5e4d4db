import { embeddingParts, type FaceEmbedding } from "../face/face-embedding.js";
import { ModelsError } from "../models-error.js";
import { meanVectors, requiredVectors, type VectorName, vectorNames, vectorsOf } from "./face-vectors.js";
import { KeyedTransform } from "./keyed-transform.js";
import { overwrite } from "./overwrite.js";
import { layOut, type ProtectedTemplate, type TurnedVector } from "./protected-template.js";

/**
 * Makes the template that a phone keeps from the embeddings of one enrolment, all taken with `forTemplate`: their mean in
 * each vector that all of them have, turned by the site's key (32 bytes, one a wallet and epoch) and rounded to eight bits.
 * Refuses with `template-no-embedding` (none, one without the vectors of both branches or of a turned face, of several
 * models, or without a common direction) or `template-key-size`.
 */
export function protectTemplate(input: {
  readonly embeddings: readonly FaceEmbedding[];
  readonly key: Uint8Array;
}): ProtectedTemplate {
  const turnedAway = input.embeddings.some((embedding) => embeddingParts(embedding).turned);
  const means = turnedAway ? {} : meanVectors(input.embeddings.map(vectorsOf));
  try {
    const sound = requiredVectors.every((name) => means[name]?.numbers.some((value) => value !== 0));
    if (!sound) throw noEmbedding();
    const turned: Partial<Record<VectorName, TurnedVector>> = {};
    for (const name of vectorNames) {
      const mean = means[name];
      if (mean === undefined) continue;
      const transform = new KeyedTransform(input.key, name, mean.numbers.length);
      turned[name] = { numbers: transform.apply(mean.numbers), model: mean.model };
      transform.overwrite();
    }
    const template = layOut(turned);
    for (const { numbers } of Object.values(turned)) overwrite(numbers);
    return template;
  } finally {
    for (const { numbers } of Object.values(means)) overwrite(numbers);
  }
}

function noEmbedding(): ModelsError {
  return new ModelsError(
    "template-no-embedding",
    "a template needs embeddings of one model, with both branches, of a face that looks at the camera",
    { remedy: "Analyse the enrolment frames with { embedding: true, forTemplate: true }." },
  );
}
