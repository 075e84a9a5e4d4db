import { type ReactNode, useEffect, useRef } from "react";

/** The person's own picture, mirrored as people know themselves. */
export function Preview({ stream, label }: { stream: MediaStream | null; label: string }): ReactNode {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  return <video ref={video} className="preview" aria-label={label} autoPlay muted playsInline />;
}
