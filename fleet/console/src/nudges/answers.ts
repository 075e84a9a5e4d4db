import { BEHAVIOURS } from "@wardkey/protocol/nudge";
import { LESSON_IDS } from "@wardkey/protocol/training";
import { z } from "zod";

/** What the site says of nudges, as this page reads it. */
const Behaviour = z.enum(BEHAVIOURS);
const Lesson = z.enum(LESSON_IDS);
const Behaviours = z.record(Behaviour, z.number());

export const SummaryAnswer = z.object({
  from: z.number(),
  to: z.number(),
  fewestPeople: z.number(),
  wards: z.array(
    z.object({
      ward: z.string(),
      figures: z
        .object({
          people: z.number(),
          sessions: z.number(),
          behaviours: Behaviours,
          sent: z.number(),
          shown: z.number(),
          dismissed: z.number(),
        })
        .nullable(),
    }),
  ),
  days: z.array(z.object({ day: z.number(), sessions: z.number(), behaviours: Behaviours })),
  templates: z.array(z.object({ template: z.string(), sent: z.number(), shown: z.number(), dismissed: z.number() })),
  lessons: z.array(z.object({ lesson: Lesson, opened: z.number(), passed: z.number(), putOff: z.number() })),
});
export type Summary = z.infer<typeof SummaryAnswer>;
export type WardRow = Summary["wards"][number];

export const ProgrammeAnswer = z.object({
  version: z.number(),
  answers: z.record(
    Behaviour,
    z.object({
      mode: z.enum(["off", "everywhere"]),
      template: z.string(),
      lesson: Lesson.nullable(),
      lessonAfter: z.number(),
    }),
  ),
  caps: z.object({ hoursBetween: z.number(), aWeek: z.number() }),
});
export type Programme = z.infer<typeof ProgrammeAnswer>;

const Arm = z.object({ wards: z.number(), before: z.number(), during: z.number() });
export const TrialsAnswer = z.object({
  trials: z.array(
    z.object({
      id: z.string(),
      behaviour: Behaviour,
      instrument: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("nudge"), template: z.string() }),
        z.object({ kind: z.literal("lesson"), lesson: Lesson }),
      ]),
      startsAt: z.number(),
      endsAt: z.number(),
      endedAt: z.number().nullable(),
      registeredBy: z.string(),
      digest: z.string(),
      state: z.enum(["running", "completed", "stopped"]),
      doses: z.object({ sent: z.number(), shown: z.number() }),
      effect: z
        .object({
          treated: Arm,
          holdout: Arm,
          difference: z.number(),
          interval: z.object({ low: z.number(), high: z.number() }).nullable(),
        })
        .nullable(),
      wards: z.array(
        z.object({
          ward: z.string(),
          arm: z.enum(["treated", "holdout"]),
          before: z.number().nullable(),
          during: z.number().nullable(),
        }),
      ),
    }),
  ),
});
export type Trial = z.infer<typeof TrialsAnswer>["trials"][number];
export const TrialBegun = z.object({ id: z.string(), wards: z.number(), holdout: z.number() });
