import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createVision,
  decodeImage,
  type FaceFindings,
  type Frame,
  matchTemplate,
  type ProtectedTemplate,
  protectTemplate,
  type Vision,
} from "@wardkey/models";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeSceneVideos, type SceneName } from "./scenes.js";

const folder = mkdtempSync(join(tmpdir(), "wardkey-scenes-"));
const names = ["enrol", "tap", "masked", "stranger", "empty"] as const;
const key = randomBytes(32);
let vision: Vision;
let videos: Record<SceneName, string>;
let template: ProtectedTemplate;

beforeAll(async () => {
  vision = await createVision();
  videos = await makeSceneVideos(names, folder, () => {});
  const face = await faceIn("enrol");
  if (!face?.embedding) throw new Error("nobody to enrol");
  template = protectTemplate({ embeddings: [face.embedding], key });
});
afterAll(async () => {
  await vision.close();
  rmSync(folder, { recursive: true });
});

/** The frames of a Motion JPEG file. */
function frames(name: SceneName): Buffer[] {
  const video = readFileSync(videos[name]);
  const starts: number[] = [];
  for (
    let at = video.indexOf("\xff\xd8\xff", 0, "latin1");
    at >= 0;
    at = video.indexOf("\xff\xd8\xff", at + 3, "latin1")
  )
    starts.push(at);
  return starts.map((start, i) => video.subarray(start, starts[i + 1]));
}

const frame = (name: SceneName, index = 0): Promise<Frame> => decodeImage(frames(name)[index] ?? Buffer.alloc(0));

async function faceIn(name: SceneName): Promise<FaceFindings | undefined> {
  return (await vision.analyse(await frame(name), { embedding: true, forTemplate: true })).face;
}

async function outcome(name: SceneName) {
  const probe = (await faceIn(name))?.embedding;
  if (!probe) return "no-face";
  return matchTemplate({ template, key, probe, thresholds: vision.thresholds }).outcome;
}

async function branch(name: SceneName) {
  const probe = (await faceIn(name))?.embedding;
  const match = probe && matchTemplate({ template, key, probe, thresholds: vision.thresholds });
  return match?.outcome === "match" ? match.branch : undefined;
}

describe("the simulated camera", () => {
  it("makes sixty different frames of 640x480", async () => {
    const all = frames("tap");
    expect(all).toHaveLength(60);
    expect(new Set(all.map((jpeg) => jpeg.toString("latin1"))).size).toBe(60);
    expect(await frame("tap")).toMatchObject({ width: 640, height: 480 });
  });

  it.each<[SceneName, number]>([
    ["enrol", 1],
    ["tap", 1],
    ["masked", 1],
    ["stranger", 1],
    ["empty", 0],
  ])("shows in %s as many faces as it must: %i", async (name, faces) => {
    expect((await vision.analyse(await frame(name))).faces).toBe(faces);
  });

  it("shows the enrolled woman again in the other photo", async () => {
    expect(await outcome("tap")).toBe("match");
  });

  it("shows her behind a mask, and she is known by what it leaves free", async () => {
    expect([await outcome("masked"), await branch("masked")]).toEqual(["match", "masked"]);
  });

  it("shows somebody else as the stranger", async () => {
    expect(await outcome("stranger")).toBe("below-threshold");
  });

  it("has a view good enough to enrol", async () => {
    expect((await vision.analyse(await frame("enrol"), { embedding: true })).hints).toEqual([]);
  });
});
