import type { Frame, Vision, Wants } from "@wardkey/models";
import { quantile, round } from "./spread.js";

/** Medians of the parts of a frame, in milliseconds, each the difference of two medians. */
export interface StepsMs {
  readonly detect: number;
  readonly landmarks: number;
  readonly liveness: number;
  readonly embed: number;
}

/** Takes turns at a frame with ever more asked of it, so that a step is what its wish adds. */
export async function measureSteps(vision: Vision, frames: readonly Frame[], rounds: number): Promise<StepsMs> {
  const detect = await median(vision, frames, rounds, {});
  const landmarks = await median(vision, frames, rounds, { landmarks: true });
  const liveness = await median(vision, frames, rounds, { landmarks: true, liveness: true });
  const embed = await median(vision, frames, rounds, { landmarks: true, embedding: true });
  return {
    detect,
    landmarks: round(landmarks - detect),
    liveness: round(liveness - landmarks),
    embed: round(embed - landmarks),
  };
}

async function median(vision: Vision, frames: readonly Frame[], rounds: number, wants: Wants): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const frame = frames[i % frames.length];
    if (frame === undefined) throw new Error("there is no frame to measure with");
    const begun = performance.now();
    const { face } = await vision.analyse(frame, wants);
    times.push(performance.now() - begun);
    face?.embedding?.overwrite();
  }
  return quantile(times, 0.5);
}
