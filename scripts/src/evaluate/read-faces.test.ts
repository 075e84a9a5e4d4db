import { describe, expect, it } from "vitest";
import type { FacePair } from "../evaluate-faces-pairs.js";
import type { Photo, PhotoLook, PhotoReader } from "../evaluate-faces-photos.js";
import { readFaces } from "./read-faces.js";

const vectors = { bare: { numbers: Float32Array.of(1, 0), model: new Uint8Array(8) } };
const silent = () => undefined;

/** Sees a face in every photo, but in those that are called otherwise; notes what it was asked. */
function simulatedReader() {
  const asked: [string, readonly PhotoLook[]][] = [];
  const seen = (photo: string): Photo => {
    if (photo.includes("wall")) return { outcome: "failed", reason: "no-face" };
    if (photo.includes("broken")) return { outcome: "failed", reason: "image-unreadable" };
    return { outcome: "face", face: { vectors, maskEvidence: 0, turned: photo.includes("turned") } };
  };
  const reader: PhotoReader = {
    milliseconds: { detect: [], embed: [] },
    look: async (photo, looks) => {
      asked.push([photo, looks]);
      return looks.map(() => seen(photo));
    },
    read: async () => undefined,
  };
  return { reader, asked };
}

const pair = (enrolled: string, probe: string, same = true): FacePair => ({
  enrolled: enrolled.split("|"),
  probe,
  same,
});

describe("reading the faces of pairs", () => {
  it("reads each photo once, and looks at it once for each way in which it is used", async () => {
    const { reader, asked } = simulatedReader();
    const pairs = [pair("ann/1|ann/2", "ann/3"), pair("ann/3", "ann/1"), pair("ann/1|ann/2", "ann/3")];
    const faces = await readFaces(pairs, { mask: "none", farther: 1 }, { reader, progress: silent });
    const enrolled = { maskSeed: undefined, enrolled: true };
    const live = { maskSeed: undefined, enrolled: false };
    expect(
      asked.map(([photo, looks]) => [photo, looks.map(({ maskSeed, enrolled: as }) => ({ maskSeed, enrolled: as }))]),
    ).toEqual([
      ["ann/1", [enrolled, live]],
      ["ann/2", [enrolled]],
      ["ann/3", [enrolled, live]],
    ]);
    expect([faces.enrolled.length, faces.probes.length, faces.pairs.length, faces.photos]).toEqual([2, 2, 3, 3]);
    expect(faces.pairs[0]?.enrolled).toBe(faces.pairs[2]?.enrolled);
  });

  it("gives every pair a mask of its own, on the live face or on both", async () => {
    const seedsOf = async (mask: "probe" | "both") => {
      const { reader, asked } = simulatedReader();
      await readFaces([pair("a/1", "b/1"), pair("a/2", "b/1")], { mask, farther: 1 }, { reader, progress: silent });
      return Object.fromEntries(asked.map(([photo, looks]) => [photo, looks.map(({ maskSeed }) => maskSeed)]));
    };
    expect(await seedsOf("probe")).toEqual({ "a/1": [undefined], "a/2": [undefined], "b/1": [0, 1] });
    expect(await seedsOf("both")).toEqual({ "a/1": [0], "a/2": [1], "b/1": [0, 1] });
  });

  it("moves live faces away, and leaves those that are enrolled where they are", async () => {
    const { reader, asked } = simulatedReader();
    await readFaces([pair("a/1", "b/1")], { mask: "none", farther: 2 }, { reader, progress: silent });
    const asFar = asked.map(([photo, looks]) => [photo, looks.map(({ farther = 1 }) => farther)]);
    expect(asFar).toEqual([
      ["a/1", [1]],
      ["b/1", [2]],
    ]);
  });

  it("enrols what it can of a set, and counts by reason what gave no face", async () => {
    const { reader } = simulatedReader();
    const pairs = [pair("ann/wall|ann/1", "ann/turned"), pair("eve/broken|eve/turned", "eve/wall", false)];
    const faces = await readFaces(pairs, { mask: "none", farther: 1 }, { reader, progress: silent });
    expect(faces.enrolled.map(({ person, vectors: usable }) => [person, usable !== undefined])).toEqual([
      ["ann", true],
      ["eve", false],
    ]);
    expect(faces.probes.map(({ face }) => face?.turned)).toEqual([true, undefined]);
    expect(faces.failures).toEqual({
      enrolment: { "no-face": 1, "image-unreadable": 1, "turned-away": 1 },
      probe: { "turned-away": 1, "no-face": 1 },
    });
  });
});
