import type { Clock } from "@wardkey/protocol";
import type { Settings } from "@wardkey/protocol/policy";
import type { Journal } from "./journal/index.js";
import { kioskNow } from "./kiosk-now.js";
import { type PolicyInForce, permitProof } from "./policy/index.js";
import type { FacelessWay, SessionRunner } from "./session/index.js";
import type { Timers } from "./time.js";
import type { SiteLink } from "./uplink/index.js";
import { type BadgeReader, createFleetJudge, createJudgeHere, type RememberedBadges, WaysDesk } from "./ways/index.js";

/** The ways in without a face at this kiosk: the fleet or what is remembered here judges, the policy in force permits, the session opens. */
export function openWays(input: {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly site: SiteLink;
  readonly policy: PolicyInForce;
  readonly journal: Pick<Journal, "health">;
  readonly badges: BadgeReader | null;
  readonly remembered: RememberedBadges;
  readonly session: Pick<SessionRunner, "prove">;
  /** What is held to the reader now is meant for somebody else. */
  readonly badgesElsewhere: () => boolean;
  readonly changed: () => void;
}): WaysDesk {
  const { clock, timers, site, policy, badges, remembered, session, badgesElsewhere, changed } = input;
  return new WaysDesk({
    clock,
    timers,
    judge: createJudgeHere(createFleetJudge({ site }), remembered),
    badges,
    session,
    open: () => {
      const { leaseLeftMs, denied, journal } = kioskNow(input);
      if (denied || leaseLeftMs <= 0 || journal === "down" || badgesElsewhere()) return NONE;
      return new Set(policy.current().settings["ways.withoutFace"].map((way) => WAYS[way]));
    },
    permit: (evidence) => permitProof(policy, kioskNow(input), evidence),
    changed,
  });
}

const NONE: ReadonlySet<FacelessWay> = new Set();

const WAYS: Readonly<Record<Settings["ways.withoutFace"][number], FacelessWay>> = {
  "badge-and-pin": "badge",
  "phone-and-pin": "phone",
  "one-time-code": "code",
};
