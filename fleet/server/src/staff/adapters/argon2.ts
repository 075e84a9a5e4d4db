import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { WardkeyError } from "@wardkey/protocol";
import type { SecretHasher } from "../app/ports.js";

/** OWASP's first choice for Argon2id (RFC 9106): 19 MiB, two passes. */
const SETTINGS = { memorySize: 19_456, iterations: 2, parallelism: 1, hashLength: 32 };
const SALT_BYTES = 16;
/** More at once only stands in a queue: who waits longer than this is told to come again. */
const MOST_WAITING = 32;

type Work = { secret: string; salt: Uint8Array; pepper: Uint8Array } & typeof SETTINGS;

/** CommonJS, as a thread made of a text reads it. */
const THREAD = `
const { parentPort, workerData } = require("node:worker_threads");
const { argon2id } = require(workerData.argon2);
parentPort.on("message", ({ id, work }) => {
  const { secret, salt, pepper, ...settings } = work;
  argon2id({ password: secret, salt, secret: pepper, ...settings, outputType: "hex" }).then(
    (hash) => parentPort.postMessage({ id, hash }),
    () => parentPort.postMessage({ id, hash: null }),
  );
});
`;

type Waiting = { resolve: (hash: string) => void; reject: (error: Error) => void };

/**
 * Argon2id in a thread of its own, with the site's pepper, so that a stolen database alone is worth no guess. Throws
 * `hasher-busy` when too many wait.
 */
export function createArgon2Hasher({ pepper }: { pepper: Uint8Array }): SecretHasher {
  let worker: Worker | null = null;
  let next = 0;
  const waiting = new Map<number, Waiting>();
  const fail = (code: string): void => {
    worker = null;
    for (const { reject } of waiting.values()) reject(new WardkeyError(code, "the hashing thread ended"));
    waiting.clear();
  };
  const thread = (): Worker => {
    if (worker !== null) return worker;
    const argon2 = createRequire(import.meta.url).resolve("hash-wasm");
    const made = new Worker(THREAD, { eval: true, workerData: { argon2 }, execArgv: [] });
    made.unref();
    made.on("message", ({ id, hash }: { id: number; hash: string | null }) => {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (waiting.size === 0) made.unref();
      if (hash === null) asked?.reject(new WardkeyError("hasher-failed", "a secret was not hashed"));
      else asked?.resolve(hash);
    });
    made.on("error", () => fail("hasher-failed"));
    made.on("exit", () => {
      if (worker === made) fail("hasher-stopped");
    });
    worker = made;
    return made;
  };
  const run = (work: Work): Promise<string> =>
    new Promise((resolve, reject) => {
      if (waiting.size >= MOST_WAITING) {
        reject(new WardkeyError("hasher-busy", "too many secrets are being checked"));
        return;
      }
      next += 1;
      waiting.set(next, { resolve, reject });
      const running = thread();
      running.ref();
      running.postMessage({ id: next, work });
    });
  const hashWith = (secret: string, salt: Uint8Array, settings: typeof SETTINGS): Promise<string> =>
    run({ secret: secret.normalize("NFKC"), salt, pepper, ...settings });
  return {
    async hash(secret) {
      const salt = randomBytes(SALT_BYTES);
      const { memorySize, iterations, parallelism } = SETTINGS;
      const hash = await hashWith(secret, salt, SETTINGS);
      return `argon2id$m=${memorySize},t=${iterations},p=${parallelism}$${salt.toString("hex")}$${hash}`;
    },
    async verify(secret, stored) {
      const match = /^argon2id\$m=(\d+),t=(\d+),p=(\d+)\$([0-9a-f]+)\$([0-9a-f]+)$/.exec(stored);
      if (match === null) throw new WardkeyError("stored-hash-damaged", "a stored hash is none");
      const [, memory, iterations, parallelism, salt = "", wanted = ""] = match;
      const settings = {
        memorySize: Number(memory),
        iterations: Number(iterations),
        parallelism: Number(parallelism),
        hashLength: wanted.length / 2,
      };
      return (await hashWith(secret, Buffer.from(salt, "hex"), settings)) === wanted;
    },
    async idle(secret) {
      await hashWith(secret, randomBytes(SALT_BYTES), SETTINGS);
    },
    async stop() {
      const running = worker;
      worker = null;
      await running?.terminate();
      fail("hasher-stopped");
    },
  };
}
