import { describe, expect, it } from "vitest";
import { FaceTrack } from "./face-track.js";

const liveness = 0.7;

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

const names = (track: FaceTrack<ReturnType<typeof embedding>>) => track.faces.map((face) => face.embedding?.name);

describe("a face's track", () => {
  it("keeps the last three faces, newest first, and overwrites what it drops", () => {
    const track = new FaceTrack<ReturnType<typeof embedding>>();
    const faces = ["a", "b", "c", "d"].map(embedding);
    const continued = faces.map((one, index) => track.see({ at: index * 100, box: BESIDE, embedding: one, liveness }));
    expect({
      continued,
      kept: names(track),
      full: track.full,
      erased: faces.map(({ erased }) => erased),
    }).toEqual({
      continued: [false, true, true, true],
      kept: ["d", "c", "b"],
      full: true,
      erased: [true, false, false, false],
    });
  });

  it.each([
    ["another place in the picture", { at: 100, box: ELSEWHERE }],
    ["another time", { at: 2_000, box: HERE }],
  ])("begins anew with a face at %s", (_, next) => {
    const track = new FaceTrack<ReturnType<typeof embedding>>();
    const first = embedding("first");
    track.see({ at: 0, box: HERE, embedding: first, liveness });
    expect(track.see({ ...next, embedding: embedding("next"), liveness })).toBe(false);
    expect([first.erased, names(track)]).toEqual([true, ["next"]]);
  });

  it("overwrites all when it is cleared", () => {
    const track = new FaceTrack<ReturnType<typeof embedding>>();
    const face = embedding("face");
    track.see({ at: 0, box: HERE, embedding: face, liveness });
    track.clear();
    expect([face.erased, names(track)]).toEqual([true, []]);
  });
});
