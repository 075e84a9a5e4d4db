import { LESSON_IDS } from "@wardkey/protocol/training";
import { z } from "zod";
import { administratorOf } from "../platform/http/access.js";
import type { ApiServer } from "../platform/http/api-server.js";
import { type ProblemTitles, Refusal } from "../platform/http/problem.js";
import {
  ASSIGNMENT_SORTS,
  ASSIGNMENT_STATES,
  BECAUSE,
  type ListedAssignment,
  type TrainingStore,
} from "./sql-training-store.js";
import type { Training } from "./training.js";

export const trainingProblemTitles: ProblemTitles = {
  "training-waits-already": "This lesson waits for them already",
  "training-ward-unknown": "No device of the site stands in such a ward",
  "training-unknown": "The site knows of no such assignment that is still open",
};

const Lesson = z.enum(LESSON_IDS);
const Id = z.string().regex(/^[a-z0-9-]{1,63}$/);
const Ward = z.string().trim().min(1).max(80);
const At = z.number().int().nonnegative();
const Count = z.number().int().nonnegative();
const To = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("person"), staffId: Id }),
  z.strictObject({ kind: z.literal("ward"), ward: Ward }),
]);
const Shown = z.strictObject({
  id: z.uuid(),
  lesson: Lesson,
  to: To,
  /** `null`: a person decided it. */
  because: z.enum(BECAUSE).nullable(),
  by: Id,
  at: At,
  endsAt: At,
  state: z.enum(ASSIGNMENT_STATES),
  /** Of a ward `null` while fewer than ten people have answered there. */
  passed: Count.nullable(),
});
const Sum = z.strictObject({
  lesson: Lesson,
  /** Given in the last four weeks, to people and to wards. */
  given: Count,
  open: Count,
  /** `null` while fewer than ten people have answered it. */
  people: Count.nullable(),
  passed: Count.nullable(),
});
const GIVEN_WITHIN_MS = 28 * 24 * 3_600_000;
const tags = ["training"];

/** Lessons and who has them to read. Who assigned them sees whether they were passed, and no more. */
export function trainingRoutes(
  server: ApiServer,
  parts: {
    readonly training: Training;
    readonly store: TrainingStore;
    readonly now: () => number;
    /** `null`: the site knows of no such person. */
    readonly standingOf: (staffId: string) => Promise<string | null>;
    /** Whether a device stands in it. */
    readonly hasWard: (ward: string) => boolean;
  },
): void {
  const { training, store, now } = parts;
  server.route({
    method: "GET",
    url: "/v1/training",
    schema: {
      tags,
      summary: "The lessons, and how many people have read them: of fewer than ten, nothing",
      response: { 200: z.strictObject({ lessons: z.array(Sum) }) },
    },
    config: { access: { role: "viewer" } },
    handler: async () => {
      const sums = await store.sums();
      const waiting = await store.waiting(now());
      const given = await store.given(now() - GIVEN_WITHIN_MS);
      return {
        lessons: LESSON_IDS.map((lesson) => {
          const sum = sums.find((each) => each.lesson === lesson);
          const counts = { given: given.get(lesson) ?? 0, open: waiting.get(lesson) ?? 0 };
          return { lesson, ...counts, people: sum?.people ?? null, passed: sum?.passed ?? null };
        }),
      };
    },
  });
  server.route({
    method: "GET",
    url: "/v1/training/assignments",
    schema: {
      tags,
      summary: "Who has which lesson to read, the newest first unless told otherwise",
      querystring: z.strictObject({
        search: z.string().max(80).default(""),
        lesson: Lesson.optional(),
        state: z.enum(ASSIGNMENT_STATES).optional(),
        sort: z.enum(ASSIGNMENT_SORTS).default("at"),
        order: z.enum(["up", "down"]).default("down"),
        limit: z.coerce.number().int().min(1).max(200).default(50),
        from: z.coerce.number().int().min(0).max(1_000_000).default(0),
      }),
      response: { 200: z.strictObject({ assignments: z.array(Shown), total: Count }) },
    },
    config: { access: { role: "operator" } },
    handler: async ({ query }) => {
      const { rows, total } = await store.list({ ...query, lesson: query.lesson ?? null, now: now() });
      return { assignments: rows.map((row) => shown(row, now())), total };
    },
  });
  server.route({
    method: "POST",
    url: "/v1/training/assignments",
    schema: {
      tags,
      summary: "Give a lesson to a person or to everybody of a ward",
      body: z.strictObject({ lesson: Lesson, to: To }),
      response: { 201: Shown },
    },
    config: { access: { role: "operator" } },
    handler: async (request, reply) => {
      await mustExist(request.body.to, parts);
      const by = administratorOf(request).id;
      const made = await training.assign({ ...request.body, because: null, by });
      if (!made.ok) throw new Refusal(409, made.code);
      return reply
        .code(201)
        .send(shown({ ...made.assignment, passed: made.assignment.to.kind === "ward" ? null : 0 }, now()));
    },
  });
  server.route({
    method: "DELETE",
    url: "/v1/training/assignments/:id",
    schema: {
      tags,
      summary: "Take a lesson back; what was passed stays",
      params: z.strictObject({ id: z.uuid() }),
      response: { 204: z.null() },
    },
    config: { access: { role: "operator" } },
    handler: async (request, reply) => {
      const gone = await training.withdraw(request.params.id, administratorOf(request).id);
      if (!gone) throw new Refusal(404, "training-unknown");
      return reply.code(204).send(null);
    },
  });
}

/** A slip of the pen would wait sixty days for nobody. Refuses with `staff-unknown`, `staff-left`, `training-ward-unknown`. */
async function mustExist(
  to: z.infer<typeof To>,
  { standingOf, hasWard }: Pick<Parameters<typeof trainingRoutes>[1], "standingOf" | "hasWard">,
): Promise<void> {
  if (to.kind === "ward") {
    if (!hasWard(to.ward)) throw new Refusal(404, "training-ward-unknown");
    return;
  }
  const standing = await standingOf(to.staffId);
  if (standing === null || standing === "erased") throw new Refusal(404, "staff-unknown");
  if (standing === "left") throw new Refusal(409, "staff-left");
}

function shown({ withdrawnAt, ...row }: ListedAssignment, now: number): z.infer<typeof Shown> {
  const done = row.to.kind === "person" && (row.passed ?? 0) > 0;
  const state = done ? "done" : withdrawnAt !== null ? "withdrawn" : now >= row.endsAt ? "ended" : "waiting";
  return { ...row, to: { ...row.to }, state };
}
