import { describe, expect, it } from "vitest";
import { faceHint } from "./face-hint.js";

describe("the hint on the screen", () => {
  it.each([
    [[], "identify", "good"],
    [["mask-worn", "blurred"], "identify", "good"],
    [["mask-worn", "blurred"], "enrol", "hold-still"],
    [["mask-worn"], "enrol", "mask-off-to-enrol"],
    [["too-far", "too-dark"], "identify", "more-light"],
    [["black-frame", "no-face"], "identify", "no-face"],
    [["several-faces", "look-straight"], "enrol", "several-faces"],
    [["chin-down"], "enrol", "look-straight"],
    [["chin-up"], "enrol", "chin-up"],
    [["too-bright"], "enrol", "farther"],
  ] as const)("of %j to %s is %s", (hints, purpose, shown) => {
    expect(faceHint(hints, purpose)).toBe(shown);
  });
});
