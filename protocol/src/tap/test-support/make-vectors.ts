import { existsSync, writeFileSync } from "node:fs";
import { recordVectors } from "./record-vectors.js";

// node protocol/dist/tap/test-support/make-vectors.js [--replace]
const FILE = new URL("../../../vectors/tap-v1.json", import.meta.url);

if (existsSync(FILE) && !process.argv.includes("--replace")) {
  console.error(
    "The vectors exist. Other implementations read them: to change the protocol, make a new version. " +
      "--replace records them again, and vectors.test.ts will want the digest of the new file.",
  );
  process.exitCode = 1;
} else {
  writeFileSync(FILE, `${JSON.stringify(await recordVectors(), null, 1)}\n`);
}
