import { useEffect, useState } from "react";
import { PICTURE } from "./jpeg.js";

/** `off`: not asked for. `asking`: the browser asks its owner. The rest is what the agent is told. */
export type CameraState = "off" | "asking" | "available" | "denied" | "lost";

export interface Camera {
  readonly state: CameraState;
  readonly stream: MediaStream | null;
}

const OFF: Camera = { state: "off", stream: null };
const RETRY_MS = 3_000;

/** Holds the browser's camera while `wanted`; lets go of it (and of its light) as soon as it is not. A camera that is gone is looked for again. */
export function useCamera(wanted: boolean): Camera {
  const [camera, setCamera] = useState<Camera>(OFF);
  useEffect(() => {
    if (!wanted) return;
    const leave = new AbortController();
    void hold(setCamera, leave.signal);
    return () => {
      leave.abort();
      setCamera(OFF);
    };
  }, [wanted]);
  return camera;
}

async function hold(show: (camera: Camera) => void, signal: AbortSignal): Promise<void> {
  show({ state: "asking", stream: null });
  while (!signal.aborted) {
    const opened = await openCamera();
    if (opened.stream === null) {
      if (!signal.aborted) show(opened);
    } else {
      const { stream } = opened;
      if (!signal.aborted) show(opened);
      await ended(stream, signal);
      for (const track of stream.getTracks()) track.stop();
      if (!signal.aborted) show({ state: "lost", stream: null });
    }
    await pause(signal);
  }
}

async function openCamera(): Promise<Camera> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { width: { ideal: PICTURE.width }, height: { ideal: PICTURE.height }, facingMode: "user" },
    });
    return { state: "available", stream };
  } catch (error) {
    const denied = error instanceof DOMException && error.name === "NotAllowedError";
    return { state: denied ? "denied" : "lost", stream: null };
  }
}

function ended(stream: MediaStream, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
    for (const track of stream.getVideoTracks()) track.addEventListener("ended", () => resolve(), { once: true });
  });
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, RETRY_MS);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
