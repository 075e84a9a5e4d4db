import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { main } from "./evaluate-liveness.js";
import { livenessPage } from "./evaluate-liveness-page.js";
import { presentationsIn } from "./evaluate-liveness-presentations.js";
import { ratesAt } from "./evaluate-liveness-rates.js";

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

/** Exit code, and the code at the start of what it said last. */
async function refusal(...argv: string[]): Promise<[number, string | undefined]> {
  const lines: string[] = [];
  const said = vi.spyOn(process.stderr, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  try {
    return [await main(argv), lines.at(-1)?.split(":")[0]];
  } finally {
    said.mockRestore();
  }
}

describe("an evaluation of liveness", () => {
  it("refuses what it cannot measure with a code, before it loads any model", async () => {
    await mkdir(join(folder, "bare", "attack"), { recursive: true });
    await mkdir(join(folder, "bare", "live"), { recursive: true });
    const json = ["--json", join(folder, "out.json")];
    expect([
      await refusal(),
      await refusal("--root", folder, "--simulate", folder, ...json),
      await refusal("--root", folder, "--nonsense", ...json),
      await refusal("--simulate", folder, "--frames", "0", ...json),
      await refusal("--root", folder, "--challenges", ...json),
      await refusal("--root", join(folder, "missing"), ...json),
      await refusal("--root", join(folder, "bare"), ...json),
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

describe("its page", () => {
  it("shows a folder's name as the text that it is, and says what was simulated", () => {
    const seen = [
      { kind: "live", score: 0.9 },
      { kind: "<script>alert(1)</script>", score: 0.1 },
    ];
    const page = livenessPage({
      pictures: "simulated recaptures",
      settings: { people: "all", frames: 1, seed: 1 },
      inForce: ratesAt(0.5, seen),
      atBpcer3: null,
      unreadable: 0,
      histogram: { "<script>": [1, 2] },
    });
    expect(page).not.toContain("<script");
    expect(page).toContain("Simulated recaptures of photos: these rates say nothing of real prints and real displays.");
  });
});
