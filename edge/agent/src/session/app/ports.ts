import type { Clock } from "@wardkey/protocol";
import type { Journal } from "../../journal/index.js";
import type { Locker } from "../../locking/index.js";
import type { MatchEvidence, Permit } from "../../policy/index.js";
import type { PresenceSource } from "../../presence/index.js";
import type { Profile } from "../../profile/index.js";
import type { TapRunner } from "../../tap/index.js";
import type { Timers } from "../../time.js";
import type { ChallengeKind, VisionPort } from "../../vision/index.js";
import type { Facts, Session } from "../domain/model.js";
import type { TapReport } from "./report.js";

export interface SessionPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  /** A fresh UUID each time. */
  readonly newId: () => string;
  readonly profile: Profile;
  readonly locker: Pick<Locker, "lock" | "unlock">;
  readonly journal: Pick<Journal, "append" | "note">;
  readonly presence: Pick<PresenceSource, "serve" | "near" | "account">;
  readonly taps: Pick<TapRunner, "tap">;
  readonly vision: Pick<VisionPort, "match" | "challenge">;
  /** Which movement somebody is asked for who must prove to be alive; nobody can know it before. */
  readonly drawChallenge: () => ChallengeKind;
  /** Whether the policy in force lets in whoever matched. */
  readonly permit: (evidence: MatchEvidence) => Permit;
  /** Whether this kiosk vouches for its camera: told in the journal with each unlock. */
  readonly cameraAttested: boolean;
  /** Everything of `Facts` but the time. */
  readonly facts: () => Omit<Facts, "now" | "monotonic">;
  /** The session changed: time to show it. */
  readonly changed: (session: Session) => void;
  /** How a tap went and where its time was spent, ms; for the log. */
  readonly tapped: (report: TapReport) => void;
}
