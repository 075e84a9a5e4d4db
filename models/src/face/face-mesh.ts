import { inspect } from "node:util";
import type { Point } from "../frame/frame.js";
import { applySimilarity, type Similarity } from "../frame/sample.js";

export const meshPoints = 468;

/** 468 points of a face in pixels of its frame, in the order of MediaPipe's face mesh. Biometric: prints as `[face]`. */
export class FaceMesh {
  readonly #xyz: Float32Array;

  /** `raw` is the network's answer in pixels of its input square; depth has the same unit and the sign away from the camera. */
  constructor(raw: Float32Array, toFrame: Similarity) {
    const scale = Math.hypot(toFrame.a, toFrame.b);
    this.#xyz = new Float32Array(meshPoints * 3);
    for (let i = 0; i < meshPoints; i++) {
      const { x, y } = applySimilarity(toFrame, { x: raw[i * 3] ?? 0, y: raw[i * 3 + 1] ?? 0 });
      this.#xyz[i * 3] = x;
      this.#xyz[i * 3 + 1] = y;
      this.#xyz[i * 3 + 2] = (raw[i * 3 + 2] ?? 0) * scale;
    }
  }

  at(index: number): Point {
    return { x: this.#xyz[index * 3] ?? 0, y: this.#xyz[index * 3 + 1] ?? 0 };
  }

  /** Pixels behind the plane of the picture, relative to the face's middle. */
  depthAt(index: number): number {
    return this.#xyz[index * 3 + 2] ?? 0;
  }

  meanOf(indices: readonly number[]): Point {
    let [x, y] = [0, 0];
    for (const index of indices) {
      x += this.#xyz[index * 3] ?? 0;
      y += this.#xyz[index * 3 + 1] ?? 0;
    }
    return { x: x / indices.length, y: y / indices.length };
  }

  moved(motion: Similarity): FaceMesh {
    return new FaceMesh(this.#xyz, motion);
  }

  overwrite(): void {
    this.#xyz.fill(0);
  }

  toString(): string {
    return "[face]";
  }

  toJSON(): string {
    return "[face]";
  }

  [inspect.custom](): string {
    return "[face]";
  }
}
