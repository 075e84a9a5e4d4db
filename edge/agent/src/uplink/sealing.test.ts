import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSealing } from "./sealing.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-sealing-"));
});
afterEach(() => rm(folder, { recursive: true }));

const secret = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);

describe("what is sealed", () => {
  it("opens again with the same key and context, after a restart too", async () => {
    const sealed = (await openSealing(folder, null)).seal(secret, "table a");
    expect((await openSealing(folder, null)).open(sealed, "table a")).toEqual(secret);
  });

  it("does not open with another key, in another context, or with any byte changed", async () => {
    const sealing = await openSealing(folder, null);
    const sealed = sealing.seal(secret, "table a");
    await writeFile(join(folder, "credential"), Buffer.alloc(32, 7).toString("base64url"));
    const other = await openSealing(folder, join(folder, "credential"));
    expect([other.open(sealed, "table a"), sealing.open(sealed, "table b")]).toEqual([null, null]);
    for (let index = 0; index < sealed.length; index++) {
      const changed = Uint8Array.from(sealed, (byte, at) => (at === index ? byte ^ 1 : byte));
      expect([index, sealing.open(changed, "table a")]).toEqual([index, null]);
    }
    expect(sealing.open(sealed.subarray(0, 20), "table a")).toBeNull();
  });

  it("needs the key that the configuration names, and a whole one", async () => {
    const file = join(folder, "credential");
    await expect(openSealing(folder, file)).rejects.toMatchObject({ code: "sealing-key-missing" });
    await writeFile(file, "short");
    await expect(openSealing(folder, file)).rejects.toMatchObject({ code: "sealing-key-invalid" });
  });
});
