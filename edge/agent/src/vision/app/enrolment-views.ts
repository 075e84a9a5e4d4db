import {
  type FaceEmbedding,
  type FrameFindings,
  matchTemplate,
  overwrite,
  protectTemplate,
  type Thresholds,
} from "@wardkey/models";
import { EnrolmentPoses } from "../domain/enrolment-poses.js";
import type { EnrolJob, EnrolmentStep } from "./analyst-port.js";

// Five views over at least 1.5 s: a person moves a little meanwhile, which is what makes several views worth having.
const BETWEEN_VIEWS_MS = 375;

interface View {
  readonly embedding: FaceEmbedding;
  /** 0 to 100. */
  readonly quality: number;
  readonly signature: string;
}

/** Gathers good views of one person, of each pose the best of a moment, and makes the template from them. */
export class EnrolmentViews {
  readonly #key: Uint8Array;
  readonly #wanted: number;
  readonly #thresholds: Thresholds;
  readonly #several: boolean;
  #poses: EnrolmentPoses | undefined;
  #views: View[] = [];
  /** The best since the last view was taken. */
  #candidate: View | undefined;
  #takenAt = Number.NEGATIVE_INFINITY;

  constructor(job: EnrolJob, thresholds: Thresholds) {
    this.#key = job.key;
    this.#wanted = job.views;
    this.#several = job.poses === "several";
    this.#thresholds = thresholds;
    this.#dropViews();
  }

  /**
   * Takes a frame's findings; `continues` says that the face is the one of the frame before. A broken track begins anew.
   */
  consider(
    found: FrameFindings,
    seen: { readonly at: number; readonly continues: boolean; readonly live: boolean },
  ): EnrolmentStep {
    if (!seen.continues) this.#dropViews();
    if (seen.live) this.#compete(found, seen.at);
    if (this.#candidate !== undefined && seen.at - this.#takenAt >= BETWEEN_VIEWS_MS) {
      this.#views.push(this.#candidate);
      this.#candidate = undefined;
      this.#takenAt = seen.at;
      this.#poses?.taken(seen.at);
    }
    const made = this.#views.length >= this.#wanted ? this.#make() : undefined;
    if (made !== undefined) return { step: "done", ...made };
    return { step: "gathering", progress: this.#views.length / this.#wanted, ask: this.#poses?.next(seen.at) ?? null };
  }

  holds(embedding: FaceEmbedding): boolean {
    return this.#candidate?.embedding === embedding || this.#views.some((view) => view.embedding === embedding);
  }

  erase(): void {
    this.#dropViews();
    overwrite(this.#key);
  }

  #compete({ face, faces, hints, signature }: FrameFindings, at: number): void {
    if (face?.embedding === undefined || face.pose === undefined || faces !== 1 || hints.length > 0) return;
    // The very same picture again is no other view, however many others came between: a sensor never repeats itself.
    const seenBefore = this.#views.some((view) => view.signature === signature);
    if (seenBefore || this.#poses?.accepts(face.pose, at) === false) return;
    const view = { embedding: face.embedding, quality: face.quality ?? 0, signature };
    if (this.#candidate !== undefined && this.#candidate.quality >= view.quality) return;
    this.#candidate?.embedding.overwrite();
    this.#candidate = view;
  }

  /** None when the views do not all match the template that they make: they were not of one person. */
  #make(): { template: Uint8Array<ArrayBuffer>; quality: number } | undefined {
    const embeddings = this.#views.map(({ embedding }) => embedding);
    const template = protectTemplate({ embeddings, key: this.#key });
    const agree = embeddings.every((probe) => {
      const match = matchTemplate({ template, key: this.#key, probe, thresholds: this.#thresholds });
      return match.outcome === "match";
    });
    const bytes = agree ? template.toBytes() : undefined;
    template.overwrite();
    const quality = Math.round(this.#views.reduce((sum, view) => sum + view.quality, 0) / this.#views.length);
    this.#dropViews();
    return bytes && { template: bytes, quality };
  }

  #dropViews(): void {
    for (const { embedding } of this.#views) embedding.overwrite();
    this.#candidate?.embedding.overwrite();
    this.#views = [];
    this.#candidate = undefined;
    this.#takenAt = Number.NEGATIVE_INFINITY;
    this.#poses = this.#several ? new EnrolmentPoses(this.#wanted) : undefined;
  }
}
