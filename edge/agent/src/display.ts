import { type Clock, type Duration, seconds } from "@wardkey/protocol";
import type { ScreenView } from "@wardkey/protocol/screen";
import type { AgentConfig } from "./config.js";
import type { BreakGlassDesk } from "./downtime/index.js";
import type { Enrolment } from "./enrolment/index.js";
import type { Eyes } from "./eyes.js";
import type { Journal } from "./journal/index.js";
import { coveredUntilOpen } from "./lock-watch.js";
import type { Locker } from "./locking/index.js";
import type { LessonDesk, NudgeDesk } from "./nudge/index.js";
import type { PolicyInForce } from "./policy/index.js";
import type { PresenceSource } from "./presence/index.js";
import type { Profile } from "./profile/index.js";
import { buildView, cuesAt, paceOf } from "./screen/index.js";
import { deferredUntil, isOpen, type SessionRunner } from "./session/index.js";
import type { Timers } from "./time.js";
import type { SiteLink } from "./uplink/index.js";
import type { VisionPort } from "./vision/index.js";
import type { WaysDesk } from "./ways/index.js";

/** How long this device points at its own name for somebody who looks for it. */
const POINTS_FOR: Duration = seconds(20);
const MAX_NAME = 80;

export interface DisplayInput {
  readonly config: AgentConfig;
  readonly version: string;
  readonly profile: Profile;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly eyes: Eyes;
  readonly journal: Journal;
  readonly policy: Pick<PolicyInForce, "current">;
  readonly site: SiteLink;
  readonly vision: VisionPort;
  readonly runner: SessionRunner;
  readonly locker: Pick<Locker, "locked">;
  readonly enrolment: Enrolment;
  readonly ways: WaysDesk;
  readonly breakGlass: Pick<BreakGlassDesk, "view">;
  readonly nudges: Pick<NudgeDesk, "view">;
  readonly lessons: Pick<LessonDesk, "view">;
  readonly presence: Pick<PresenceSource, "account">;
  readonly radio: () => "ok" | "down";
  readonly show: (view: ScreenView) => void;
}

/** Gathers what the screen shows and tells it, the site and the camera when that changes. */
export class Display {
  readonly #input: DisplayInput;
  #shown = "";
  #pace: "off" | "slow" | "fast" = "off";
  #pointsUntil = Number.NEGATIVE_INFINITY;

  constructor(input: DisplayInput) {
    this.#input = input;
  }

  /** Somebody at the fleet asks which of the machines in a room this is. */
  identify(): void {
    const { clock, timers } = this.#input;
    this.#pointsUntil = clock.monotonic() + POINTS_FOR;
    this.update();
    timers.after(POINTS_FOR, () => this.update());
  }

  view(): ScreenView {
    return coveredUntilOpen(this.#view(), this.#input.locker.locked);
  }

  #view(): ScreenView {
    const {
      config,
      profile,
      clock,
      eyes,
      journal,
      policy,
      site,
      runner,
      enrolment,
      ways,
      breakGlass,
      nudges,
      lessons,
      presence,
      radio,
    } = this.#input;
    return buildView({
      device: this.#device(),
      profile: config.profile,
      livenessEnforced: profile.livenessEnforced,
      session: runner.session,
      account: runner.lockAccount,
      deferred: isOpen(runner.session.mode) ? deferredUntil(runner.session.mode.served, profile.session) : null,
      procedureAtMost: profile.session.procedureAtMost,
      leavingBecause: runner.session.mode.name === "leaving" ? (presence.account()?.reasons ?? []) : [],
      face: eyes.shown(),
      challenge: runner.challenge,
      cameraAttested: eyes.attested,
      health: { phone: radio(), camera: eyes.health(), fleet: site.health(), journal: journal.health.state },
      enrolment: enrolment.view,
      ways: ways.view(),
      breakGlass: isOpen(runner.session.mode) ? null : breakGlass.view(),
      nudge: nudges.view,
      lesson: lessons.view,
      frames: config.camera.kind === "page" && eyes.accepted ? this.#pace : "off",
      cues: cuesAt(policy.current().settings, clock.now()),
      now: clock.now(),
      monotonic: clock.monotonic(),
    });
  }

  #device(): ScreenView["device"] {
    const { config, clock } = this.#input;
    if (clock.monotonic() >= this.#pointsUntil) return config.kiosk;
    return { ...config.kiosk, name: `▶ ${config.kiosk.name.slice(0, MAX_NAME - 4)} ◀` };
  }

  update(): void {
    const { config, version, eyes, site, vision, runner, enrolment, show } = this.#input;
    const pace = paceOf(runner.session, enrolment.underWay);
    if (pace !== this.#pace) {
      this.#pace = pace;
      if (eyes.accepted) vision.setPace(pace);
    }
    const view = this.view();
    const text = JSON.stringify({ ...view, now: 0 });
    if (text === this.#shown) return;
    this.#shown = text;
    show(view);
    site.report({ state: view.session.state, profile: config.profile, version, camera: view.health.camera });
  }
}
