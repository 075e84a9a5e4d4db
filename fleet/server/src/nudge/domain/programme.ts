import { type Behaviour, templatesFor } from "@wardkey/protocol/nudge";
import type { LessonId } from "@wardkey/protocol/training";
import type { Caps } from "./person.js";
import { type Arm, armOf, type Trial } from "./trial.js";

/** What a site does about one behaviour where no trial decides it. */
export interface Answer {
  readonly mode: "off" | "everywhere";
  readonly template: string;
  /** A lesson for whoever shows it so often within a week; `null`: none. */
  readonly lesson: LessonId | null;
  readonly lessonAfter: number;
}

export interface Programme {
  readonly answers: Readonly<Record<Behaviour, Answer>>;
  readonly caps: Caps;
}

/** A programme as the site keeps it. */
export interface KeptProgramme extends Programme {
  /** Grows with every change; 0 before the first. */
  readonly version: number;
}

const off = (behaviour: Behaviour): Answer => ({
  mode: "off",
  template: templatesFor(behaviour)[0]?.id ?? "",
  lesson: null,
  lessonAfter: 3,
});

/** Nobody is nudged before somebody decides so. */
export const QUIET_PROGRAMME: KeptProgramme = {
  version: 0,
  answers: {
    "left-unlocked": off("left-unlocked"),
    "veil-dismissed": off("veil-dismissed"),
    "shared-badge": off("shared-badge"),
    "break-glass-no-reason": off("break-glass-no-reason"),
  },
  caps: { hoursBetween: 24, aWeek: 3 },
};

export interface Decision {
  readonly template: string | null;
  readonly lesson: LessonId | null;
  readonly lessonAfter: number;
}

const NOTHING: Decision = { template: null, lesson: null, lessonAfter: 1 };

/** What follows when somebody shows a behaviour on a ward: a trial that runs decides alone, as it was registered. */
export function answerTo(
  behaviour: Behaviour,
  ward: string,
  { programme, trials, now }: { programme: Programme; trials: readonly Trial[]; now: number },
): Decision {
  const running = trials.find((trial) => trial.behaviour === behaviour && isRunning(trial, now));
  if (running !== undefined) {
    const arm: Arm | null = armOf(running, ward);
    if (arm !== "treated") return NOTHING;
    return running.instrument.kind === "nudge"
      ? { ...NOTHING, template: running.instrument.template }
      : { ...NOTHING, lesson: running.instrument.lesson };
  }
  const { mode, template, lesson, lessonAfter } = programme.answers[behaviour];
  return mode === "off" ? NOTHING : { template, lesson, lessonAfter };
}

export const isRunning = ({ startsAt, endsAt, endedAt }: Trial, now: number): boolean =>
  endedAt === null && now >= startsAt && now < endsAt;
