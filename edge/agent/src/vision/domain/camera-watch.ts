import type { CameraFault, CameraState } from "../ports.js";
import { type InjectionSign, InjectionWatch } from "./injection-watch.js";

const BLACK_LUMA = 10;
const DARK_FRAMES = 2;
const FROZEN_MS = 1_500;
const FROZEN_FRAMES = 3;
const SILENT_MS = 2_000;

/** What the analysis of one frame says about the camera itself. */
export interface FrameTrace {
  /** Monotonic ms at which the frame came. */
  readonly at: number;
  /** Luma of the lightest part, 0..255: a dark room has a screen or a face in it, a covered lens has nothing. */
  readonly brightness: number;
  /** The same for frames that show the very same picture. */
  readonly signature: string;
  readonly width: number;
  readonly height: number;
}

/** `attested`: a device of hardware that is on the list; only of one are signs of injected frames a fault. */
export interface WatchedCamera {
  readonly attested: boolean;
}

/**
 * Whether the camera can be believed. A sensor's noise makes each frame different, so one picture for longer than 1.5 s is
 * a frozen or replayed one; black frames, silence and a camera that went are told apart for who repairs it.
 */
export class CameraWatch {
  #state: CameraState = { state: "down", code: "camera-silent" };
  #hard: "camera-gone" | "camera-denied" | undefined;
  /** Nobody looks at the frames, whatever becomes of the camera meanwhile. */
  #blind = false;
  #frameAt: number | undefined;
  #darkFrames = 0;
  #same: { signature: string; since: number; frames: number } | undefined;
  #frozen = false;
  readonly #injection: InjectionWatch | undefined;
  #injected: InjectionSign | undefined;

  constructor({ attested }: WatchedCamera) {
    this.#injection = attested ? new InjectionWatch() : undefined;
  }

  get state(): CameraState {
    return this.#state;
  }

  /** A frame came. */
  frame(at: number): CameraState | undefined {
    this.#frameAt = at;
    if (this.#hard === "camera-gone") this.#hard = undefined;
    return this.#judge(at, true);
  }

  analysed(trace: FrameTrace): CameraState | undefined {
    this.#darkFrames = trace.brightness < BLACK_LUMA ? this.#darkFrames + 1 : 0;
    if (this.#same?.signature === trace.signature) this.#same.frames += 1;
    else this.#same = { signature: trace.signature, since: trace.at, frames: 1 };
    this.#frozen = this.#same.frames >= FROZEN_FRAMES && trace.at - this.#same.since > FROZEN_MS;
    // In the dark every picture is the same one.
    if (this.#darkFrames === 0) this.#injected = this.#injection?.see(trace);
    return this.#judge(trace.at, true);
  }

  fault(code: "camera-gone" | "camera-denied" | "vision-unavailable"): CameraState | undefined {
    if (code === "vision-unavailable") this.#blind = true;
    else this.#hard = code;
    this.#same = undefined;
    this.#frozen = false;
    this.#darkFrames = 0;
    this.#forgetStream();
    return this.#change(down(this.#blind ? "vision-unavailable" : code));
  }

  /** What was wrong outside the frames is right again; the next frame shows it. */
  repaired(what: "camera" | "vision"): void {
    if (what === "vision") this.#blind = false;
    else this.#hard = undefined;
  }

  /** `expecting`: frames should be coming now. */
  tick(at: number, expecting: boolean): CameraState | undefined {
    if (!expecting) {
      // Nobody asked for frames: silence says nothing, and the clock of a frozen picture starts anew.
      this.#frameAt = at;
      this.#same = undefined;
      this.#forgetStream();
      return undefined;
    }
    return this.#judge(at, false);
  }

  #judge(at: number, seen: boolean): CameraState | undefined {
    if (this.#blind) return undefined;
    if (this.#hard !== undefined) return this.#change(down(this.#hard));
    this.#frameAt ??= at;
    if (at - this.#frameAt > SILENT_MS) return this.#change(down("camera-silent"));
    if (this.#darkFrames >= DARK_FRAMES) return this.#change({ state: "degraded", code: "camera-dark" });
    if (this.#frozen) return this.#change({ state: "degraded", code: "camera-frozen" });
    if (this.#injected !== undefined) return this.#change({ state: "degraded", code: "camera-injected" });
    return seen ? this.#change({ state: "ok", code: null }) : undefined;
  }

  #forgetStream(): void {
    this.#injection?.reset();
    this.#injected = undefined;
  }

  #change(next: CameraState): CameraState | undefined {
    if (next.code === this.#state.code) return undefined;
    this.#state = next;
    return next;
  }
}

function down(code: CameraFault): CameraState {
  return { state: "down", code };
}
