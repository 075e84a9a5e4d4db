import { describe, expect, it } from "vitest";
import type { CameraState } from "../ports.js";
import { CameraWatch, type FrameTrace } from "./camera-watch.js";

const LIT = 120;

/** Analysed frames each 100 ms, and the codes of the states that they lead to, `null` for "ok". */
function analyse(
  watch: CameraWatch,
  traces: readonly Pick<FrameTrace, "brightness" | "signature">[],
  from = 0,
): (CameraState["code"] | "")[] {
  return traces.flatMap((trace, index) => {
    const at = from + index * 100;
    return [watch.frame(at), watch.analysed({ width: 640, height: 480, ...trace, at })].flatMap((state) =>
      state ? [state.code] : [],
    );
  });
}

const living = (frames: number) =>
  Array.from({ length: frames }, (_, index) => ({ brightness: LIT, signature: `frame ${index}` }));
const still = (frames: number) => Array.from({ length: frames }, () => ({ brightness: LIT, signature: "the same" }));
const dark = (frames: number) =>
  Array.from({ length: frames }, (_, index) => ({ brightness: 3, signature: `dark ${index}` }));

describe("the watch over a camera", () => {
  it("believes frames that differ", () => {
    expect(analyse(new CameraWatch({ attested: false }), living(50))).toEqual([null]);
  });

  it("finds one picture shown for longer than a second and a half, and takes it back when the picture moves", () => {
    const watch = new CameraWatch({ attested: false });
    expect(analyse(watch, [...living(3), ...still(16)])).toEqual([null]);
    expect(analyse(watch, still(2), 1_900)).toEqual(["camera-frozen"]);
    expect(analyse(watch, living(2), 2_100)).toEqual([null]);
  });

  it("does not take a pause in which nobody asked for frames for a frozen picture", () => {
    const watch = new CameraWatch({ attested: false });
    analyse(watch, still(2));
    watch.tick(5_000, false);
    expect(analyse(watch, still(3), 5_100)).toEqual([]);
  });

  it("finds a covered lens after two black frames", () => {
    const watch = new CameraWatch({ attested: false });
    expect(analyse(watch, [...living(2), ...dark(1), ...living(1)])).toEqual([null]);
    expect(analyse(watch, [...dark(3), ...living(1)], 1_000)).toEqual(["camera-dark", null]);
  });

  it("misses frames only while they are expected", () => {
    const watch = new CameraWatch({ attested: false });
    analyse(watch, living(1));
    expect([watch.tick(1_900, true), watch.tick(30_000, false), watch.tick(31_000, true)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(watch.tick(32_100, true)).toEqual({ state: "down", code: "camera-silent" });
  });

  it("stays with a camera that went until it sends frames, and with one denied until it is allowed", () => {
    const watch = new CameraWatch({ attested: false });
    analyse(watch, living(1));
    expect([watch.fault("camera-gone"), watch.tick(9_000, true), watch.frame(9_100)]).toEqual([
      { state: "down", code: "camera-gone" },
      undefined,
      { state: "ok", code: null },
    ]);
    expect([watch.fault("camera-denied"), watch.frame(9_200)]).toEqual([
      { state: "down", code: "camera-denied" },
      undefined,
    ]);
    watch.repaired("camera");
    expect(watch.frame(9_300)).toEqual({ state: "ok", code: null });
  });

  const looped = (frames: number) =>
    Array.from({ length: frames }, (_, index) => ({ brightness: LIT, signature: `frame ${index % 8}` }));

  it("finds a film before an attested camera, and takes it back ten seconds after it ended", () => {
    const watch = new CameraWatch({ attested: true });
    expect(analyse(watch, looped(16))).toEqual([null, "camera-injected"]);
    const alive = Array.from({ length: 120 }, (_, index) => ({ brightness: LIT, signature: `alive ${index}` }));
    const codes = alive.flatMap((trace, index) => {
      const at = 1_600 + index * 100 + (index % 7);
      const states = [watch.frame(at), watch.analysed({ ...trace, width: 640, height: 480, at })];
      return states.flatMap((state) => (state === undefined ? [] : [state.code]));
    });
    expect(codes).toEqual([null]);
  });

  it("lets a film be a film where no camera is vouched for", () => {
    expect(analyse(new CameraWatch({ attested: false }), looped(40))).toEqual([null]);
  });

  it("does not take darkness, in which every picture is the same, for a film", () => {
    const watch = new CameraWatch({ attested: true });
    const flickering = Array.from({ length: 40 }, (_, index) => ({
      brightness: index % 4 === 0 ? LIT : 3,
      signature: index % 4 === 0 ? `lit ${index}` : "dark",
    }));
    expect(analyse(watch, flickering)).not.toContain("camera-injected");
  });
});
