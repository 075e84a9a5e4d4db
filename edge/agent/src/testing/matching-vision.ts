import { once } from "node:events";
import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { instant } from "@wardkey/protocol";
import { OpaqueTemplate } from "@wardkey/protocol/credential";
import { createLocalAnalyst } from "../vision/adapters/local-analyst.js";
import { CameraVision } from "../vision/app/camera-vision.js";
import { TemplateKey } from "../vision/domain/template-key.js";

/**
 * A process that compares one face with one template and then waits, so that a test can look at what its memory still
 * holds. `node matching-vision.mjs FOLDER REGISTRY CACHE [keep]`: FOLDER has `face.jpg`, `nobody.jpg`, `template` and
 * `key`; the last two are removed once they were read. It says `matched OUTCOME`, at the next line on stdin lets
 * everybody leave the picture and says `gone`, and ends with stdin. With `keep` it holds on to a copy of each.
 */
const [folder = "", registryPath = "", cacheDir = "", keep] = process.argv.slice(2);

/** Into memory of its own, without a copy in a stream or a pool. */
function readBytes(name: string): Uint8Array<ArrayBuffer> {
  const file = openSync(join(folder, name), "r");
  const bytes = new Uint8Array(new ArrayBuffer(fstatSync(file).size));
  readSync(file, bytes);
  closeSync(file);
  return bytes;
}

// A test that was stopped leaves nobody waiting.
process.stdin.on("end", () => process.exit(0));

const secrets = { template: readBytes("template"), key: readBytes("key") };
const kept = keep === "keep" ? [Uint8Array.from(secrets.template), Uint8Array.from(secrets.key)] : [];
const template = new OpaqueTemplate(secrets.template);
const templateKey = new TemplateKey(secrets.key);
for (const name of ["template", "key"] as const) {
  secrets[name].fill(0);
  rmSync(join(folder, name));
}

// Moved by hand, so that no frame is ever too old on a busy machine.
let time = 1_000;
const vision = new CameraVision({
  analyst: createLocalAnalyst({ enforceLiveness: false, registryPath, cacheDir }, () => performance.now()),
  source: undefined,
  attested: false,
  clock: { now: () => instant(0), monotonic: () => time },
  rates: () => ({ bare: 1e-4, masked: 1e-3 }),
});
await vision.start();
const matching = vision.match({ template, templateKey });
const seen = new Promise<void>((resolve) => {
  const off = vision.on(() => {
    off();
    resolve();
  });
});
vision.push({ jpeg: readBytes("face.jpg"), sequence: 1, at: time });
await seen;
// Only a face that has stopped is compared.
time += 500;
vision.push({ jpeg: readBytes("face.jpg"), sequence: 2, at: time });
const { outcome } = await matching;
template.overwrite();
templateKey.overwrite();
writeSync(1, `matched ${outcome}\n`);

await once(process.stdin, "data");
const gone = new Promise<void>((resolve) => {
  vision.on(({ faces }) => {
    if (faces === 0) resolve();
  });
});
vision.setPace("fast");
time += 10_000;
vision.push({ jpeg: readBytes("nobody.jpg"), sequence: 3, at: time });
await gone;
writeSync(1, "gone\n");

// Held until the end, so that the copies are not collected before the search.
await once(process.stdin, "data");
writeSync(1, `kept ${kept.length}\n`);
