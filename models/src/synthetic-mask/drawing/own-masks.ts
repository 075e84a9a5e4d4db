import { cloth } from "./cloth.js";
import { lowerCorner, type MaskDrawing, pictureSize, toPixel, upperCorner } from "./mask-drawing.js";
import { renderMask } from "./render-mask.js";
import { respirator } from "./respirator.js";
import { surgical } from "./surgical.js";

const licence =
  "Apache-2.0, as this project: drawn by models/src/synthetic-mask/drawing, from no photo. Kept out of all training.";

/** The three masks that ship: their list, as in `masks.json`, and their pictures as RGBA rows. */
export function ownMasks() {
  const drawings: readonly MaskDrawing[] = [surgical, respirator, cloth];
  const list = { format: 1, licence, masks: drawings.map(entryOf) };
  const pictures = drawings.map((drawing) => ({
    file: `${drawing.name}.png`,
    rgba: renderMask(drawing),
    ...pictureSize,
  }));
  return { list, pictures };
}

function entryOf(drawing: MaskDrawing) {
  return {
    name: drawing.name,
    picture: `${drawing.name}.png`,
    anchors: {
      topLeft: pixel(-upperCorner.x, upperCorner.y),
      bridge: pixel(0, 0),
      topRight: pixel(upperCorner.x, upperCorner.y),
      jawLeft: pixel(-lowerCorner.x, lowerCorner.y),
      chin: pixel(0, 1),
      jawRight: pixel(lowerCorner.x, lowerCorner.y),
    },
    straps: {
      ...drawing.straps,
      bands: drawing.straps.bands.map((band) => ({ ...band, from: pixel(band.from.x, band.from.y) })),
    },
  };
}

function pixel(x: number, y: number): readonly [number, number] {
  const point = toPixel(x, y);
  return [Math.round(point.x), Math.round(point.y)];
}
