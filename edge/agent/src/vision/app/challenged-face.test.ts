import { FaceMesh } from "@wardkey/models";
import { describe, expect, it } from "vitest";
import { ChallengedFace } from "./challenged-face.js";

/** A face whose eyes are open or shut, in the fewest points that a blink is judged by. */
function meshOf(opening: number): FaceMesh {
  const raw = new Float32Array(468 * 3);
  const put = (index: number, x: number, y: number): void => raw.set([x, y, 0], index * 3);
  for (const [index, x, y] of [
    [33, 250, 200],
    [133, 290, 201],
    [362, 350, 201],
    [263, 390, 200],
    [105, 265, 170],
    [334, 375, 170],
    [61, 285, 300],
    [291, 355, 300],
    [1, 320, 262],
    [4, 320, 258],
    [5, 320, 250],
    [10, 320, 120],
    [152, 320, 360],
    [127, 230, 205],
    [356, 410, 205],
    [234, 228, 230],
    [454, 412, 230],
    [93, 232, 260],
    [323, 408, 260],
  ] as const) {
    put(index, x, y);
  }
  for (const [upper, lower, x] of [
    [159, 145, 270],
    [158, 153, 278],
    [160, 144, 262],
    [386, 374, 370],
    [385, 380, 362],
    [387, 373, 378],
  ] as const) {
    put(upper, x, 200 - opening * 6);
    put(lower, x, 200 + opening * 4);
  }
  // The line from forehead to chin leans, as in a face that looks straight ahead.
  raw[152 * 3 + 2] = 25;
  return new FaceMesh(raw, { a: 1, b: 0, tx: 0, ty: 0 });
}

const open = meshOf(1);
const shut = meshOf(0.2);
const blink = [open, open, open, open, shut, shut, shut, open];

/** Shows a blink 100 ms apart; the state at each look. */
function blinking(face: ChallengedFace): (string | undefined)[] {
  return blink.map((mesh, index) => face.see({ at: 100 + index * 100, faces: 1, mesh }, index > 0)?.state);
}

describe("a face that was challenged", () => {
  it("is not known as live before it was asked", () => {
    const face = new ChallengedFace();
    expect([blinking(face), face.passed]).toEqual([blink.map(() => undefined), false]);
  });

  it("is known as live once it passed, and as long as it stays", () => {
    const face = new ChallengedFace();
    face.begin({ kind: "blink", at: 50 });
    expect(blinking(face).slice(-2)).toEqual(["running", "passed"]);
    expect([face.passed, face.see({ at: 900, faces: 1, mesh: open }, true), face.passed]).toEqual([
      true,
      undefined,
      true,
    ]);
  });

  it.each([
    ["another face", { at: 900, faces: 1, mesh: open }, false],
    ["a second face", { at: 900, faces: 2, mesh: open }, true],
    ["nobody", { at: 900, faces: 0, mesh: undefined }, false],
    ["a gap in which it could be exchanged", { at: 1_101, faces: 1, mesh: open }, true],
  ])("is not known as live any more after %s", (_, look, continues) => {
    const face = new ChallengedFace();
    face.begin({ kind: "blink", at: 50 });
    blinking(face);
    face.see(look, continues);
    expect(face.passed).toBe(false);
  });

  it("is asked anew by the next challenge", () => {
    const face = new ChallengedFace();
    face.begin({ kind: "blink", at: 50 });
    blinking(face);
    face.begin({ kind: "nod", at: 900 });
    expect(face.passed).toBe(false);
  });
});
