import { describe, expect, it } from "vitest";
import { parseMasksCfg } from "./masks-cfg.js";

const section = `[surgical]
template:   masks/templates/surgical.png
mask_a:     21, 97
mask_b:     307, 22
mask_c:     600, 99
mask_d:     -4, 322
mask_e:     295, 470
mask_f:     600, 323
`;

const refused = (what: RegExp) =>
  expect.objectContaining({ code: "mask-templates", file: "masks.cfg", message: expect.stringMatching(what) });

describe("a list of MaskTheFace's masks", () => {
  it("names pictures and where they touch the face, past what is commented out", () => {
    expect(parseMasksCfg(`\r\n;[gas]\r\n# old\r\n${section.replaceAll("\n", "\r\n")}`, "masks.cfg")).toEqual([
      {
        name: "surgical",
        picture: "masks/templates/surgical.png",
        anchors: {
          topLeft: { x: 21, y: 97 },
          bridge: { x: 307, y: 22 },
          topRight: { x: 600, y: 99 },
          jawLeft: { x: -4, y: 322 },
          chin: { x: 295, y: 470 },
          jawRight: { x: 600, y: 323 },
        },
      },
    ]);
  });

  it("passes over the sections that hold nothing, of which MaskTheFace's own list has some", () => {
    const names = parseMasksCfg(`${section}[empty]\n[empty_left]\n`, "masks.cfg").map(({ name }) => name);
    expect(names).toEqual(["surgical"]);
  });

  it.each([
    ["nothing", "", /it has no sections/],
    ["sections that all hold nothing", "[empty]\n[inpaint]", /it has no sections/],
    ["something before the first section", "template: x.png", /the line "template: x.png"/],
    ["a section without its picture", section.replace(/template.*\n/, ""), /the section "surgical"/],
    ["a section that lacks a point", section.replace(/mask_c.*\n/, ""), /the section "surgical"/],
    ["a point that is none", section.replace("600, 99", "600; 99"), /the section "surgical"/],
    ["something else", "PNG\u0000\u0001", /the line/],
  ])("is refused when it holds %s", (_, text, what) => {
    expect(() => parseMasksCfg(text, "masks.cfg")).toThrow(refused(what));
  });
});
