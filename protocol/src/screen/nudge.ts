import { z } from "zod";
import { NudgeBody } from "../fleet/messages.js";

/** One sentence that the page has words for, and until when it may be read: ms since 1970, six seconds at most. */
export const NudgeView = z.strictObject({
  id: z.uuid(),
  template: NudgeBody.shape.template,
  parameters: NudgeBody.shape.parameters,
  until: z.number(),
});
export type NudgeView = z.infer<typeof NudgeView>;

/** A lesson that waits for whoever is in, while they want it. */
export const LessonView = z.strictObject({
  lesson: z.string().regex(/^[a-z0-9-]{1,63}$/),
  /** `offered`: a quiet line. `open`: they asked to read it. `done`: they answered. */
  step: z.enum(["offered", "open", "done"]),
  /** Of the questions, once they are answered. */
  score: z.strictObject({ correct: z.number().int(), of: z.number().int(), passed: z.boolean() }).optional(),
});
export type LessonView = z.infer<typeof LessonView>;
