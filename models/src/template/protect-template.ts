import { embeddingLength, embeddingParts, type FaceEmbedding, toUnitLength } from "../face/face-embedding.js";
import { ModelsError } from "../models-error.js";
import { KeyedTransform } from "./keyed-transform.js";
import { overwrite } from "./overwrite.js";
import { layOut, type ProtectedTemplate } from "./protected-template.js";

/**
 * Makes the template that a phone keeps from the embeddings of one enrolment, all taken with `mirrored`: their mean in
 * each branch, turned by the site's key (32 bytes, one a wallet and epoch) and rounded to eight bits.
 * Refuses with `template-no-embedding` (none, one without both branches or of a turned face, or of several models) or `template-key-size`.
 */
export function protectTemplate(input: {
  readonly embeddings: readonly FaceEmbedding[];
  readonly key: Uint8Array;
}): ProtectedTemplate {
  const all = input.embeddings.map(embeddingParts);
  const [first] = all;
  const uppers = all.flatMap(({ upper }) => upper ?? []);
  const away = all.some((embedding) => embedding.turned);
  const oneModel = all.every(({ model }) => Buffer.from(model).equals(first?.model ?? Buffer.alloc(0)));
  if (first === undefined || uppers.length < all.length || !oneModel || away) {
    throw new ModelsError(
      "template-no-embedding",
      "a template needs embeddings of one model, with both branches, of a face that looks at the camera",
      {
        remedy: "Analyse the enrolment frames with { embedding: true, mirrored: true }.",
      },
    );
  }
  const bare = meanDirection(all.map(({ whole }) => whole));
  const masked = meanDirection(uppers);
  const transforms = {
    bare: new KeyedTransform(input.key, "bare", embeddingLength),
    masked: new KeyedTransform(input.key, "masked", embeddingLength),
  };
  const turned = { bare: transforms.bare.apply(bare), masked: transforms.masked.apply(masked) };
  const template = layOut(turned, first.model);
  overwrite(bare, masked, turned.bare, turned.masked);
  transforms.bare.overwrite();
  transforms.masked.overwrite();
  return template;
}

function meanDirection(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(embeddingLength);
  for (const vector of vectors) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0);
  return toUnitLength(sum);
}
