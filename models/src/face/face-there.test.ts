import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Frame, Point } from "../frame/frame.js";
import { ensureModels } from "../importing/import-models.js";
import { modelPlaces } from "../registry/read-registry.js";
import { type LoadedNetworks, loadNetworks } from "../runtime/load-networks.js";
import { drawSyntheticMask } from "../synthetic-mask/draw-synthetic-mask.js";
import { frameOf, woman } from "../testing/demo-face.js";
import { judgeThere } from "./face-there.js";
import { FaceFinder } from "./find-face.js";

let loaded: LoadedNetworks;
let bare: Frame;
let masked: Frame;
let points: readonly Point[];

beforeAll(async () => {
  await ensureModels();
  loaded = await loadNetworks(modelPlaces());
  bare = await frameOf(woman);
  const finder = new FaceFinder(loaded.networks);
  const [face] = await finder.find(bare);
  if (face === undefined) throw new Error("the demo's face was not found");
  const placed = await finder.meshOf(bare, face);
  points = placed.points;
  masked = { ...bare, data: Uint8Array.from(bare.data) };
  drawSyntheticMask(masked, placed.mesh);
});

afterAll(async () => {
  for (const network of Object.values(loaded.networks)) await network.close();
});

async function there(frame: Frame, place: (point: Point) => Point = (point) => point): Promise<boolean> {
  const { faceThere } = loaded.networks;
  if (faceThere === undefined) throw new Error("the registry has no network for it");
  return (await judgeThere(frame, points.map(place), faceThere)) >= 0.5;
}

describe("a face that five points claim", () => {
  it("is there, bare and behind a drawn mask", async () => {
    expect([await there(bare), await there(masked)]).toEqual([true, true]);
  });

  it("is not where the points are a face's width beside it, nor on its shoulder, nor in a plain frame", async () => {
    const [left, right] = points;
    const apart = Math.hypot((right?.x ?? 0) - (left?.x ?? 0), (right?.y ?? 0) - (left?.y ?? 0));
    const grey = { ...bare, data: new Uint8Array(bare.data.length).fill(120) };
    expect([
      await there(bare, ({ x, y }) => ({ x: x + 2 * apart, y })),
      await there(masked, ({ x, y }) => ({ x: x - apart, y: y + 2.5 * apart })),
      await there(grey),
    ]).toEqual([false, false, false]);
  });
});
