import { describe, expect, it } from "vitest";
import { FaceTrack } from "./face-track.js";

const HERE = { x: 100, y: 100, width: 200, height: 200 };
const BESIDE = { ...HERE, x: 110 };
const ELSEWHERE = { ...HERE, x: 400 };

function embedding(name: string) {
  return {
    name,
    erased: false,
    overwrite() {
      this.erased = true;
    },
  };
}

describe("a face's track", () => {
  it("keeps the last three faces, newest first, and overwrites what it drops", () => {
    const track = new FaceTrack<ReturnType<typeof embedding>>();
    const faces = ["a", "b", "c", "d"].map(embedding);
    const continued = faces.map((one, index) => track.see({ at: index * 100, box: BESIDE, embedding: one }));
    expect({
      continued,
      kept: track.since(0).map(({ name }) => name),
      fresh: track.since(250).map(({ name }) => name),
      erased: faces.map(({ erased }) => erased),
    }).toEqual({
      continued: [false, true, true, true],
      kept: ["d", "c", "b"],
      fresh: ["d"],
      erased: [true, false, false, false],
    });
  });

  it.each([
    ["another place in the picture", { at: 100, box: ELSEWHERE }],
    ["another time", { at: 2_000, box: HERE }],
  ])("begins anew with a face at %s", (_, next) => {
    const track = new FaceTrack<ReturnType<typeof embedding>>();
    const first = embedding("first");
    track.see({ at: 0, box: HERE, embedding: first });
    expect(track.see({ ...next, embedding: embedding("next") })).toBe(false);
    expect([first.erased, track.since(0).map(({ name }) => name)]).toEqual([true, ["next"]]);
  });

  it("overwrites all when it is cleared", () => {
    const track = new FaceTrack<ReturnType<typeof embedding>>();
    const face = embedding("face");
    track.see({ at: 0, box: HERE, embedding: face });
    track.clear();
    expect([face.erased, track.since(0)]).toEqual([true, []]);
  });
});
