import { createHash } from "node:crypto";
import type { Branch } from "@wardkey/models";
import { branchSimilarity, dot, type FaceVectors } from "@wardkey/models/measuring";
import type { Comparisons } from "./evaluate-faces-operating-points.js";

/** One photo's vectors, as a template and as a probe. */
export interface CalibrationFace {
  readonly person: string;
  readonly photo: string;
  readonly enrolled: FaceVectors;
  readonly bareProbe: FaceVectors;
  /** The same photo with a drawn mask; absent where no face was found under it. */
  readonly maskedProbe: FaceVectors | undefined;
}

const heldOutShare = 0.25;

/** Whether a person is kept out of all calibration; the name decides, so that it is the same person at each run. */
export function isHeldOut(person: string): boolean {
  const [first = 0, second = 0] = createHash("sha256").update(`wardkey held out ${person}`).digest();
  return (first * 256 + second) / 65536 < heldOutShare;
}

/** The similarity that the agent's match would give in one branch; -1 where a vector is missing. */
export function similarity(branch: Branch, enrolled: FaceVectors, probe: FaceVectors): number {
  const cosine = branchSimilarity(branch, probe, (name) => {
    const [one, other] = [enrolled[name], probe[name]];
    return one === undefined || other === undefined ? undefined : dot(one.numbers, other.numbers);
  });
  return cosine ?? -1;
}

/** Every photo as a template against every other photo as a probe of one branch. */
export function comparisonsOf(branch: Branch, faces: readonly CalibrationFace[]): Comparisons {
  return (visit) => {
    for (const one of faces) {
      for (const other of faces) {
        if (one === other) continue;
        const probe = branch === "bare" ? other.bareProbe : other.maskedProbe;
        const same = one.person === other.person;
        if (probe !== undefined) visit(similarity(branch, one.enrolled, probe), same, one.person);
        else if (same) visit(-1, true, one.person);
      }
    }
  };
}
