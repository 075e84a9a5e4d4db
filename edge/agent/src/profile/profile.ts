import { type Duration, milliseconds, minutes, seconds } from "@wardkey/protocol";
import type { SessionRules } from "../session/index.js";

export type ProfileName = "demo" | "production";

/** What a kiosk insists on, and its times: the floor under every policy, and what holds in the demo before there is one. */
export interface Profile {
  readonly name: ProfileName;
  /** The page's own camera proves nothing about where its pictures come from: a hostile page could inject anything. */
  readonly pageCamera: "accepted-unattested" | "refused";
  /** Liveness is always measured and shown; enforced, it also decides. */
  readonly livenessEnforced: boolean;
  readonly session: SessionRules;
  readonly matching: MatchingRules;
  readonly enrolment: EnrolmentRules;
}

export interface MatchingRules {
  /** Faces compared in one attempt. Each comparison is a chance for a false match, so there are few. */
  readonly comparisons: number;
  /** Oldest frame that the first comparison may use. */
  readonly frameAge: Duration;
  /** How long vision may wait for a frame that is fresh enough. */
  readonly frameWait: Duration;
}

export interface EnrolmentRules {
  /** From the operator's code to the last step. */
  readonly deadline: Duration;
  readonly views: number;
  readonly captureDeadline: Duration;
}

const session: SessionRules = {
  heartbeatDeadline: seconds(3),
  leavingCountdown: seconds(2),
  // A phone gives its owner twenty seconds to answer a prompt; the protocol waits 28 s for M3.
  tapDeadline: seconds(30),
  matchDeadline: seconds(4),
  challengeDeadline: seconds(6),
  decisionFresh: seconds(1),
  idleAfter: minutes(15),
  veiled: true,
  idleVeil: seconds(10),
  procedureAtMost: minutes(0),
  // The uplink gives the fleet eight seconds to answer.
  proofDeadline: seconds(10),
  withoutPhoneAtMost: minutes(60),
  staysAtMost: 2,
  stayGrace: seconds(10),
  cameraGrace: seconds(10),
  heldFor: seconds(3),
  sightingFresh: seconds(4),
  greetFrom: 0.5,
  patience: { first: seconds(2), longest: minutes(5), longestUnreleased: seconds(10), forgetAfter: minutes(10) },
};

const matching: MatchingRules = { comparisons: 3, frameAge: milliseconds(500), frameWait: milliseconds(600) };
const enrolment: EnrolmentRules = { deadline: minutes(2), views: 5, captureDeadline: seconds(60) };

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  demo: { name: "demo", pageCamera: "accepted-unattested", livenessEnforced: false, session, matching, enrolment },
  production: { name: "production", pageCamera: "refused", livenessEnforced: true, session, matching, enrolment },
};
