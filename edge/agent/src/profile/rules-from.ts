import { metres, minutes, seconds } from "@wardkey/protocol";
import type { Settings } from "@wardkey/protocol/policy";
import type { PresenceTuning } from "../presence/index.js";
import type { Profile } from "./profile.js";

/** Beyond the line at which somebody leaves: whoever is this far has gone. */
const GONE_METRES = 2;
/** Inside that line: whoever comes this much nearer is back. */
const BACK_METRES = 0.5;

/**
 * What a kiosk insists on under a policy. The profile stays the floor: a policy may ask for liveness and for a camera that
 * somebody vouches for, and never lets go of what the profile demands. Times are the policy's, within its schema's bounds.
 */
export function rulesFrom(floor: Profile, settings: Settings): Profile {
  return {
    name: floor.name,
    pageCamera: settings["camera.attested"] ? "refused" : floor.pageCamera,
    livenessEnforced: floor.livenessEnforced || settings["liveness.mode"] === "enforce",
    session: {
      ...floor.session,
      heartbeatDeadline: seconds(settings["presence.heartbeatSeconds"]),
      leavingCountdown: seconds(settings["presence.leaveSeconds"]),
      idleAfter: seconds(settings["idle.lockSeconds"]),
      staysAtMost: settings["idle.stays"],
      veiled: settings["veil.mode"] === "before-lock",
      idleVeil: seconds(settings["veil.seconds"]),
      procedureAtMost: minutes(settings["veil.procedureMinutes"]),
    },
    matching: floor.matching,
    enrolment: floor.enrolment,
  };
}

/** A profile that is read anew at each look: who keeps it works by the policy in force and not by the one at its start. */
export function liveProfile(floor: Profile, policy: { current(): { readonly settings: Settings } }): Profile {
  const now = (): Profile => rulesFrom(floor, policy.current().settings);
  return {
    name: floor.name,
    get pageCamera() {
      return now().pageCamera;
    },
    get livenessEnforced() {
      return now().livenessEnforced;
    },
    get session() {
      return now().session;
    },
    get matching() {
      return now().matching;
    },
    get enrolment() {
      return now().enrolment;
    },
  };
}

/** Where presence draws its lines under a policy. */
export function presenceTuning(
  settings: Settings,
): Pick<PresenceTuning, "nearLine" | "pocketLine" | "leaveLine" | "backLine" | "goneLine" | "heartbeatLoss"> {
  const near = settings["presence.nearMetres"];
  const leave = settings["presence.leaveMetres"];
  return {
    nearLine: metres(near),
    // The share of the near line at which a phone behind a body is asked, as measured for two metres.
    pocketLine: metres(near * 0.55),
    leaveLine: metres(leave),
    backLine: metres(leave - BACK_METRES),
    goneLine: metres(leave + GONE_METRES),
    heartbeatLoss: seconds(settings["presence.heartbeatSeconds"]),
  };
}
