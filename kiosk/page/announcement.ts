import type { ScreenView } from "@wardkey/protocol/screen";
import { failedKey } from "./refusals.js";
import { HINT, type Says, sceneOf } from "./scene/scene.js";

/** What a screen reader says once when it changes: never a clock, never a countdown's every second. */
export function announcementOf(view: ScreenView, hourOfDay: number): Says | null {
  const { session, enrolment } = view;
  if (session.state === "leaving") {
    return { key: session.deferred === undefined ? "leaving.announce" : "leaving.deferred.line" };
  }
  if (session.state === "unlocked" && session.elsewhere === true) return { key: "elsewhere.line" };
  if (session.state !== "unlocked" && enrolment !== null) {
    // The other steps move the focus to their own line, which is then read out.
    if (enrolment.step === "capture") return { key: HINT[enrolment.hint] };
    if (enrolment.step === "failed") return { key: failedKey(enrolment.code), values: { code: enrolment.code } };
    return null;
  }
  if (session.state === "unlocked" && session.emergency !== undefined) return { key: "emergency.announce" };
  const scene = sceneOf(session, { hourOfDay, timeOf: () => "" });
  return session.state === "identifying" ? scene.says : scene.line;
}
