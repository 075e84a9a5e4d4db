import { describe, expect, it } from "vitest";
import { faceHint, poseHint } from "./face-hint.js";

describe("the hint on the screen", () => {
  it.each([
    [[], "identify", "good"],
    [["mask-worn", "blurred"], "identify", "good"],
    [["mask-worn", "blurred"], "enrol", "mask-off-to-enrol"],
    [["eyes-closed", "face-covered", "uneven-light"], "identify", "good"],
    [["eyes-closed", "blurred"], "enrol", "open-eyes"],
    [["eyes-closed", "face-covered"], "enrol", "uncover-face"],
    [["uneven-light", "face-covered"], "enrol", "even-light"],
    [["mask-worn"], "enrol", "mask-off-to-enrol"],
    [["too-far", "too-dark"], "identify", "more-light"],
    [["black-frame", "no-face"], "identify", "no-face"],
    [["several-faces", "look-straight"], "enrol", "several-faces"],
    [["chin-down"], "enrol", "chin-down"],
    [["chin-up"], "enrol", "chin-up"],
    [["too-bright"], "enrol", "farther"],
  ] as const)("of %j to %s is %s", (hints, purpose, shown) => {
    expect(faceHint(hints, purpose)).toBe(shown);
  });
});

describe("the hint for the next view", () => {
  it.each([
    ["good", "left", "turn-left"],
    ["good", "right", "turn-right"],
    ["good", "up", "chin-up"],
    ["good", "down", "chin-down"],
    ["good", "straight", "look-straight"],
    ["good", null, "good"],
    ["closer", "left", "closer"],
  ] as const)("of a face that is %s when %s is wanted is %s", (hint, ask, shown) => {
    expect(poseHint(hint, ask)).toBe(shown);
  });
});
