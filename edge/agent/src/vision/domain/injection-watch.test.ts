import { describe, expect, it } from "vitest";
import { type InjectionSign, InjectionWatch } from "./injection-watch.js";

const size = { width: 640, height: 480 };
// Milliseconds by which frames of a camera over USB came early or late, written down as if measured: any irregular row does.
const jitter = [0, 1.7, -0.9, 2.4, -2.1, 0.6, -1.3, 3.2, -0.4];

interface Shown {
  readonly signature: string;
  readonly width?: number;
}

/** Shows frames at about twelve a second; the signs found, each once, in the order in which they came. */
function signsOf(frames: readonly Shown[], unsteady = jitter): InjectionSign[] {
  const watch = new InjectionWatch();
  const signs = frames.map((frame, index) =>
    watch.see({ ...size, ...frame, at: index * 83 + (unsteady[index % unsteady.length] ?? 0) }),
  );
  return [...new Set(signs)].filter((sign) => sign !== undefined);
}

const sensor = (frames: number): Shown[] => Array.from({ length: frames }, (_, index) => ({ signature: `n${index}` }));

describe("signs of injected frames", () => {
  it("are not found in what a sensor gives", () => {
    expect(signsOf(sensor(2_000))).toEqual([]);
  });

  it("are not found in a camera that is slow in the dark, so that frames are doubled", () => {
    const slow = sensor(300).flatMap((frame) => [frame, frame, frame]);
    expect(signsOf(slow)).toEqual([]);
  });

  it("are found in a video that is played over and over", () => {
    expect(signsOf(Array.from({ length: 240 }, (_, index) => ({ signature: `n${index % 60}` })))).toEqual(["looped"]);
  });

  it("are found in a video that runs to and fro, to hide the seam", () => {
    const toAndFro = [...sensor(60), ...sensor(59).reverse()];
    expect(signsOf(toAndFro)).toEqual(["looped"]);
  });

  it("are found in a picture that is sent again and again between others", () => {
    const mostly = Array.from({ length: 120 }, (_, index) => ({ signature: `n${Math.floor(index / 8)}` }));
    expect(signsOf(mostly)).toEqual(["duplicated"]);
  });

  it("are found in frames that come like clockwork", () => {
    expect(signsOf(sensor(60), [0])).toEqual(["too-regular"]);
  });

  it("are found where the picture changes its size in the middle of the stream, and forgotten after ten seconds", () => {
    const changed = [
      ...sensor(20),
      { signature: "other", width: 1_280 },
      ...sensor(20).map((frame, index) => ({
        signature: `late ${index} ${frame.signature}`,
        width: 1_280,
      })),
    ];
    expect(signsOf(changed)).toEqual(["format-changed"]);
    const watch = new InjectionWatch();
    watch.see({ ...size, at: 0, signature: "a" });
    expect([
      watch.see({ at: 90, signature: "b", width: 320, height: 240 }),
      watch.see({ at: 10_091, signature: "c", width: 320, height: 240 }),
    ]).toEqual(["format-changed", undefined]);
  });

  it("are forgotten when the stream begins anew", () => {
    const watch = new InjectionWatch();
    for (let index = 0; index < 40; index++)
      watch.see({ ...size, at: index * 83.3 + (index % 5), signature: `${index % 10}` });
    watch.reset();
    expect(watch.see({ ...size, at: 4_000, signature: "0" })).toBeUndefined();
  });
});
