import { useEffect, useState } from "react";
import { FramePump, type Pace } from "./frame-pump.js";
import { createJpegEncoder } from "./jpeg.js";
import { type PictureSource, watchPictures } from "./picture-source.js";

export interface FrameLine {
  readonly sendBytes: (bytes: Uint8Array<ArrayBuffer>) => boolean;
  readonly waiting: () => number;
}

/** Sends the stream's pictures to the agent at its pace. */
export function useFrames(stream: MediaStream | null, pace: Pace, line: FrameLine): void {
  const [pump] = useState(
    () =>
      new FramePump<PictureSource>({
        encode: createJpegEncoder(),
        send: line.sendBytes,
        waiting: line.waiting,
        monotonic: () => performance.now(),
      }),
  );
  useEffect(() => {
    pump.setPace(pace);
  }, [pump, pace]);
  useEffect(() => {
    if (stream === null) return;
    const leave = new AbortController();
    // A picture that fails is one picture less; the agent notices frames that stop and says so in its view.
    const offer = (picture: PictureSource) => void pump.offer(picture).catch(() => "dropped");
    void watchPictures(stream, offer, leave.signal).catch(() => undefined);
    return () => leave.abort();
  }, [pump, stream]);
}
