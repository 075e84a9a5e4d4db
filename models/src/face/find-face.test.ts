import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Frame, Point } from "../frame/frame.js";
import { ensureModels } from "../importing/import-models.js";
import { modelPlaces, onnxFileOf, readRegistry } from "../registry/read-registry.js";
import { readVerified } from "../registry/verified-file.js";
import { loadNetwork, type Network } from "../runtime/network.js";
import { drawSyntheticMask } from "../synthetic-mask/draw-synthetic-mask.js";
import { frameOf, sameWoman, shownAs, woman } from "../testing/demo-face.js";
import { FaceFinder } from "./find-face.js";

let detect: Network;
let landmarks: Network;
let maskedPose: Network;
let faceThere: Network;
let looks = 0;
let finder: FaceFinder;
let frame: Frame;
let eyes: readonly Point[];

beforeAll(async () => {
  await ensureModels();
  [detect, landmarks] = [await open("detect"), await open("landmarks")];
  [maskedPose, faceThere] = [await open("maskedPose"), await open("faceThere")];
  const counted: Network = {
    ...detect,
    run: () => {
      looks += 1;
      return detect.run();
    },
  };
  finder = new FaceFinder({ detect: counted, landmarks, maskedPose, faceThere });
  frame = await frameOf(woman);
  eyes = await eyesIn(frame);
});

afterAll(async () => {
  await detect.close();
  await landmarks.close();
  await maskedPose.close();
  await faceThere.close();
});

async function open(role: "detect" | "landmarks" | "maskedPose" | "faceThere"): Promise<Network> {
  const places = modelPlaces();
  const entry = (await readRegistry(places.registryPath)).models[role];
  if (entry === undefined) throw new Error(`the registry has no network for ${role}`);
  const { path, sha256 } = onnxFileOf(entry, places);
  return loadNetwork(entry, await readVerified(path, sha256, "Import the models."), path);
}

async function eyesIn(shown: Frame, at?: number): Promise<readonly Point[]> {
  const [face] = await finder.find(shown, at);
  if (face === undefined) return [];
  return (await finder.meshOf(shown, face)).points.slice(0, 2);
}

/** The frame with a mask drawn on its face (simulated). */
async function masked(): Promise<Frame> {
  const covered = { ...frame, data: Uint8Array.from(frame.data) };
  const [face] = await finder.find(covered);
  if (face === undefined) throw new Error("the face to mask was not found");
  drawSyntheticMask(covered, (await finder.meshOf(covered, face)).mesh);
  return covered;
}

/** How far the two eyes are from where they should be, over the distance between them. */
function errorOf(found: readonly Point[], expected: readonly Point[]): number {
  const [left, right] = expected;
  const apart = Math.hypot((right?.x ?? 0) - (left?.x ?? 0), (right?.y ?? 0) - (left?.y ?? 0));
  const errors = expected.map(({ x, y }, eye) =>
    Math.hypot((found[eye]?.x ?? Infinity) - x, (found[eye]?.y ?? Infinity) - y),
  );
  return Math.max(...errors) / apart;
}

/** Where the eyes are once the frame is turned and made smaller about its middle. */
function moved(scale: number, degrees: number): readonly Point[] {
  const angle = (degrees * Math.PI) / 180;
  return eyes.map(({ x, y }) => {
    const [dx, dy] = [(x - 320) * scale, (y - 240) * scale];
    return {
      x: 320 + Math.cos(angle) * dx - Math.sin(angle) * dy,
      y: 240 + Math.sin(angle) * dx + Math.cos(angle) * dy,
    };
  });
}

const grey = { width: 640, height: 480, data: new Uint8Array(640 * 480 * 3).fill(120) };

describe("a face", () => {
  it.each([
    ["tilted to one side", 0.6, 40],
    ["tilted to the other side", 0.6, -40],
    ["lying", 0.6, 90],
    ["two metres away", 0.3, 0],
    ["two metres away and tilted", 0.3, 30],
  ])("is found when it is %s", async (_, scale, turn) => {
    const found = await eyesIn(await shownAs(frame, { scale, turn }));
    expect(errorOf(found, moved(scale, turn))).toBeLessThan(0.2);
  });

  it("is found in a tenth of the light", async () => {
    expect(errorOf(await eyesIn(await shownAs(frame, { light: 0.1 })), eyes)).toBeLessThan(0.1);
  });

  it("is found under a drawn mask, also where it fills the frame", async () => {
    expect(errorOf(await eyesIn(await masked()), eyes)).toBeLessThan(0.2);
  });

  it("is found under a drawn mask two metres away", async () => {
    const found = await eyesIn(await shownAs(await masked(), { scale: 0.3 }));
    expect(errorOf(found, moved(0.3, 0))).toBeLessThan(0.3);
  });

  it("is one face, however many boxes the detector draws on its mask", async () => {
    const faces = [];
    for (const scale of [1, 0.7, 0.5, 0.3]) faces.push(await finder.find(await shownAs(await masked(), { scale })));
    expect(faces.map(({ length }) => length)).toEqual([1, 1, 1, 1]);
  });

  it("is found by detector and mesh alone where a registry brings no more", async () => {
    const plain = new FaceFinder({ detect, landmarks });
    const [face] = await plain.find(frame);
    expect(face && errorOf((await plain.meshOf(frame, face)).points.slice(0, 2), eyes)).toBeLessThan(0.05);
  });

  it("is not invented in a plain frame, nor in noise", async () => {
    const noise = { ...grey, data: grey.data.map((_, i) => (i * 7919 + ((i * i) % 251) * 31) % 256) };
    expect([await finder.find(grey), await finder.find(noise)]).toEqual([[], []]);
  });
});

describe("a live frame", () => {
  it("is not looked at by the detector again while the mesh stays on the face", async () => {
    await eyesIn(frame, 1_000);
    looks = 0;
    const [left] = await eyesIn(await shownAs(frame, { at: { left: 12, top: 5 } }), 1_083);
    expect({ looks, left: Math.round((left?.x ?? 0) - (eyes[0]?.x ?? 0)) }).toEqual({
      looks: 0,
      left: expect.closeTo(12, -1),
    });
  });

  it.each([
    ["too long after the last", [2_000, 2_250], 1],
    ["four tenths of a second after the last detection", [3_000, 3_150, 3_300, 3_400], 1],
    ["from before the last", [4_000, 3_990], 1],
  ])("is looked at anew when it comes %s", async (_, times, expected) => {
    let last = 0;
    for (const at of times) {
      looks = 0;
      await eyesIn(frame, at);
      last = looks;
    }
    expect(last).toBe(expected);
  });

  it("without the face that was followed is looked at by the detector", async () => {
    await eyesIn(frame, 5_000);
    looks = 0;
    expect([await finder.find(grey, 5_080), looks > 0]).toEqual([[], true]);
  });

  it("with two people is not followed", async () => {
    const two = await sideBySide();
    const counts: number[] = [];
    for (const at of [6_000, 6_080]) {
      looks = 0;
      counts.push((await finder.find(two, at)).length, Math.min(1, looks));
    }
    expect(counts).toEqual([2, 1, 2, 1]);
  });

  it("with nobody in it takes three looks, and each of the next ones another second chance", async () => {
    const simulated = simulatedOfLyingFaces();
    const lying = new FaceFinder(simulated.networks);
    const seen: (readonly [faces: number, looks: number])[] = [];
    for (let i = 0; i < 10; i++) {
      const before = simulated.looks();
      const faces = await lying.find(simulated.frame, 10_000 + i * 1_000);
      seen.push([faces.length, simulated.looks() - before]);
    }
    // The chance that found it is tried first from then on.
    expect(seen.map(([faces]) => faces)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
    expect(new Set(seen.map(([, count]) => count))).toEqual(new Set([3]));
  });

  it("takes all chances at once when it stands alone", async () => {
    const { networks, frame: still } = simulatedOfLyingFaces();
    expect(await new FaceFinder(networks).find(still)).toHaveLength(1);
  });
});

/** A simulated detector that sees a face only where the left of its one frame is up; its mesh is always sure. */
function simulatedOfLyingFaces() {
  let count = 0;
  const bright = (x: number, y: number) => (input[(y * 256 + x) * 3] ?? 0) > 0;
  const input = new Float32Array(256 * 256 * 3);
  const run = async () => {
    count += 1;
    const face = bright(128, 30) && !bright(30, 128) && !bright(226, 128) && !bright(128, 226);
    const scores = new Float32Array(512).fill(-10);
    const boxes = new Float32Array(512 * 16);
    if (face) scores[0] = 2;
    boxes.set([0, 0, 40, 40, -10, -5, 10, -5]);
    return [scores, new Float32Array(384).fill(-10), boxes, new Float32Array(384 * 16)];
  };
  const mesh = async () => [new Float32Array(266), Float32Array.of(1), new Float32Array(468 * 3)];
  const close = async () => {};
  const data = new Uint8Array(640 * 480 * 3).map((_, i) => (Math.floor(i / 3) % 640 < 200 ? 255 : 0));
  return {
    networks: {
      detect: { input, size: 256, run, close },
      landmarks: { input: new Float32Array(192 * 192 * 3), size: 192, run: mesh, close },
    },
    frame: { width: 640, height: 480, data },
    looks: () => count,
  };
}

async function sideBySide(): Promise<Frame> {
  const [one, other] = [
    await shownAs(frame, { scale: 0.5, at: { left: 0, top: 120 } }),
    await shownAs(await frameOf(sameWoman), { scale: 0.5, at: { left: 320, top: 120 } }),
  ];
  const data = Uint8Array.from(one.data);
  for (let row = 0; row < 480; row++) {
    data.set(other.data.subarray((row * 640 + 320) * 3, (row + 1) * 640 * 3), (row * 640 + 320) * 3);
  }
  return { width: 640, height: 480, data };
}
