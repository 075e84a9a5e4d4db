import type { Frame, Point } from "../frame/frame.js";
import type { LoadedNetworks } from "../runtime/load-networks.js";
import type { Network } from "../runtime/network.js";
import { embedAligned, sampleAligned } from "./embed.js";
import { FaceEmbedding, type FaceVector, type VectorName } from "./face-embedding.js";
import { judgeMask, type MaskWorn, unmasked } from "./mask-worn.js";
import { isTurned, type Pose } from "./pose.js";
import { sampleDlibChip } from "./second-opinion.js";
import { straighten } from "./straighten.js";

export interface EmbeddingWants {
  /** The vectors of both branches, whatever the face looks like; otherwise those of its own branch alone, to save time. */
  readonly bothBranches: boolean;
  /** For a template: a bare face also gives the vector that masked ones are compared with, and looks twice for each. */
  readonly forTemplate: boolean;
}

export interface FaceToEmbed {
  /** The five points by which it is aligned; put straight already, where they were guessed behind a mask. */
  readonly points: readonly Point[];
  readonly straight: boolean;
  readonly pose: Pose;
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
  async embed(frame: Frame, { points, straight, pose }: FaceToEmbed, wants: EmbeddingWants): Promise<EmbeddedFace> {
    const { embed, masked, maskedPose, maskWorn, secondOpinion } = this.#loaded.networks;
    const mask = maskWorn === undefined ? unmasked : await judgeMask(maskWorn, embed.input);
    const behindMask = mask.evidence >= this.#maskedFrom && masked !== undefined;
    const vectors: Partial<Record<VectorName, FaceVector>> = {};
    if (!behindMask || wants.bothBranches) {
      vectors.bare = await this.#vector(embed, wants.forTemplate);
      if (secondOpinion !== undefined) {
        sampleDlibChip(frame, points, secondOpinion);
        vectors.second = await this.#vector(secondOpinion, wants.forTemplate);
      }
    }
    if (masked !== undefined && wants.forTemplate && !behindMask && vectors.bare !== undefined) {
      vectors.masked = this.#projected(vectors.bare, masked);
    } else if (masked !== undefined && (behindMask || wants.bothBranches)) {
      const known = straight || maskedPose === undefined;
      sampleAligned(frame, known ? points : await straighten(frame, points, maskedPose), masked);
      vectors.masked = await this.#vector(masked, true);
    }
    const embedding = new FaceEmbedding({ vectors, maskEvidence: mask.evidence, turned: isTurned(pose) });
    return { embedding, maskEvidence: mask.evidence, maskWorn: mask.worn };
  }

  /** What the network for masked faces would be compared with; it counts as that network's. */
  #projected({ numbers }: FaceVector, masked: Network): FaceVector {
    return { numbers: this.#loaded.projectMasked(numbers), model: this.#idOf(masked) };
  }

  async #vector(network: Network, mirrored: boolean): Promise<FaceVector> {
    return { numbers: await embedAligned(network, mirrored), model: this.#idOf(network) };
  }

  #idOf(network: Network): Uint8Array {
    return this.#loaded.modelIds.get(network) ?? new Uint8Array(8);
  }
}
