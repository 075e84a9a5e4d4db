/** A camera that this kiosk opens by itself. Frames are RGB, `width * height * 3` bytes. */
export interface FrameSource {
  readonly width: number;
  readonly height: number;
  /** Opens it, and again with growing pauses whenever it ends or gives nothing any more, until stopped. */
  start(events: FrameSourceEvents): void;
  /** Takes a frame's buffer back; it is overwritten and used again. */
  giveBack(bytes: Uint8Array<ArrayBuffer>): void;
  stop(): Promise<void>;
}

export interface FrameSourceEvents {
  /** The buffer is the receiver's until it is given back. */
  frame(bytes: Uint8Array<ArrayBuffer>): void;
  /** The device or file cannot be read any more. */
  gone(): void;
}
