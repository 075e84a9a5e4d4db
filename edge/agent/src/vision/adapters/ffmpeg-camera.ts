import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { FrameSource, FrameSourceEvents } from "../app/frame-source.js";

const WIDTH = 640;
const HEIGHT = 480;
const FRAMES_A_SECOND = 15;
const FRAME_BYTES = WIDTH * HEIGHT * 3;
const BUFFERS_KEPT = 3;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;
const TERMINATE_MS = 1_000;
// A slow camera opens in three seconds; one that gives nothing for longer is hung, or needs more time at the next try.
const SILENCE_MS = 5_000;
const LONGEST_SILENCE_MS = 30_000;

export type FfmpegInput =
  /** A V4L2 device, already checked against the allow-list. */
  | { readonly kind: "device"; readonly path: string }
  /** Simulated: a video file in real time, over and over. */
  | { readonly kind: "file"; readonly path: string };

/**
 * A camera read by the system's ffmpeg: the agent captures by itself, and no page can put a picture in between. An ffmpeg
 * that gives no whole frame for `silenceMs`, twice that after each time that it gave none at all, is ended and opened again.
 */
export function createFfmpegCamera(
  input: FfmpegInput,
  ffmpegPath = "ffmpeg",
  silenceMs: number = SILENCE_MS,
): FrameSource {
  return new FfmpegCamera(input, ffmpegPath, silenceMs);
}

function argumentsFor(input: FfmpegInput): string[] {
  const common = ["-hide_banner", "-nostdin", "-loglevel", "quiet"];
  // The scheme keeps ffmpeg from reading a path as an option or a URL.
  const source =
    input.kind === "device"
      ? ["-f", "v4l2", "-framerate", `${FRAMES_A_SECOND}`, "-video_size", `${WIDTH}x${HEIGHT}`, "-i", input.path]
      : ["-protocol_whitelist", "file", "-re", "-stream_loop", "-1", "-i", `file:${input.path}`];
  const fit = `scale=${WIDTH}:${HEIGHT}:force_original_aspect_ratio=increase,crop=${WIDTH}:${HEIGHT},fps=${FRAMES_A_SECOND}`;
  return [...common, "-threads", "1", ...source, "-an", "-vf", fit, "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"];
}

class FfmpegCamera implements FrameSource {
  readonly width = WIDTH;
  readonly height = HEIGHT;
  readonly #input: FfmpegInput;
  readonly #ffmpegPath: string;
  readonly #silenceMs: number;
  #events: FrameSourceEvents | undefined;
  #child: ChildProcess | undefined;
  #pool: Uint8Array<ArrayBuffer>[] = [];
  #filling: Uint8Array<ArrayBuffer> | undefined;
  #filled = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #again: NodeJS.Timeout | undefined;
  #patienceMs: number;
  #silence: NodeJS.Timeout | undefined;

  constructor(input: FfmpegInput, ffmpegPath: string, silenceMs: number) {
    this.#input = input;
    this.#ffmpegPath = ffmpegPath;
    this.#silenceMs = silenceMs;
    this.#patienceMs = silenceMs;
  }

  start(events: FrameSourceEvents): void {
    if (this.#events !== undefined) return;
    this.#events = events;
    this.#open();
  }

  giveBack(bytes: Uint8Array<ArrayBuffer>): void {
    // A buffer that was moved to another thread and not moved back has no bytes any more.
    if (bytes.length !== FRAME_BYTES) return;
    bytes.fill(0);
    if (this.#pool.length < BUFFERS_KEPT && this.#events !== undefined) this.#pool.push(bytes);
  }

  async stop(): Promise<void> {
    this.#events = undefined;
    clearTimeout(this.#again);
    clearTimeout(this.#silence);
    const child = this.#child;
    this.#child = undefined;
    this.#filling?.fill(0);
    this.#filling = undefined;
    this.#pool = [];
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    // Not "close": what it started may hold the pipe for longer than it lives.
    const ended = once(child, "exit").then(
      () => true,
      () => true,
    );
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      child.kill(signal);
      if (await Promise.race([ended, sleep(TERMINATE_MS, false, { ref: false })])) break;
    }
    child.stdout?.destroy();
  }

  #open(): void {
    const child = spawn(this.#ffmpegPath, argumentsFor(this.#input), { stdio: ["ignore", "pipe", "ignore"] });
    this.#child = child;
    this.#filled = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      if (this.#child === child) this.#take(chunk, child);
      chunk.fill(0);
    });
    // One of the two comes first, or alone when the program does not exist.
    child.once("error", () => this.#closed(child));
    child.once("close", () => this.#closed(child));
    this.#listen(child, this.#patienceMs);
    this.#patienceMs = Math.min(LONGEST_SILENCE_MS, this.#patienceMs * 2);
  }

  #listen(child: ChildProcess, withinMs: number): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      // Its process may hang in the kernel, which no signal ends: nothing waits for it.
      child.kill("SIGKILL");
      child.stdout?.destroy();
      this.#closed(child);
    }, withinMs);
  }

  #closed(child: ChildProcess): void {
    if (this.#child !== child || this.#events === undefined) return;
    this.#child = undefined;
    clearTimeout(this.#silence);
    this.#events.gone();
    this.#again = setTimeout(() => this.#open(), this.#pauseMs);
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
  }

  #take(chunk: Buffer, child: ChildProcess): void {
    for (let at = 0; at < chunk.length; ) {
      this.#filling ??= this.#pool.pop() ?? new Uint8Array(FRAME_BYTES);
      const part = chunk.subarray(at, at + FRAME_BYTES - this.#filled);
      this.#filling.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < FRAME_BYTES) continue;
      const whole = this.#filling;
      this.#filling = undefined;
      this.#filled = 0;
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#patienceMs = this.#silenceMs;
      if (this.#child === child) this.#listen(child, this.#silenceMs);
      this.#events?.frame(whole);
    }
  }
}
