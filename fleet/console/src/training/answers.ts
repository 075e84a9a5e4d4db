import { LESSON_IDS } from "@wardkey/protocol/training";
import { z } from "zod";

const Lesson = z.enum(LESSON_IDS);

export const LessonsAnswer = z.object({
  lessons: z.array(
    z.object({
      lesson: Lesson,
      ...{ given: z.number(), open: z.number() },
      ...{ people: z.number().nullable(), passed: z.number().nullable() },
    }),
  ),
});
export type LessonCounts = z.infer<typeof LessonsAnswer>["lessons"][number];

export const Assignment = z.object({
  id: z.string(),
  lesson: Lesson,
  to: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("person"), staffId: z.string() }),
    z.object({ kind: z.literal("ward"), ward: z.string() }),
  ]),
  because: z.enum(["programme"]).nullable(),
  by: z.string(),
  at: z.number(),
  endsAt: z.number(),
  state: z.enum(["waiting", "done", "withdrawn", "ended"]),
  passed: z.number().nullable(),
});
export type Assignment = z.infer<typeof Assignment>;
export const AssignmentsAnswer = z.object({ assignments: z.array(Assignment), total: z.number() });
export const WardsAnswer = z.object({ wards: z.array(z.object({ ward: z.string() })) });
