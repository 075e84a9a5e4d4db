import type { Frame, Point } from "../frame/frame.js";
import type { LoadedNetworks } from "../runtime/load-networks.js";
import type { Network } from "../runtime/network.js";
import { embedAligned } from "./embed.js";
import { FaceEmbedding, type FaceVector, type VectorName } from "./face-embedding.js";
import { judgeMask, type MaskWorn, unmasked } from "./mask-worn.js";
import { isTurned, type Pose } from "./pose.js";
import { sampleDlibChip } from "./second-opinion.js";

export interface EmbeddingWants {
  /** The vectors of both branches, whatever the face looks like; otherwise those of its own branch alone, to save time. */
  readonly bothBranches: boolean;
  /** Each vector the mean of the face and its mirror image. */
  readonly mirrored: boolean;
}

export interface EmbeddedFace {
  readonly embedding: FaceEmbedding;
  readonly maskEvidence: number;
  readonly maskWorn: MaskWorn;
}

/** Makes of one aligned face the vectors that it is told by, and says whether it wears a mask. */
export class FaceEmbedder {
  readonly #loaded: LoadedNetworks;
  readonly #maskedFrom: number;

  constructor(loaded: LoadedNetworks) {
    this.#loaded = loaded;
    this.#maskedFrom = loaded.thresholds.maskEvidence;
  }

  /** The aligned face must lie in the embedding network's input. */
  async embed(
    frame: Frame,
    { points, pose }: { readonly points: readonly Point[]; readonly pose: Pose },
    wants: EmbeddingWants,
  ): Promise<EmbeddedFace> {
    const { embed, masked, maskWorn, secondOpinion } = this.#loaded.networks;
    const mask = maskWorn === undefined ? unmasked : await judgeMask(maskWorn, embed.input);
    const behindMask = mask.evidence >= this.#maskedFrom && masked !== undefined;
    const vectors: Partial<Record<VectorName, FaceVector>> = {};
    if (masked !== undefined && (behindMask || wants.bothBranches)) {
      masked.input.set(embed.input);
      vectors.masked = await this.#vector(masked, wants);
    }
    if (!behindMask || wants.bothBranches) {
      vectors.bare = await this.#vector(embed, wants);
      if (secondOpinion !== undefined) {
        sampleDlibChip(frame, points, secondOpinion);
        vectors.second = await this.#vector(secondOpinion, wants);
      }
    }
    const embedding = new FaceEmbedding({ vectors, maskEvidence: mask.evidence, turned: isTurned(pose) });
    return { embedding, maskEvidence: mask.evidence, maskWorn: mask.worn };
  }

  async #vector(network: Network, { mirrored }: EmbeddingWants): Promise<FaceVector> {
    const model = this.#loaded.modelIds.get(network) ?? new Uint8Array(8);
    return { numbers: await embedAligned(network, mirrored), model };
  }
}
