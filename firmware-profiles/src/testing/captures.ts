import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { BadgeTechnology, bytesOf, type Frames } from "../index.js";

const FOLDER = new URL("../../captures/", import.meta.url);
const Hex = z.string().regex(/^(?:[0-9a-f]{2})*$/);
const FramesHex = z.record(z.string(), Hex);

const Vector = z.union([
  z.strictObject({
    what: z.string(),
    frames: FramesHex,
    gives: z.union([
      z.strictObject({ badge: z.strictObject({ kind: BadgeTechnology, uid: Hex }) }),
      z.enum(["nothing", "damaged"]),
      z.strictObject({ opens: z.boolean() }),
      z.strictObject({ on: z.array(z.number()) }),
      z.strictObject({ identified: z.boolean() }),
    ]),
  }),
  z.strictObject({
    what: z.string(),
    set: z.strictObject({ channel: z.number(), on: z.boolean(), others: z.array(z.number()).optional() }),
    sends: Hex,
  }),
]);
export type Vector = z.infer<typeof Vector>;

export const Capture = z.strictObject({
  profile: z.string(),
  /** `captured`: published by somebody who saw them. `documented`: as its documents print them. `assembled`: by us, from the documented layout. */
  origin: z.enum(["captured", "documented", "assembled"]),
  source: z.string(),
  vectors: z.array(Vector).min(1),
});
export type Capture = z.infer<typeof Capture>;

/** The bytes that each profile is tested with. */
export async function readCaptures(): Promise<readonly Capture[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(
    files.map(async (name) => Capture.parse(JSON.parse(await readFile(fileURLToPath(new URL(name, FOLDER)), "utf8")))),
  );
}

export const framesOf = (hex: Readonly<Record<string, string>>): Frames =>
  Object.fromEntries(Object.entries(hex).map(([name, bytes]) => [name, bytesOf(bytes)]));
