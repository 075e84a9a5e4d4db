import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { canaryOf, foundIn, foundInFolder, foundInMemory } from "./canary.js";

const secret = randomBytes(96);
const canary = canaryOf(secret);
const folder = mkdtempSync(join(tmpdir(), "wardkey-canary-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the search for biometric bytes", () => {
  it.each([
    ["raw bytes", secret],
    ["a part of them", secret.subarray(30, 70)],
    ["hex", Buffer.from(secret.toString("hex"))],
    ["upper-case hex", Buffer.from(secret.toString("hex").toUpperCase())],
    ["base64", Buffer.from(secret.toString("base64"))],
    [
      "base64url after one byte of something else",
      Buffer.from(Buffer.concat([Buffer.of(1), secret]).toString("base64url")),
    ],
    ["a JSON list", Buffer.from(JSON.stringify([...secret]))],
    ["a JSON list of signed numbers", Buffer.from(JSON.stringify([...new Int8Array(secret)]))],
  ])("finds %s", (_form, bytes) => {
    expect(foundIn(Buffer.concat([randomBytes(1_000), bytes, randomBytes(1_000)]), canary)).toBeGreaterThan(0);
  });

  it("finds nothing in bytes that are not the secret", () => {
    expect(foundIn(randomBytes(1_000_000), canary)).toBe(0);
  });

  it("finds a file that holds the secret", () => {
    writeFileSync(join(folder, "a.log"), `debug ${secret.toString("base64")}`);
    expect(foundInFolder(folder, canary)).toBeGreaterThan(0);
    expect(foundInFolder(folder, canaryOf(randomBytes(96)))).toBe(0);
  });

  it("finds the secret in another process's memory, and only there", async () => {
    const holder = spawn(process.execPath, [
      "-e",
      "process.stdin.once('data',(d)=>{globalThis.held=Buffer.from(d);console.log('held')})",
    ]);
    try {
      holder.stdin.write(secret);
      await new Promise((resolve) => holder.stdout.once("data", resolve));
      expect(foundInMemory(holder.pid ?? 0, canary)).toBeGreaterThan(0);
      expect(foundInMemory(holder.pid ?? 0, canaryOf(randomBytes(96)))).toBe(0);
    } finally {
      holder.kill();
    }
  });
});
