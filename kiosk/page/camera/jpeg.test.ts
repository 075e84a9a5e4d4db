import { describe, expect, it } from "vitest";
import { middleOf } from "./jpeg.js";

describe("the part of a picture that is sent", () => {
  it.each([
    ["4:3", { width: 640, height: 480 }, { width: 640, height: 480, x: 0, y: 0 }],
    ["16:9", { width: 1280, height: 720 }, { width: 960, height: 720, x: 160, y: 0 }],
    ["portrait", { width: 480, height: 640 }, { width: 480, height: 360, x: 0, y: 140 }],
  ])("of a %s camera is the 4:3 middle, never squeezed", (_shape, size, part) => {
    expect(middleOf(size)).toEqual(part);
  });
});
