import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { packAsar } from "./asar.js";
import { readAsar } from "./testing/simulated-release.js";

it("an archive holds every file, found where its header says", () => {
  const files = [
    { path: "package.json", data: Buffer.from('{"main":"main/main.js"}') },
    { path: "main/main.js", data: Buffer.from("start()") },
    { path: "main/ελληνικά.js", data: Buffer.from("") },
    { path: "preload/preload.cjs", data: Buffer.from([0, 255, 1]) },
  ];
  expect(readAsar(packAsar(files))).toEqual(Object.fromEntries(files.map(({ path, data }) => [path, data])));
});

it("its header begins as Chromium's pickle does and states each file's digest", () => {
  const archive = packAsar([{ path: "a", data: Buffer.from("abc") }]);
  const length = archive.readUInt32LE(12);
  expect([archive.readUInt32LE(0), archive.readUInt32LE(4) - archive.readUInt32LE(8)]).toEqual([4, 4]);
  const digest = createHash("sha256").update("abc").digest("hex");
  expect(JSON.parse(archive.toString("utf8", 16, 16 + length))).toEqual({
    files: {
      a: {
        size: 3,
        offset: "0",
        integrity: { algorithm: "SHA256", hash: digest, blockSize: 4_194_304, blocks: [digest] },
      },
    },
  });
});

it("two files of one name and a nameless one are refused", () => {
  const data = Buffer.from("");
  expect(() =>
    packAsar([
      { path: "a", data },
      { path: "a/b", data },
    ]),
  ).toThrow("a is a file and a folder");
  expect(() => packAsar([{ path: "a//b", data }])).toThrow("a name at each step");
});
