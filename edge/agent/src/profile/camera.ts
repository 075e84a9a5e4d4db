import type { Profile } from "./profile.js";

export type CameraChoice =
  | { readonly kind: "page" }
  | { readonly kind: "device"; readonly path: string }
  | { readonly kind: "file"; readonly path: string };

/** What the system knows about a capture device; `null` when there is none at that path. */
export interface CameraFacts {
  /** The name that its driver gives, for example `HD Pro Webcam C920`. */
  readonly name: string;
  /** No hardware behind it: made by a loopback driver, which plays whatever it is fed. */
  readonly virtual: boolean;
}

export type CameraCheck =
  | { readonly ok: true; readonly attested: boolean }
  | { readonly ok: false; readonly code: "camera-unattested" | "camera-not-allow-listed" };

/**
 * Whether this profile takes pictures from this camera. Production wants a device of real hardware whose name is on the
 * list: the page's camera is refused with `camera-unattested`, everything else with `camera-not-allow-listed`.
 */
export function checkCamera(
  profile: Profile,
  camera: CameraChoice,
  known: { allowed: readonly string[]; facts: CameraFacts | null },
): CameraCheck {
  switch (camera.kind) {
    case "page":
      return profile.pageCamera === "refused"
        ? { ok: false, code: "camera-unattested" }
        : { ok: true, attested: false };
    case "file":
      return profile.name === "production"
        ? { ok: false, code: "camera-not-allow-listed" }
        : { ok: true, attested: false };
    case "device": {
      const { facts, allowed } = known;
      const listed = facts !== null && !facts.virtual && allowed.includes(facts.name);
      if (listed) return { ok: true, attested: true };
      return profile.name === "production"
        ? { ok: false, code: "camera-not-allow-listed" }
        : { ok: true, attested: false };
    }
  }
}
