import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
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

const half = (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2);
const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"></svg>');

/** A chunk of PNG: length, type, data and checksum. */
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

const pngHeaderEnd = 33;

/** The same PNG, said to be the first of two frames. */
function animatedPng(png: Buffer): Buffer {
  const control = Buffer.alloc(8);
  control.writeUInt32BE(2);
  return Buffer.concat([png.subarray(0, pngHeaderEnd), chunk("acTL", control), png.subarray(pngHeaderEnd)]);
}

function claimingPng(width: number, height: number): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", Buffer.from("x")),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

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
    ["a GIF", () => plain(40, 32).gif()],
    ["a WebP", () => plain(40, 32).webp()],
    ["a TIFF", () => plain(40, 32).tiff()],
  ])("has three bytes a pixel when it is %s", async (_, make) => {
    const frame = await decodeImage(await make().toBuffer());
    expect([frame.width, frame.height, frame.data.length]).toEqual([40, 32, 40 * 32 * 3]);
  });

  it("has nearly its colours when it is CMYK, whose inks reach fewer, and equal ones when it is grey", async () => {
    const cmyk = await decodeImage(await plain(40, 32).toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer());
    for (const [channel, value] of [200, 100, 50].entries()) {
      expect(Math.abs((cmyk.data[channel] ?? 0) - value)).toBeLessThan(40);
    }
    const grey = await decodeImage(await plain(40, 32).greyscale().jpeg().toBuffer());
    expect(new Set(grey.data).size).toBe(1);
  });

  it.each(["gif", "webp"] as const)("is the first of an animation (%s)", async (format) => {
    const red = await sharp({ create: { width: 40, height: 32, channels: 3, background: "#f00" } })
      .png()
      .toBuffer();
    const blue = await sharp({ create: { width: 40, height: 32, channels: 3, background: "#00f" } })
      .png()
      .toBuffer();
    const moving = await sharp([red, blue], { join: { animated: true } })
      .toFormat(format)
      .toBuffer();
    const frame = await decodeImage(moving);
    expect([frame.width, frame.height, (frame.data[0] ?? 0) > 200, (frame.data[2] ?? 0) < 50]).toEqual([
      40,
      32,
      true,
      true,
    ]);
  });

  it("is the first of an animated PNG", async () => {
    const frame = await decodeImage(animatedPng(await plain(40, 32).png().toBuffer()));
    expect({ ...frame, data: [...frame.data.subarray(0, 3)] }).toEqual({ width: 40, height: 32, data: [200, 100, 50] });
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
    ["cut in half", async () => half(await plain(400, 300).jpeg().toBuffer()), "image-unreadable"],
    ["a drawing with instructions", async () => svg, "image-unreadable"],
    ["a strip", async () => plain(30_000, 64).png().toBuffer(), "image-too-small"],
    ["a header that claims too much", async () => claimingPng(60_000, 60_000), "image-too-large"],
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
