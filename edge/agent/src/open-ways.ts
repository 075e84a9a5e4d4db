import type { Clock } from "@wardkey/protocol";
import type { Settings } from "@wardkey/protocol/policy";
import { type Journal, journalReason } from "./journal/index.js";
import { kioskNow } from "./kiosk-now.js";
import { type PolicyInForce, permitProof } from "./policy/index.js";
import type { PresenceSource } from "./presence/index.js";
import type { FacelessWay, SessionRunner } from "./session/index.js";
import type { TapRunner } from "./tap/index.js";
import type { Timers } from "./time.js";
import type { SiteLink } from "./uplink/index.js";
import {
  type BadgeReader,
  createFleetJudge,
  createJudgeHere,
  PhoneInHand,
  type RememberedPins,
  WaysDesk,
} from "./ways/index.js";

/** The ways in without a face at this kiosk: the fleet or what is remembered here judges, the policy in force permits, the session opens. */
export function openWays(input: {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly site: SiteLink;
  readonly policy: PolicyInForce;
  readonly journal: Pick<Journal, "health" | "note">;
  readonly badges: BadgeReader | null;
  readonly remembered: RememberedPins;
  readonly presence: Pick<PresenceSource, "near">;
  readonly taps: Pick<TapRunner, "prove">;
  readonly radio: () => "ok" | "down";
  readonly session: Pick<SessionRunner, "prove">;
  /** What is held to the reader now is meant for somebody else. */
  readonly badgesElsewhere: () => boolean;
  readonly changed: () => void;
}): WaysDesk {
  const { clock, timers, site, policy, journal, badges, presence, taps, radio, remembered, session, changed } = input;
  return new WaysDesk({
    clock,
    timers,
    judge: createJudgeHere(createFleetJudge({ site }), remembered),
    badges,
    phone: new PhoneInHand({
      clock,
      timers,
      presence,
      taps,
      refused: (staffId, { code, reason }) =>
        journal.note("tap.refused", { staffId, reason: journalReason(code, reason), way: "phone" }),
      changed,
    }),
    session,
    open: () => {
      const { leaseLeftMs, denied, journal: writes } = kioskNow(input);
      if (denied || leaseLeftMs <= 0 || writes === "down" || input.badgesElsewhere()) return NONE;
      const ways = policy.current().settings["ways.withoutFace"].map((way) => WAYS[way]);
      return new Set(ways.filter((way) => way !== "phone" || radio() === "ok"));
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
