import { createVision, overwrite, type PlacesOptions } from "@wardkey/models";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import type { AnalystPort, Looked, LookJob } from "../app/analyst-port.js";
import { FaceAnalyst } from "../app/face-analyst.js";
import { decodePageFrame } from "./decode-page-frame.js";

export interface AnalystOptions extends PlacesOptions {
  readonly enforceLiveness: boolean;
}

/** The analyst in this very thread: what the worker runs, and what a test may use in its place. */
export function createLocalAnalyst(options: AnalystOptions, monotonic: () => number): AnalystPort {
  let analyst: FaceAnalyst | undefined;

  function ready(): FaceAnalyst {
    if (analyst === undefined) throw new WardkeyError("vision-unavailable", "the analyst has not been started");
    return analyst;
  }

  return {
    async start() {
      if (analyst !== undefined) return;
      const { enforceLiveness, ...places } = options;
      try {
        analyst = new FaceAnalyst({ vision: await createVision(places), enforceLiveness, monotonic });
      } catch (cause) {
        throw new WardkeyError("vision-unavailable", `the face models do not load: ${codeOf(cause)}`, { cause });
      }
    },
    look: (job) => look(ready(), job),
    compare: async (job) => ready().compare(job),
    beginEnrolment: async (job) => ready().beginEnrolment(job),
    cancelEnrolment: async () => analyst?.cancelEnrolment(),
    beginChallenge: async (job) => ready().beginChallenge(job),
    cancelChallenge: async () => analyst?.cancelChallenge(),
    takeScores: async () => ready().takeScores(),
    onFailure() {},
    async stop() {
      await analyst?.close();
      analyst = undefined;
    },
  };
}

async function look(analyst: FaceAnalyst, { frame, at, embed }: LookJob): Promise<Looked> {
  const { bytes } = frame;
  const decoded =
    frame.kind === "rgb" ? { width: frame.width, height: frame.height, data: bytes } : await decodePageFrame(bytes);
  try {
    if (decoded === undefined) return { outcome: "unreadable", bytes };
    return { outcome: "seen", result: await analyst.look(decoded, at, embed), bytes };
  } finally {
    overwrite(bytes);
    if (decoded !== undefined) overwrite(decoded.data);
  }
}
