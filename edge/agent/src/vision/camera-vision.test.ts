import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpaqueTemplate } from "@wardkey/protocol/credential";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { film, frozenFilm, plainFilm, STILLS } from "../testing/film.js";
import { systemClock } from "../time.js";
import { createFfmpegCamera } from "./adapters/ffmpeg-camera.js";
import { createLocalAnalyst } from "./adapters/local-analyst.js";
import { CameraVision } from "./app/camera-vision.js";
import { type CameraState, type FaceFinding, TemplateKey } from "./index.js";

let folder = "";
let films: Record<
  "woman" | "womanElsewhere" | "stranger" | "anotherStranger" | "group" | "frozen" | "black" | "empty",
  string
>;
const key = randomBytes(32);
let template: OpaqueTemplate;
let vision: CameraVision | undefined;

interface Watched {
  readonly vision: CameraVision;
  readonly states: CameraState[];
  readonly findings: FaceFinding[];
}

async function watch(path: string, enforceLiveness = false): Promise<Watched> {
  const opened = new CameraVision({
    analyst: createLocalAnalyst({ enforceLiveness }, () => performance.now()),
    source: createFfmpegCamera({ kind: "file", path }),
    attested: false,
    clock: systemClock,
  });
  vision = opened;
  const states: CameraState[] = [];
  const findings: FaceFinding[] = [];
  opened.onCamera((state) => states.push(state));
  opened.on((finding) => findings.push(finding));
  opened.setPace("fast");
  await opened.start();
  return { vision: opened, states, findings };
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
};
const match = (watched: Watched) =>
  watched.vision.match({ template, templateKey: new TemplateKey(key), waitMs: 3_000 });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-films-"));
  const [woman, womanElsewhere, stranger, anotherStranger, group, frozen, black, empty] = await Promise.all([
    film(STILLS.woman, folder),
    film(STILLS.womanElsewhere, folder),
    film(STILLS.stranger, folder),
    film(STILLS.anotherStranger, folder),
    film(STILLS.group, folder),
    frozenFilm(STILLS.woman, folder),
    plainFilm("black", folder),
    plainFilm("gray", folder),
  ]);
  films = { woman, womanElsewhere, stranger, anotherStranger, group, frozen, black, empty };
  const watched = await watch(woman);
  await until(() => watched.states.length > 0);
  const hints: string[] = [];
  const enrolled = await watched.vision.enrol({
    templateKey: new TemplateKey(key),
    signal: new AbortController().signal,
    onProgress: ({ hint }) => hints.push(hint),
  });
  await watched.vision.stop();
  if (!enrolled.ok)
    throw new Error(`${enrolled.code}: ${hints} ${JSON.stringify(watched.states)} ${JSON.stringify(watched.findings)}`);
  template = enrolled.template;
});

afterEach(async () => {
  await vision?.stop();
  vision = undefined;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the camera's whole path, on real photos", () => {
  it("recognises the same woman in another photo", async () => {
    const watched = await watch(films.womanElsewhere);
    expect(await match(watched)).toEqual({ outcome: "match", branch: "bare" });
    expect(watched.states).toEqual([{ state: "ok", code: null }]);
  });

  it.each(["stranger", "anotherStranger"] as const)("refuses a %s", async (who) => {
    const watched = await watch(films[who]);
    await until(() => watched.findings.length > 0);
    expect(await match(watched)).toEqual({ outcome: "no-match" });
  });

  it("refuses several faces, and nobody", async () => {
    const several = await watch(films.group);
    expect(await match(several)).toEqual({ outcome: "several-faces" });
    await several.vision.stop();
    expect(await match(await watch(films.empty))).toEqual({ outcome: "no-face" });
  });

  it("matches nothing with a template under another key, or one that is none", async () => {
    const watched = await watch(films.woman);
    const other = new TemplateKey(randomBytes(32));
    expect(await watched.vision.match({ template, templateKey: other, waitMs: 3_000 })).toEqual({
      outcome: "no-match",
    });
  });

  it("says that the lens is covered", async () => {
    const watched = await watch(films.black);
    await until(() => watched.states.some(({ code }) => code === "camera-dark"));
    expect(await watched.vision.match({ template, templateKey: new TemplateKey(key) })).toEqual({ outcome: "stale" });
  });

  it("says that the picture is frozen, and matches it no more", async () => {
    const watched = await watch(films.frozen);
    await until(() => watched.states.some(({ code }) => code === "camera-frozen"));
    expect(await watched.vision.match({ template, templateKey: new TemplateKey(key) })).toEqual({ outcome: "stale" });
  });
});
