import { randomBytes } from "node:crypto";
import {
  type Branch,
  type Frame,
  matchTemplate,
  type ProtectedTemplate,
  protectTemplate,
  type Vision,
  type Wants,
} from "@wardkey/models";

/** What one frame took, from its pixels to the decision, and in which branch it was decided. */
export interface FrameTimes {
  readonly wholeMs: number;
  readonly matchMs: number;
  readonly branch: Branch;
}

/** Somebody who is enrolled, so that a frame can be carried as far as the decision. */
export interface EnrolledFace {
  /** Detect, landmarks, liveness, embed, match. Throws when the frame was not carried so far. */
  decide(frame: Frame, wants?: Wants): Promise<FrameTimes>;
}

export async function enrolFace(vision: Vision, first: Frame): Promise<EnrolledFace> {
  const { face } = await vision.analyse(first, { embedding: true, forTemplate: true });
  if (face?.embedding === undefined) throw new Error("the frame to enrol has no face");
  const key = randomBytes(32);
  const template = protectTemplate({ embeddings: [face.embedding], key });
  return { decide: (frame, wants = {}) => decide(vision, { template, key }, { frame, wants }) };
}

async function decide(
  vision: Vision,
  { template, key }: { readonly template: ProtectedTemplate; readonly key: Uint8Array },
  { frame, wants }: { readonly frame: Frame; readonly wants: Wants },
): Promise<FrameTimes> {
  const begun = performance.now();
  const { face } = await vision.analyse(frame, { landmarks: true, liveness: true, embedding: true, ...wants });
  if (face?.embedding === undefined || face.liveness === undefined) throw new Error("our own frame lost its face");
  const embedded = performance.now();
  const match = matchTemplate({ template, key, probe: face.embedding, thresholds: vision.thresholds });
  face.embedding.overwrite();
  const decided = performance.now();
  if (match.outcome === "refused") throw new Error(`our own frame was not decided: ${match.reason}`);
  return { wholeMs: decided - begun, matchMs: decided - embedded, branch: match.branch };
}
