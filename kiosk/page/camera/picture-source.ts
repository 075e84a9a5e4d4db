/** Chromium's way to a camera's frames; it goes on in a tab that is not in front, where timers and video elements sleep. */
interface TrackProcessor {
  readonly readable: ReadableStream<VideoFrame>;
}
declare global {
  var MediaStreamTrackProcessor: { new (init: { track: MediaStreamTrack }): TrackProcessor } | undefined;
}

export type PictureSource = VideoFrame | HTMLVideoElement;

/** Calls `onPicture` for each frame of the stream until the signal aborts. The picture is valid only during the call. */
export async function watchPictures(
  stream: MediaStream,
  onPicture: (picture: PictureSource) => void,
  signal: AbortSignal,
): Promise<void> {
  const [track] = stream.getVideoTracks();
  if (track === undefined) return;
  const Processor = globalThis.MediaStreamTrackProcessor;
  if (Processor === undefined) await watchElement(stream, onPicture, signal);
  else await watchTrack(new Processor({ track }), onPicture, signal);
}

async function watchTrack(
  processor: TrackProcessor,
  onPicture: (picture: PictureSource) => void,
  signal: AbortSignal,
): Promise<void> {
  const reader = processor.readable.getReader();
  const stop = () => void reader.cancel();
  signal.addEventListener("abort", stop, { once: true });
  try {
    while (!signal.aborted) {
      const { value: frame } = await reader.read();
      if (frame === undefined) return;
      try {
        onPicture(frame);
      } finally {
        frame.close();
      }
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Browsers without a track processor: a video element off the page, looked at thirty times a second. */
async function watchElement(
  stream: MediaStream,
  onPicture: (picture: PictureSource) => void,
  signal: AbortSignal,
): Promise<void> {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  await video.play();
  const timer = setInterval(() => {
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) onPicture(video);
  }, 33);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  clearInterval(timer);
  video.srcObject = null;
}
