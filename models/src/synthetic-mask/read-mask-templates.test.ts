import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownMasks } from "./drawing/own-masks.js";
import { ownMaskTemplates, readMaskTemplates } from "./read-mask-templates.js";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-masks-"));
});

afterAll(() => rm(folder, { recursive: true }));

const refused = (file: string, what: RegExp) =>
  expect.objectContaining({ code: "mask-templates", file, message: expect.stringMatching(what) });

const points = ["10, 5", "30, 1", "50, 5", "10, 30", "30, 40", "50, 30"];
const sectionOf = (name: string, picture: string) =>
  [`[${name}]`, `template: ${picture}`, ...points.map((at, i) => `mask_${"abcdef"[i]}: ${at}`), ""].join("\n");

describe("the masks that ship", () => {
  it("are three, with licence and straps, and made for no side", async () => {
    const templates = await readMaskTemplates();
    expect(templates.map(({ name }) => name)).toEqual(["surgical", "respirator", "cloth"]);
    for (const { licence, straps, turned, width, height, rgba } of templates) {
      expect(licence).toMatch(/^Apache-2\.0/);
      expect(straps.bands).toHaveLength(4);
      expect(turned).toEqual({ left: undefined, right: undefined });
      expect(rgba.length).toBe(width * height * 4);
    }
  });

  it("are what their drawings make", async () => {
    const { list, pictures } = ownMasks();
    expect(JSON.parse(await readFile(join(ownMaskTemplates, "masks.json"), "utf8"))).toEqual(list);
    const templates = await readMaskTemplates();
    for (const [index, { rgba }] of pictures.entries()) {
      const shipped = templates[index]?.rgba ?? new Uint8Array();
      // Sines may differ in their last digit from one machine to the next.
      const differing = rgba.filter((value, at) => Math.abs(value - (shipped[at] ?? 0)) > 2).length;
      expect([shipped.length, differing]).toEqual([rgba.length, 0]);
    }
  });
});

describe("a folder of MaskTheFace", () => {
  it("gives each mask once, with its side pictures", async () => {
    const own = join(folder, "theirs");
    await mkdir(join(own, "templates"), { recursive: true });
    for (const name of ["plain.png", "plain_left.png"]) {
      const create = { width: 60, height: 44, channels: 4, background: { r: 9, g: 8, b: 7, alpha: 0.5 } } as const;
      await sharp({ create }).toFile(join(own, "templates", name));
    }
    const text = sectionOf("plain", "masks/templates/plain.png") + sectionOf("plain_left", "../../plain_left.png");
    await writeFile(join(own, "masks.cfg"), text);
    await writeFile(join(own, "LICENSE"), "MIT License\n\nCopyright");
    const [plain, ...others] = await readMaskTemplates(own);
    expect(others).toEqual([]);
    expect(plain).toMatchObject({ name: "plain", licence: "MIT License", width: 60, height: 44 });
    expect([...(plain?.rgba.subarray(0, 4) ?? [])]).toEqual([9, 8, 7, 128]);
    expect(plain?.turned.left?.anchors.bridge).toEqual({ x: 30, y: 1 });
    expect(plain?.turned.right).toBeUndefined();
  });

  it("is refused when a picture is missing, naming it", async () => {
    const own = join(folder, "gone");
    await mkdir(own);
    await writeFile(join(own, "masks.cfg"), sectionOf("plain", "templates/absent.png"));
    await expect(readMaskTemplates(own)).rejects.toThrow(
      refused(join(own, "templates", "absent.png"), /cannot be read/),
    );
  });
});

describe("a folder of mask pictures", () => {
  it("is refused when it holds no list", async () => {
    await expect(readMaskTemplates(folder)).rejects.toThrow(refused(folder, /neither masks\.json nor masks\.cfg/));
  });

  it.each([
    ["no JSON", () => "{", /no JSON/],
    ["no masks", (text: string) => JSON.stringify({ ...JSON.parse(text), masks: [] }), /does not fit at masks/],
    ["no licence", (text: string) => JSON.stringify({ ...JSON.parse(text), licence: "" }), /does not fit at licence/],
    ["a path that leaves it", (text: string) => text.replace("surgical.png", "../surgical.png"), /masks\.0\.picture/],
    ["a point that is none", (text: string) => text.replace(/"chin": \[/, '"chin": ["x",'), /masks\.0\.anchors\.chin/],
  ])("is refused when its list holds %s", async (name, change, what) => {
    const own = join(folder, name.replaceAll(" ", "-"));
    await cp(ownMaskTemplates, own, { recursive: true });
    const list = join(own, "masks.json");
    await writeFile(list, change(await readFile(list, "utf8")));
    await expect(readMaskTemplates(own)).rejects.toThrow(refused(list, what));
  });
});
