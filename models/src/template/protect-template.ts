import { embeddingParts, type FaceEmbedding, toUnitLength } from "../face/face-embedding.js";
import { ModelsError } from "../models-error.js";
import { type FaceVector, type VectorName, vectorNames, vectorsOf } from "./face-vectors.js";
import { KeyedTransform } from "./keyed-transform.js";
import { overwrite } from "./overwrite.js";
import { layOut, type ProtectedTemplate, type TurnedVector } from "./protected-template.js";

/**
 * Makes the template that a phone keeps from the embeddings of one enrolment, all taken with `mirrored`: their mean in
 * each vector that all of them have, turned by the site's key (32 bytes, one a wallet and epoch) and rounded to eight bits.
 * Refuses with `template-no-embedding` (none, one without the vectors of both branches or of a turned face, of several
 * models, or without a common direction) or `template-key-size`.
 */
export function protectTemplate(input: {
  readonly embeddings: readonly FaceEmbedding[];
  readonly key: Uint8Array;
}): ProtectedTemplate {
  if (input.embeddings.some((embedding) => embeddingParts(embedding).turned)) throw noEmbedding();
  const faces = input.embeddings.map(vectorsOf);
  const turned: Partial<Record<VectorName, TurnedVector>> = {};
  for (const name of vectorNames) {
    const views = faces.flatMap((vectors) => vectors[name] ?? []);
    if (views.length === faces.length && faces.length > 0) turned[name] = turnedMean(views, input.key, name);
    else if (name !== "second" || views.length > 0) throw noEmbedding();
  }
  const template = layOut(turned);
  for (const vector of Object.values(turned)) overwrite(vector.numbers);
  return template;
}

function turnedMean(views: readonly FaceVector[], key: Uint8Array, name: VectorName): TurnedVector {
  const [
    {
      model,
      numbers: { length },
    } = { model: new Uint8Array(), numbers: new Float32Array() },
  ] = views;
  const alike = views.every((view) => view.numbers.length === length && Buffer.from(view.model).equals(model));
  if (!alike) throw noEmbedding();
  const mean = new Float32Array(length);
  for (const { numbers } of views) for (let i = 0; i < length; i++) mean[i] = (mean[i] ?? 0) + (numbers[i] ?? 0);
  toUnitLength(mean);
  if (mean.every((value) => value === 0)) throw noEmbedding();
  const transform = new KeyedTransform(key, name, length);
  const numbers = transform.apply(mean);
  transform.overwrite();
  overwrite(mean);
  return { numbers, model };
}

function noEmbedding(): ModelsError {
  return new ModelsError(
    "template-no-embedding",
    "a template needs embeddings of one model, with both branches, of a face that looks at the camera",
    { remedy: "Analyse the enrolment frames with { embedding: true, mirrored: true }." },
  );
}
