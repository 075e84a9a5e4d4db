import type { Clock } from "@wardkey/protocol";
import type { ScreenView } from "@wardkey/protocol/screen";
import { Sights } from "./presence/index.js";
import type { CameraCheck } from "./profile/index.js";
import type { Facts } from "./session/index.js";
import type { CameraState, FaceFinding } from "./vision/index.js";

/** What the camera last told, as facts for the session and as words for the screen. */
export class Eyes {
  readonly #clock: Clock;
  readonly #check: CameraCheck;
  #camera: CameraState = { state: "down", code: "camera-silent" };
  readonly #sights = new Sights();
  #finding: FaceFinding | null = null;

  constructor(input: { clock: Clock; check: CameraCheck }) {
    this.#clock = input.clock;
    this.#check = input.check;
  }

  get attested(): boolean {
    return this.#check.ok && this.#check.attested;
  }

  /** Whether this profile takes pictures from this camera at all. */
  get accepted(): boolean {
    return this.#check.ok;
  }

  sees(finding: FaceFinding): void {
    this.#finding = finding;
    this.#sights.see(finding);
  }

  camera(state: CameraState): void {
    this.#camera = state;
    if (state.state === "ok") return;
    this.#finding = null;
    this.#sights.forget();
  }

  get cameraState(): CameraState {
    return this.#camera;
  }

  cameraFact(): Facts["camera"] {
    if (!this.#check.ok) return "unattested";
    const { state, code } = this.#camera;
    if (state === "ok") return "ok";
    // Darkness is a ward at night; a picture that stands still is a camera that somebody replaced.
    return code === "camera-dark" ? "blind" : "unavailable";
  }

  face(): Facts["face"] {
    return this.#sights.face(this.#clock.monotonic());
  }

  /** The newest look, its liveness to two digits: the screen needs no more. */
  shown(): { hint: FaceFinding["hint"]; liveness: number | null } | null {
    const finding = this.#finding;
    if (finding === null || this.face() === "unknown") return null;
    const { hint, liveness } = finding;
    return { hint, liveness: liveness === null ? null : Math.min(1, Math.max(0, Math.round(liveness * 100) / 100)) };
  }

  health(): ScreenView["health"]["camera"] {
    return this.#check.ok ? this.#camera.state : "down";
  }
}
