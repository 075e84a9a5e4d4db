import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeImage } from "./decode-image.js";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-decode-"));
});

afterAll(() => rm(folder, { recursive: true }));

const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 100, b: 50 } } });

const refused = (code: string) => expect.objectContaining({ code });

describe("a picture", () => {
  it("becomes RGB rows", async () => {
    const frame = await decodeImage(await plain(40, 32).png().toBuffer());
    expect({ ...frame, data: [...frame.data.subarray(0, 3)] }).toEqual({ width: 40, height: 32, data: [200, 100, 50] });
    expect(frame.data.length).toBe(40 * 32 * 3);
  });

  it.each([
    ["greyscale", () => plain(40, 32).greyscale().png()],
    ["CMYK", () => plain(40, 32).toColourspace("cmyk").jpeg()],
    ["sixteen bits deep", () => plain(40, 32).toColourspace("rgb16").png()],
    ["with transparency", () => plain(40, 32).ensureAlpha(1).png()],
    ["animated", () => plain(40, 32).gif()],
  ])("has three bytes a pixel when it is %s", async (_, make) => {
    const frame = await decodeImage(await make().toBuffer());
    expect([frame.width, frame.height, frame.data.length]).toEqual([40, 32, 40 * 32 * 3]);
  });

  it("stands upright when its EXIF data turns it", async () => {
    const turned = await plain(64, 32).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const frame = await decodeImage(turned);
    expect([frame.width, frame.height]).toEqual([32, 64]);
  });

  it("covers the size that is asked for", async () => {
    const frame = await decodeImage(await plain(300, 200).png().toBuffer(), { fit: { width: 64, height: 48 } });
    expect([frame.width, frame.height, frame.data.length]).toEqual([64, 48, 64 * 48 * 3]);
  });

  it("of more than 4096 pixels a side is made smaller", async () => {
    const frame = await decodeImage(await plain(5000, 100).png().toBuffer());
    expect([frame.width, frame.height]).toEqual([4096, 82]);
  });

  it.each([
    ["empty", async () => new Uint8Array(), "image-unreadable"],
    ["of another kind", async () => new TextEncoder().encode("not a picture"), "image-unreadable"],
    ["cut short", async () => (await plain(400, 300).jpeg().toBuffer()).subarray(0, 700), "image-unreadable"],
    ["tiny", async () => plain(31, 40).png().toBuffer(), "image-too-small"],
    ["huge", async () => plain(9000, 6000).png({ compressionLevel: 9 }).toBuffer(), "image-too-large"],
  ])("is refused when it is %s", async (_, make, code) => {
    await expect(decodeImage(await make())).rejects.toThrow(refused(code));
  });

  it("that is missing or broken is named, with what to do about it", async () => {
    const broken = join(folder, "broken.jpg");
    await writeFile(broken, "nothing");
    await expect(decodeImage(broken)).rejects.toThrow(
      expect.objectContaining({
        code: "image-unreadable",
        file: broken,
        remedy: "Give a whole JPEG, PNG or WebP file.",
      }),
    );
    await expect(decodeImage(join(folder, "absent.jpg"))).rejects.toThrow(refused("image-unreadable"));
  });
});
