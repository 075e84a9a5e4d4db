import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as z from "zod";
import type { FramePeer } from "./peer.js";

const require = createRequire(import.meta.url);

interface Tensor {
  dispose(): void;
}

interface Net {
  loadFromDisk(folder: string): Promise<void>;
}

// What the benchmark uses of @vladmandic/face-api; its own types are those of the browser build.
interface FaceApi {
  readonly tf: {
    setBackend(name: string): Promise<boolean>;
    ready(): Promise<void>;
    tensor3d(values: Int32Array, shape: readonly number[], dtype: "int32"): Tensor;
  };
  readonly nets: { readonly ssdMobilenetv1: Net; readonly faceLandmark68Net: Net; readonly faceRecognitionNet: Net };
  detectSingleFace(input: Tensor): { withFaceLandmarks(): { withFaceDescriptor(): PromiseLike<unknown> } };
}
const FaceApi = z.custom<FaceApi>(
  (value) => typeof value === "object" && value !== null && "detectSingleFace" in value,
);

const WasmBackend = z.looseObject({
  setThreadsCount: z.custom<(count: number) => void>((value) => typeof value === "function"),
  setWasmPaths: z.custom<(folder: string) => void>((value) => typeof value === "function"),
});
const Answer = z.looseObject({ descriptor: z.instanceof(Float32Array).refine((numbers) => numbers.length === 128) });

/**
 * `@vladmandic/face-api` on WASM with one thread, as its own demos use it: SSD MobileNet, 68 landmarks, dlib's
 * recogniser. It has no liveness, so it does less than the others.
 */
export async function openFaceApiPeer(): Promise<FramePeer> {
  const folder = dirname(require.resolve("@vladmandic/face-api/package.json"));
  const wasm = WasmBackend.parse(require("@tensorflow/tfjs-backend-wasm"));
  wasm.setWasmPaths(`${join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist")}/`);
  wasm.setThreadsCount(1);
  const faceApi = FaceApi.parse(require(join(folder, "dist", "face-api.node-wasm.js")));
  await faceApi.tf.setBackend("wasm");
  await faceApi.tf.ready();
  const { ssdMobilenetv1, faceLandmark68Net, faceRecognitionNet } = faceApi.nets;
  for (const net of [ssdMobilenetv1, faceLandmark68Net, faceRecognitionNet]) {
    await net.loadFromDisk(join(folder, "model"));
  }
  return {
    async analyse({ width, height, data }) {
      const picture = faceApi.tf.tensor3d(Int32Array.from(data), [height, width, 3], "int32");
      try {
        Answer.parse(await faceApi.detectSingleFace(picture).withFaceLandmarks().withFaceDescriptor());
      } finally {
        picture.dispose();
      }
    },
    close: async () => undefined,
  };
}
