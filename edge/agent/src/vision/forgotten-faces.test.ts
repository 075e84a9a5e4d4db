import { type ChildProcess, spawn } from "node:child_process";
import { hkdfSync, randomBytes } from "node:crypto";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createVision, ensureModels, modelPlaces, protectTemplate } from "@wardkey/models";
import { KeyedTransform, measureEmbedding, type VectorName } from "@wardkey/models/measuring";
import sharp from "sharp";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pictureOf, STILLS } from "../testing/film.js";
import { type Canary, foundInMemory } from "../testing/searched-memory.js";
import { decodePageFrame } from "./adapters/decode-page-frame.js";

let folder: string;
let program: string;
let face: Buffer;
let nobody: Buffer;
/** What stays as long as the face is in view, what must not outlive the match, and the key and template as they came. */
let live: Canary[];
let spent: Canary[];
let stored: Canary[];
let template: Uint8Array;
const key = randomBytes(32);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-forgotten-"));
  await symlink(fileURLToPath(new URL("../../../../node_modules", import.meta.url)), join(folder, "node_modules"));
  await build({
    configFile: false,
    logLevel: "silent",
    resolve: { conditions: ["wardkey-source"] },
    ssr: { noExternal: [/^@wardkey\//], resolve: { conditions: ["wardkey-source"] } },
    build: {
      ssr: fileURLToPath(new URL("../testing/matching-vision.ts", import.meta.url)),
      outDir: folder,
      emptyOutDir: false,
      target: "node20",
      rollupOptions: { output: { entryFileNames: "matching-vision.mjs" } },
    },
  });
  program = join(folder, "matching-vision.mjs");
  face = await pictureOf(STILLS.woman);
  nobody = await sharp({ create: { width: 640, height: 480, channels: 3, background: "#7f7f7f" } })
    .jpeg()
    .toBuffer();
  await ensureModels();
  await prepareCanaries();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The same face through the same models gives the same numbers in this process. */
async function prepareCanaries(): Promise<void> {
  const vision = await createVision();
  const frame = await decodePageFrame(Uint8Array.from(face));
  if (frame === undefined) throw new Error("the picture was not decoded");
  const seen = await vision.analyse(frame, { liveness: true, embedding: true });
  const enrolled = await vision.analyse(frame, { embedding: true, forTemplate: true, bothBranches: true });
  await vision.close();
  if (seen.face?.embedding === undefined || enrolled.face?.embedding === undefined)
    throw new Error("no face was found");
  template = protectTemplate({ embeddings: [enrolled.face.embedding], key }).toBytes();
  const vectors = Object.entries(measureEmbedding(seen.face.embedding).vectors);
  live = vectors.map(([name, { numbers }]) => ({ name: `the live face's ${name} vector`, direction: numbers }));
  stored = [
    { name: "the template", bytes: template },
    { name: "the key", bytes: key },
  ];
  spent = vectors.flatMap(([name, { numbers }]) => [
    {
      name: `the ${name} vector turned by the key`,
      direction: new KeyedTransform(key, name as VectorName, numbers.length).apply(numbers),
    },
    {
      name: `the seed of the ${name} vector's transform`,
      bytes: new Uint8Array(hkdfSync("sha256", key, new Uint8Array(), `wardkey template 2 ${name}`, 48)),
    },
  ]);
}

interface Matching {
  readonly child: ChildProcess;
  readonly lines: AsyncIterator<string>;
  readonly reader: Interface;
}

async function match(mode: "forget" | "keep"): Promise<Matching> {
  await writeFile(join(folder, "face.jpg"), face);
  await writeFile(join(folder, "nobody.jpg"), nobody);
  await writeFile(join(folder, "template"), template);
  await writeFile(join(folder, "key"), key);
  const { registryPath, cacheDir } = modelPlaces();
  const child = spawn(process.execPath, [program, folder, registryPath, cacheDir, mode], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const reader = createInterface({ input: child.stdout });
  const matching = { child, reader, lines: reader[Symbol.asyncIterator]() };
  expect((await matching.lines.next()).value).toBe("matched match");
  return matching;
}

async function end({ child, reader }: Matching): Promise<void> {
  reader.close();
  child.kill("SIGKILL");
}

const search = ({ child }: Matching, canaries: readonly Canary[]) => foundInMemory(child.pid ?? 0, canaries);

describe("a kiosk's memory after a match", () => {
  it("holds neither the template, nor the key, nor what came of them; nor the face once nobody is there", async () => {
    const matching = await match("forget");
    try {
      expect(search(matching, [...stored, ...spent])).toEqual([]);
      // The control of the search: a face in view is kept for the next comparison.
      expect(search(matching, live)).toEqual(live.map(({ name }) => name).sort());
      matching.child.stdin?.write("leave\n");
      expect((await matching.lines.next()).value).toBe("gone");
      expect(search(matching, [...stored, ...spent, ...live])).toEqual([]);
    } finally {
      await end(matching);
    }
  }, 120_000);

  it("is searched by what finds a copy that was kept", async () => {
    const matching = await match("keep");
    try {
      expect(search(matching, stored)).toEqual(["the key", "the template"]);
    } finally {
      await end(matching);
    }
  }, 120_000);
});
