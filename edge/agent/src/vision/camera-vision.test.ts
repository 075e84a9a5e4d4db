import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpaqueTemplate } from "@wardkey/protocol/credential";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { film, frozenFilm, pictureOf, plainFilm, STILLS } from "../testing/film.js";
import { systemClock } from "../time.js";
import { createFfmpegCamera } from "./adapters/ffmpeg-camera.js";
import { createLocalAnalyst } from "./adapters/local-analyst.js";
import { CameraVision } from "./app/camera-vision.js";
import {
  type CameraState,
  createVisionPort,
  type EnrolOutcome,
  type EnrolRequest,
  type FaceFinding,
  TemplateKey,
} from "./index.js";

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

const rates = () => ({ bare: 1e-4, masked: 1e-3 });

/** Watches a film, or what a page sends when there is none. */
async function watch(path?: string, change: { enforceLiveness?: boolean; ffmpeg?: string } = {}): Promise<Watched> {
  const { enforceLiveness = false, ffmpeg } = change;
  const opened = new CameraVision({
    analyst: createLocalAnalyst({ enforceLiveness }, () => performance.now()),
    source: path === undefined ? undefined : createFfmpegCamera({ kind: "file", path }, ffmpeg),
    attested: false,
    clock: systemClock,
    rates,
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

function enrol(watched: Watched, change: Partial<EnrolRequest> = {}): Promise<EnrolOutcome> {
  const signal = new AbortController().signal;
  return watched.vision.enrol({ templateKey: new TemplateKey(key), signal, onProgress() {}, ...change });
}

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
  const enrolled = await enrol(watched);
  await watched.vision.stop();
  if (!enrolled.ok) throw new Error(enrolled.code);
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

describe("a camera that vanishes", () => {
  it("is told of, opened again, and told of again", async () => {
    const brief = join(folder, "brief-ffmpeg");
    await writeFile(brief, '#!/bin/sh\nexec timeout 2 ffmpeg "$@"\n');
    await chmod(brief, 0o700);
    const watched = await watch(films.woman, { ffmpeg: brief });
    await until(() => watched.states.length >= 3);
    expect(watched.states.slice(0, 3)).toEqual([
      { state: "ok", code: null },
      { state: "down", code: "camera-gone" },
      { state: "ok", code: null },
    ]);
  });

  it.each([
    ["a file that is not there", (): Promise<Watched> => watch(join(folder, "nothing.avi"))],
    ["a system without ffmpeg", (): Promise<Watched> => watch(films.woman, { ffmpeg: join(folder, "no-ffmpeg") })],
  ])("is gone with %s", async (_, open) => {
    const watched = await open();
    await until(() => watched.states.length > 0);
    expect(watched.states).toEqual([{ state: "down", code: "camera-gone" }]);
    expect(await watched.vision.match({ template, templateKey: new TemplateKey(key) })).toEqual({ outcome: "stale" });
  });
});

describe("the page's camera", () => {
  it("is judged by its frames, and falls silent when they end or are no pictures", async () => {
    const watched = await watch();
    const jpegs = await Promise.all(
      [0, 4, 8].map((shift) => pictureOf({ ...STILLS.woman, x: STILLS.woman.x + shift })),
    );
    let sequence = 0;
    const send = async (frames: number, make: (index: number) => Uint8Array): Promise<void> => {
      for (let index = 0; index < frames; index += 1) {
        sequence += 1;
        watched.vision.push({ jpeg: make(index), sequence, at: performance.now() });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const good = (index: number): Uint8Array => jpegs[index % jpegs.length] ?? new Uint8Array(0);
    await send(6, good);
    const matching = match(watched);
    await send(3, good);
    expect([await matching, watched.states]).toEqual([
      { outcome: "match", branch: "bare" },
      [{ state: "ok", code: null }],
    ]);
    await send(25, () => randomBytes(5_000));
    expect(watched.states.at(-1)).toEqual({ state: "down", code: "camera-silent" });
    await send(4, good);
    watched.vision.pageCamera("denied");
    expect(watched.states.slice(2)).toEqual([
      { state: "ok", code: null },
      { state: "down", code: "camera-denied" },
    ]);
  });
});

describe("an enrolment", () => {
  it("takes nobody while several stand there, and says so", async () => {
    const watched = await watch(films.group);
    const hints = new Set<string>();
    const enrolled = await enrol(watched, { deadlineMs: 1_500, onProgress: ({ hint }) => hints.add(hint) });
    expect([enrolled, [...hints]]).toEqual([{ ok: false, code: "enrol-timeout" }, ["several-faces"]]);
  });

  it("ends when it is called off, and there is one at a time", async () => {
    const watched = await watch(films.woman);
    const called = new AbortController();
    const first = enrol(watched, { signal: called.signal });
    expect(await enrol(watched)).toEqual({ ok: false, code: "enrol-busy" });
    called.abort();
    expect(await first).toEqual({ ok: false, code: "aborted" });
  });

  it("begins its views anew after a gap in the picture, and ends when the gap lasts", async () => {
    const watched = await watch();
    const jpegs = await Promise.all(
      [0, 4, 8].map((shift) => pictureOf({ ...STILLS.woman, x: STILLS.woman.x + shift })),
    );
    let sequence = 0;
    const show = async (frames: number): Promise<void> => {
      for (let index = 0; index < frames; index += 1) {
        sequence += 1;
        watched.vision.push({
          jpeg: jpegs[index % jpegs.length] ?? new Uint8Array(0),
          sequence,
          at: performance.now(),
        });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const silent = () => until(() => watched.states.at(-1)?.code === "camera-silent");
    await show(3);
    const progress: number[] = [];
    const enrolling = enrol(watched, { views: 16, onProgress: (step) => progress.push(step.progress) });
    await show(12);
    await silent();
    const reached = progress.at(-1) ?? 0;
    await show(4);
    expect(reached).toBeGreaterThan(0);
    expect(progress.at(-1)).toBeLessThan(reached);
    await silent();
    expect(await enrolling).toEqual({ ok: false, code: "camera-unavailable" });
  });

  it("grows by one view after the other", async () => {
    const watched = await watch(films.woman);
    const progress: number[] = [];
    const enrolled = await enrol(watched, { views: 3, onProgress: (step) => progress.push(step.progress) });
    expect([enrolled.ok, `${enrolled.ok ? enrolled.template : ""}`]).toEqual([true, "[template]"]);
    expect([...new Set(progress)]).toEqual([0, 1 / 3, 2 / 3, 1].filter((share) => progress.includes(share)));
    expect(progress.at(-1)).toBe(1);
  });
});

describe("the choice of a camera", () => {
  const create = (source: Parameters<typeof createVisionPort>[0]["source"]) =>
    createVisionPort({ source, clock: systemClock, enforceLiveness: true, rates });

  it.each([
    ["a device that is not on the list", { kind: "device", path: "/dev/video9", allowed: ["/dev/video0"] }],
    ["a listed file in a device's place", { kind: "device", path: "/tmp/film.avi", allowed: ["/tmp/film.avi"] }],
  ] as const)("refuses %s", (_, source) => {
    expect(() => create(source)).toThrow(expect.objectContaining({ code: "camera-not-allow-listed" }));
  });

  it("attests a listed device alone", () => {
    expect([
      create({ kind: "device", path: "/dev/video0", allowed: ["/dev/video0"] }).attested,
      create({ kind: "file", path: "/tmp/film.avi" }).attested,
      create({ kind: "page" }).attested,
    ]).toEqual([true, false, false]);
  });
});
