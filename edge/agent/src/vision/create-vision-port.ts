import type { MatchRates } from "@wardkey/models";
import { type Clock, WardkeyError } from "@wardkey/protocol";
import { createFfmpegCamera } from "./adapters/ffmpeg-camera.js";
import { createWorkerAnalyst } from "./adapters/worker-analyst.js";
import { CameraVision } from "./app/camera-vision.js";
import type { FrameSource } from "./app/frame-source.js";
import type { CameraSource, VisionPort } from "./ports.js";

const V4L2_DEVICE = /^\/dev\/(video\d+|v4l\/by-(id|path)\/[\w.:-]+)$/;

export interface VisionInput {
  readonly source: CameraSource;
  readonly clock: Clock;
  /** Refuse faces whose passive liveness is too low, instead of only telling it. */
  readonly enforceLiveness: boolean;
  /** The false match rates to compare at; asked at every comparison. */
  readonly rates: () => MatchRates;
  readonly registryPath?: string;
  readonly cacheDir?: string;
  readonly ffmpegPath?: string;
}

/**
 * The camera and the worker that looks through it; nothing runs until it is started.
 * Throws `camera-not-allow-listed` for a device that the profile does not name.
 */
export function createVisionPort(input: VisionInput): VisionPort {
  const { clock, enforceLiveness, registryPath, cacheDir } = input;
  const source = frameSource(input.source, input.ffmpegPath);
  const analyst = createWorkerAnalyst({
    enforceLiveness,
    ...(registryPath === undefined ? {} : { registryPath }),
    ...(cacheDir === undefined ? {} : { cacheDir }),
  });
  return new CameraVision({ analyst, source, attested: input.source.kind === "device", clock, rates: input.rates });
}

function frameSource(camera: CameraSource, ffmpegPath: string | undefined): FrameSource | undefined {
  switch (camera.kind) {
    case "page":
      return undefined;
    case "file":
      return createFfmpegCamera({ kind: "file", path: camera.path }, ffmpegPath);
    case "device":
      if (!camera.allowed.includes(camera.path) || !V4L2_DEVICE.test(camera.path)) {
        throw new WardkeyError("camera-not-allow-listed", "this camera is not on the kiosk's allow-list");
      }
      return createFfmpegCamera({ kind: "device", path: camera.path }, ffmpegPath);
  }
}
