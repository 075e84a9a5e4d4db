import { randomBytes } from "node:crypto";
import { codeOf } from "@wardkey/protocol";
import { argon2Verify } from "hash-wasm";
import { afterEach, describe, expect, it } from "vitest";
import type { SecretHasher } from "../app/ports.js";
import { createArgon2Hasher } from "./argon2.js";

const pepper = randomBytes(32);
let hashers: SecretHasher[] = [];
afterEach(async () => {
  for (const hasher of hashers) await hasher.stop();
  hashers = [];
});

function hasherWith(key: Uint8Array = pepper): SecretHasher {
  const hasher = createArgon2Hasher({ pepper: key });
  hashers.push(hasher);
  return hasher;
}

describe("the slow hash of a short secret", () => {
  it("knows the secret again, also after a restart, and no other", async () => {
    const stored = await hasherWith().hash("739154");
    expect(stored).toMatch(/^argon2id\$m=19456,t=2,p=1\$[0-9a-f]{32}\$[0-9a-f]{64}$/);
    const later = hasherWith();
    expect([await later.verify("739154", stored), await later.verify("739155", stored)]).toEqual([true, false]);
  });

  it("is Argon2id with the site's pepper: a stolen database alone proves no guess", async () => {
    const stored = await hasherWith().hash("739154");
    expect(await hasherWith(randomBytes(32)).verify("739154", stored)).toBe(false);
    const [, , salt = "", hash = ""] = stored.split("$");
    const base64 = (hex: string): string => Buffer.from(hex, "hex").toString("base64").replaceAll("=", "");
    const encoded = `$argon2id$v=19$m=19456,t=2,p=1$${base64(salt)}$${base64(hash)}`;
    expect(await argon2Verify({ password: "739154", hash: encoded, secret: pepper })).toBe(true);
    expect(await argon2Verify({ password: "739154", hash: encoded })).toBe(false);
  });

  it("gives two people of one PIN two hashes", async () => {
    const hasher = hasherWith();
    expect(await hasher.hash("739154")).not.toBe(await hasher.hash("739154"));
  });

  it("refuses with a code when too many wait, when it was stopped, and what is no hash", async () => {
    const hasher = hasherWith();
    const asked = Array.from({ length: 40 }, () => hasher.idle("739154").then(() => "done", codeOf));
    await hasher.stop();
    const codes = (await Promise.all(asked)).sort();
    expect(codes).toEqual([...Array(8).fill("hasher-busy"), ...Array(32).fill("hasher-stopped")]);
    await expect(hasher.verify("739154", "plain")).rejects.toMatchObject({ code: "stored-hash-damaged" });
  });
});
