import type { FrameFindings, Point } from "@wardkey/models";
import { type Interval, wilson95 } from "../evaluate/intervals.js";
import { percentile } from "../percentile.js";
import { distanceOf, middleOf } from "./scenes.js";

export interface SceneFigures {
  readonly scene: string;
  readonly shown: number;
  /** Nothing, or nothing but something else than the face, was found. */
  readonly missed: number;
  readonly missedRate: number;
  readonly interval95: Interval;
  /** Of the missed: a face was found where the face is not. */
  readonly elsewhere: number;
  /** Of those found: an eye lies further than 15 % of the eyes' distance from where it is. */
  readonly misaligned: number;
  readonly ms: { readonly p50: number; readonly p95: number };
}

// Half the distance of the eyes: a crop by it shows the face, not what is beside it.
const sameFace = 0.5;
const aligned = 0.15;

/** Counts what was found in one scene; for a scene that shows no face, `elsewhere` counts the faces invented. */
export class SceneTally {
  readonly #scene: string;
  readonly #ms: number[] = [];
  #shown = 0;
  #missed = 0;
  #elsewhere = 0;
  #misaligned = 0;

  constructor(scene: string) {
    this.#scene = scene;
  }

  /** `eyes`: where they are; undefined where the photo's face was never found, so that it counts as missed. */
  count(found: FrameFindings | undefined, eyes: readonly [Point, Point] | undefined, ms: number): void {
    this.#shown++;
    if (found !== undefined) this.#ms.push(ms);
    const [left, right] = found?.face?.landmarks5 ?? [];
    if (eyes === undefined || left === undefined || right === undefined) {
      this.#missed++;
      return;
    }
    const apart = distanceOf(eyes);
    const [at, is] = [middleOf([left, right]), middleOf(eyes)];
    if (Math.hypot(at.x - is.x, at.y - is.y) > sameFace * apart) {
      this.#missed++;
      this.#elsewhere++;
      return;
    }
    const errors = [distanceOf([left, eyes[0]]), distanceOf([right, eyes[1]])];
    if (Math.max(...errors) > aligned * apart) this.#misaligned++;
  }

  figures(): SceneFigures {
    const missedRate = this.#missed / Math.max(1, this.#shown);
    return {
      scene: this.#scene,
      shown: this.#shown,
      missed: this.#missed,
      missedRate: Number(missedRate.toFixed(4)),
      interval95: wilson95(missedRate, this.#shown),
      elsewhere: this.#elsewhere,
      misaligned: this.#misaligned,
      ms: { p50: percentile(this.#ms, 50), p95: percentile(this.#ms, 95) },
    };
  }
}
