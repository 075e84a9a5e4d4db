import { type Similarity, squareToFrame } from "../frame/sample.js";
import { detectorSize, type Size, wholeFrame } from "./detect.js";

/** The whole frame; and from further away when that leaves doubts, as most masked faces that fill it do. */
export function firstLooks(frame: Size): readonly Similarity[] {
  return [wholeFrame(frame, 1), wholeFrame(frame, 1.8)];
}

/**
 * Where a face may still be that the first looks did not see, what helped most often first: a little large, small in
 * its middle, tilted, small at a side, lying, upside down.
 */
export function secondChances(frame: Size): readonly Similarity[] {
  const [long, short] = [Math.max(frame.width, frame.height), Math.min(frame.width, frame.height)];
  const middle = { x: frame.width / 2, y: frame.height / 2 };
  const at = (share: number) =>
    frame.width >= frame.height ? { x: frame.width * share, y: middle.y } : { x: middle.x, y: frame.height * share };
  const turned = (degrees: number) => squareToFrame(middle, long * 1.1, (degrees * Math.PI) / 180, detectorSize);
  const closer = (share: number) => squareToFrame(at(share), short * 0.75, 0, detectorSize);
  const quarters = [turned(90), turned(-90), turned(180)];
  return [wholeFrame(frame, 1.35), closer(0.5), turned(40), turned(-40), closer(0.25), closer(0.75), ...quarters];
}
