import {
  type FaceEmbedding,
  type FrameFindings,
  matchTemplate,
  overwrite,
  protectTemplate,
  type Thresholds,
} from "@wardkey/models";
import type { EnrolJob, EnrolmentStep } from "./analyst-port.js";

// Five views over at least 1.5 s: a person moves a little meanwhile, which is what makes several views worth having.
const BETWEEN_VIEWS_MS = 375;

/** Gathers good views of one person and makes the template from them. */
export class EnrolmentViews {
  readonly #key: Uint8Array;
  readonly #wanted: number;
  readonly #thresholds: Thresholds;
  #views: FaceEmbedding[] = [];
  #takenAt = Number.NEGATIVE_INFINITY;
  #signature = "";

  constructor(job: EnrolJob, thresholds: Thresholds) {
    this.#key = job.key;
    this.#wanted = job.views;
    this.#thresholds = thresholds;
  }

  /**
   * Takes a frame's findings; `continues` says that the face is the one of the frame before. A broken track begins anew.
   */
  consider(
    found: FrameFindings,
    seen: { readonly at: number; readonly continues: boolean; readonly live: boolean },
  ): EnrolmentStep {
    if (!seen.continues) this.#dropViews();
    const embedding = found.face?.embedding;
    const good = found.faces === 1 && found.hints.length === 0 && seen.live && found.signature !== this.#signature;
    if (embedding !== undefined && good && seen.at - this.#takenAt >= BETWEEN_VIEWS_MS) {
      this.#views.push(embedding);
      this.#takenAt = seen.at;
      this.#signature = found.signature;
    }
    const template = this.#views.length >= this.#wanted ? this.#make() : undefined;
    if (template !== undefined) return { step: "done", template };
    return { step: "gathering", progress: this.#views.length / this.#wanted };
  }

  holds(embedding: FaceEmbedding): boolean {
    return this.#views.includes(embedding);
  }

  erase(): void {
    this.#dropViews();
    overwrite(this.#key);
  }

  /** None when the views do not all match the template that they make: they were not of one person. */
  #make(): Uint8Array<ArrayBuffer> | undefined {
    const template = protectTemplate({ embeddings: this.#views, key: this.#key });
    const agree = this.#views.every((probe) => {
      const match = matchTemplate({ template, key: this.#key, probe, thresholds: this.#thresholds });
      return match.outcome === "match";
    });
    const bytes = agree ? Uint8Array.from(template.toBytes()) : undefined;
    template.overwrite();
    this.#dropViews();
    return bytes;
  }

  #dropViews(): void {
    for (const view of this.#views) view.overwrite();
    this.#views = [];
    this.#takenAt = Number.NEGATIVE_INFINITY;
    this.#signature = "";
  }
}
