import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import * as z from "zod";
import { ModelsError } from "../models-error.js";
import type { MaskAnchors, MaskPicture, MaskTemplate } from "./mask-template.js";
import { type MaskEntry, parseMasksCfg } from "./masks-cfg.js";

const Pixel = z.tuple([z.number().min(-4096).max(8192), z.number().min(-4096).max(8192)]);
const PictureEntry = z.strictObject({
  picture: z.string().regex(/^[\w.-]{1,100}\.png$/),
  anchors: z.strictObject({
    topLeft: Pixel,
    bridge: Pixel,
    topRight: Pixel,
    jawLeft: Pixel,
    chin: Pixel,
    jawRight: Pixel,
  }),
});
const Channel = z.number().int().min(0).max(255);
const MasksJson = z.strictObject({
  format: z.literal(1),
  licence: z.string().min(1).max(400),
  masks: z
    .array(
      PictureEntry.extend({
        name: z.string().min(1).max(60),
        straps: z.strictObject({
          colour: z.tuple([Channel, Channel, Channel]),
          thickness: z.number().positive().max(0.2),
          bands: z
            .array(
              z.strictObject({
                from: Pixel,
                landmark: z.number().int().min(0).max(467),
                beyond: z.number().min(0).max(0.5),
              }),
            )
            .max(8),
        }),
      }),
    )
    .min(1)
    .max(100),
});
type PictureEntry = z.infer<typeof PictureEntry>;

const largestPixels = 8_000_000;
const remedy = "Give a folder with masks.json as in models/masks, or with masks.cfg and templates/ as in MaskTheFace.";

/** The folder of the three masks that ship, drawn by this project. */
export const ownMaskTemplates = fileURLToPath(new URL("../../masks", import.meta.url));

/**
 * Reads a folder of mask pictures with their anchor points: `masks.json` as in `models/masks`, or MaskTheFace's
 * `masks.cfg` with its pictures in `templates/`, where `x_left` and `x_right` are `x` seen from the side.
 * Refuses with `mask-templates`, naming the file.
 */
export async function readMaskTemplates(folder: string = ownMaskTemplates): Promise<readonly MaskTemplate[]> {
  const ours = join(folder, "masks.json");
  const text = await readFile(ours, "utf8").catch(() => undefined);
  return text === undefined ? readMaskTheFace(folder) : readOurs(folder, ours, text);
}

async function readOurs(folder: string, file: string, text: string): Promise<readonly MaskTemplate[]> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new ModelsError("mask-templates", "the list of mask pictures is no JSON", { file, remedy, cause });
  }
  const parsed = MasksJson.safeParse(document);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue === undefined ? "it" : issue.path.join(".");
    throw new ModelsError("mask-templates", `the list of mask pictures does not fit at ${field}`, { file, remedy });
  }
  const { licence, masks } = parsed.data;
  const turned = { left: undefined, right: undefined };
  return Promise.all(
    masks.map(async ({ name, picture, anchors, straps }) => ({
      ...(await readPicture(join(folder, picture), anchorsOf(anchors))),
      name,
      licence,
      turned,
      straps: { ...straps, bands: straps.bands.map((band) => ({ ...band, from: pointOf(band.from) })) },
    })),
  );
}

async function readMaskTheFace(folder: string): Promise<readonly MaskTemplate[]> {
  const file = join(folder, "masks.cfg");
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new ModelsError("mask-templates", "there is neither masks.json nor masks.cfg", {
      file: folder,
      remedy,
      cause,
    });
  });
  const entries = new Map(parseMasksCfg(text, file).map((entry) => [entry.name, entry]));
  const licence = await readFile(join(folder, "LICENSE"), "utf8").catch(() => "");
  const sideOf = async (name: string) => {
    const entry = entries.get(name);
    return entry && readEntry(folder, entry);
  };
  const frontal = [...entries.values()].filter(({ name }) => !/_(left|right)$/.test(name));
  return Promise.all(
    frontal.map(async (entry) => ({
      ...(await readEntry(folder, entry)),
      name: entry.name,
      licence: licence.split("\n")[0]?.trim() || "not stated",
      straps: { colour: [240, 240, 240] as const, thickness: 0.01, bands: [] },
      turned: { left: await sideOf(`${entry.name}_left`), right: await sideOf(`${entry.name}_right`) },
    })),
  );
}

function readEntry(folder: string, { picture, anchors }: MaskEntry): Promise<MaskPicture> {
  return readPicture(join(folder, "templates", basename(picture)), anchors);
}

async function readPicture(file: string, anchors: MaskAnchors): Promise<MaskPicture> {
  try {
    const { data, info } = await sharp(file, { limitInputPixels: largestPixels })
      .toColourspace("srgb")
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, rgba: new Uint8Array(data), anchors };
  } catch (cause) {
    throw new ModelsError("mask-templates", "a mask's picture cannot be read", { file, remedy, cause });
  }
}

function anchorsOf(anchors: PictureEntry["anchors"]): MaskAnchors {
  return {
    topLeft: pointOf(anchors.topLeft),
    bridge: pointOf(anchors.bridge),
    topRight: pointOf(anchors.topRight),
    jawLeft: pointOf(anchors.jawLeft),
    chin: pointOf(anchors.chin),
    jawRight: pointOf(anchors.jawRight),
  };
}

function pointOf([x, y]: readonly [number, number]) {
  return { x, y };
}
