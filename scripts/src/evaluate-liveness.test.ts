import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusal } from "./evaluate/testing/refusal.js";
import { main } from "./evaluate-liveness.js";
import { detOf } from "./evaluate-liveness-det.js";
import { livenessPage } from "./evaluate-liveness-page.js";
import { presentationsIn } from "./evaluate-liveness-presentations.js";
import { type Presentation, ratesAt, responsesOf } from "./evaluate-liveness-rates.js";

let folder: string;
let picture: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-liveness-"));
  picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: "#888" } })
    .jpeg()
    .toBuffer();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function put(...path: string[]): Promise<void> {
  await mkdir(join(folder, ...path.slice(0, -1)), { recursive: true });
  await writeFile(join(folder, ...path), picture);
}

describe("an evaluation of liveness", () => {
  it("refuses what it cannot measure with a code, before it loads any model", async () => {
    await mkdir(join(folder, "bare", "attack"), { recursive: true });
    await mkdir(join(folder, "bare", "live"), { recursive: true });
    const json = ["--json", join(folder, "out.json")];
    expect([
      await refusal(main, []),
      await refusal(main, ["--root", folder, "--simulate", folder, ...json]),
      await refusal(main, ["--root", folder, "--nonsense", ...json]),
      await refusal(main, ["--simulate", folder, "--frames", "0", ...json]),
      await refusal(main, ["--root", folder, "--challenges", ...json]),
      await refusal(main, ["--root", join(folder, "missing"), ...json]),
      await refusal(main, ["--root", join(folder, "bare"), ...json]),
    ]).toEqual([
      [2, "arguments"],
      [2, "arguments"],
      [2, "arguments"],
      [2, "arguments"],
      [2, "arguments"],
      [2, "folder-unreadable"],
      [2, "no-pictures"],
    ]);
  });

  it("takes a picture for a presentation, and a folder of pictures for one of several frames", async () => {
    await put("site", "live", "anna.jpg");
    await put("site", "live", "ben", "1.jpg");
    await put("site", "live", "ben", "2.jpg");
    await put("site", "attack", "print", "p1.jpg");
    await put("site", "attack", "tablet", "t1", "1.png");
    await put("site", "attack", "tablet", "readme.txt");
    const found = await presentationsIn(join(folder, "site"));
    const frames = await Promise.all(
      found.map(async (each) => {
        let count = 0;
        for await (const frame of each.frames()) count += frame.width === 64 ? 1 : 0;
        return [each.kind, count];
      }),
    );
    expect(frames).toEqual([
      ["live", 1],
      ["live", 2],
      ["print", 1],
      ["tablet", 1],
    ]);
  });
});

function pageOf(seen: readonly Presentation[]): string {
  return livenessPage({
    pictures: "simulated recaptures",
    settings: { people: "all", frames: 1, seed: 1 },
    inForce: ratesAt(0.5, seen),
    atBpcer3: null,
    unreadable: 0,
    responses: responsesOf(seen),
    det: detOf(seen),
    intervalMethod: "95 %",
    histogram: { "<script>": [1, 2] },
  });
}

describe("its page", () => {
  it("shows a folder's name as the text that it is, and says what was simulated", () => {
    const page = pageOf([
      { kind: "live", score: 0.9 },
      { kind: "<script>alert(1)</script>", score: 0.1 },
    ]);
    expect(page).not.toContain("<script");
    expect(page).toContain("Simulated recaptures of photos: these rates say nothing of real prints and real displays.");
  });

  const many = (kind: string, count: number, centre: number): Presentation[] =>
    Array.from({ length: count }, (_, index) => ({ kind, score: centre + 0.3 * Math.sin(index * 7.1) }));

  it("draws the tradeoff by kind, with a key, and takes nothing from elsewhere", () => {
    const page = pageOf([...many("live", 60, 0.65), ...many("<b>print", 60, 0.35), ...many("screen", 40, 0.5)]);
    expect(page).toContain('aria-label="BPCER (people refused) against APCER (attacks accepted)"');
    expect(page.match(/class="curve[^"]* kind\d"/g)?.length).toBeGreaterThanOrEqual(2);
    expect(page).toContain("&#60;b&#62;print");
    expect(page).not.toMatch(/<script|<img|https?:|url\(/);
  });

  it("says that kinds of fewer than thirty have no curve", () => {
    expect(pageOf([...many("live", 60, 0.65), ...many("print", 20, 0.35)])).toContain("No curve");
  });

  it("says what gave no answer, and how that is counted", () => {
    const silent: Presentation[] = [
      { kind: "live", score: undefined },
      { kind: "print", score: undefined, unreadable: true },
    ];
    const page = pageOf([...many("live", 59, 0.65), ...many("print", 39, 0.35), ...silent]);
    expect(page).toContain("1.7 % (0.3–8.9 %)");
    expect(page).toContain("2.5 % (0.4–12.9 %)");
    expect(page).toContain("one in which no face is found, or whose picture cannot be read, counts as refused");
    expect(page).toContain("an attack whose picture cannot be read is left out of its rate");
  });
});
