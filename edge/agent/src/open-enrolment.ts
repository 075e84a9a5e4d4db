import { randomBytes } from "node:crypto";
import type { Clock } from "@wardkey/protocol";
import { CandidateSearch, Enrolment } from "./enrolment/index.js";
import type { Eyes } from "./eyes.js";
import type { Journal } from "./journal/index.js";
import type { Profile } from "./profile/index.js";
import type { Senses } from "./senses.js";
import { isOpen, type SessionRunner } from "./session/index.js";
import type { Timers } from "./time.js";
import type { SiteLink } from "./uplink/index.js";

/** Enrolment at this kiosk, and the search for whom to enrol; both only while nothing stands in the way. */
export function openEnrolment(input: {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly profile: Profile;
  readonly site: SiteLink;
  readonly taps: Senses["taps"];
  readonly vision: Senses["vision"];
  readonly journal: Journal;
  readonly eyes: Eyes;
  readonly outgrown: () => boolean;
  readonly runner: Pick<SessionRunner, "send" | "session">;
  readonly radio: () => "ok" | "down";
  readonly changed: () => void;
}): { readonly candidates: CandidateSearch; readonly enrolment: Enrolment } {
  const { clock, timers, profile, site, taps, vision, journal, eyes, outgrown, runner, radio, changed } = input;
  const hindrance = (face: boolean): string | null => {
    if (isOpen(runner.session.mode)) return "session-open";
    if (face && (!eyes.accepted || outgrown())) return "camera-unattested";
    if (journal.health.state === "down") return "journal-unavailable";
    return radio() === "down" ? "radio-unavailable" : null;
  };
  const enrolment = new Enrolment({
    clock,
    timers,
    randomBytes,
    rules: profile.enrolment,
    site,
    taps,
    vision,
    journal,
    hindrance,
    began: () => runner.send({ type: "enrolment-began" }),
    ended: () => runner.send({ type: "enrolment-ended" }),
    changed,
  });
  return { candidates: new CandidateSearch({ site, journal, hindrance: () => hindrance(false) }), enrolment };
}
