import type { Frame, Point } from "../frame/frame.js";
import { applySimilarity, invertSimilarity, type Similarity, sampleSquare } from "../frame/sample.js";
import type { Network } from "../runtime/network.js";
import { alignedSize, alignmentTemplate, fitSimilarity } from "./alignment.js";

// The network sees the aligned square and this many of its pixels more on every side.
const border = 8;
// The unit of the shift that it answers with, in pixels of the aligned square.
const shiftUnit = 16;
// The second look begins where the first one ended; a third one brought nothing on validation people.
const looks = 2;

/**
 * Puts a face straight whose landmarks were guessed behind a mask: the five points of the alignment as the network for
 * it sees them, in pixels of the frame.
 */
export async function straighten(
  frame: Frame,
  fivePoints: readonly Point[],
  network: Network,
): Promise<readonly Point[]> {
  let points = fivePoints;
  for (let look = 0; look < looks; look++) {
    const toFrame = invertSimilarity(fitSimilarity(points, alignmentTemplate));
    const target = { data: network.input, size: network.size, gain: 1 / 128, bias: -127.5 / 128 };
    sampleSquare(frame, compose(toFrame, seenSquare(network.size)), target, { pixelsPerTap: 1.5 });
    const [off = new Float32Array()] = await network.run();
    points = seenPoints(off).map((point) => applySimilarity(toFrame, point));
  }
  return points;
}

function seenSquare(size: number): Similarity {
  return { a: (alignedSize + 2 * border) / size, b: 0, tx: -border, ty: -border };
}

/** Where the five points lie in the aligned square, when the face in it is off by a turn, a scale and a shift. */
function seenPoints([turn = 0, logScale = 0, right = 0, down = 0]: Float32Array): readonly Point[] {
  const middle = alignedSize / 2;
  const a = Math.cos(turn) * Math.exp(logScale);
  const b = Math.sin(turn) * Math.exp(logScale);
  return alignmentTemplate.map(({ x, y }) => ({
    x: a * (x - middle) - b * (y - middle) + right * shiftUnit + middle,
    y: b * (x - middle) + a * (y - middle) + down * shiftUnit + middle,
  }));
}

/** First `inner`, then `outer`. */
function compose(outer: Similarity, inner: Similarity): Similarity {
  const { x: tx, y: ty } = applySimilarity(outer, { x: inner.tx, y: inner.ty });
  return { a: outer.a * inner.a - outer.b * inner.b, b: outer.b * inner.a + outer.a * inner.b, tx, ty };
}
