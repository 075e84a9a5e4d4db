import { BEHAVIOURS, templateOf } from "@wardkey/protocol/nudge";
import { LESSON_IDS } from "@wardkey/protocol/training";
import { z } from "zod";
import { administratorOf } from "../../platform/http/access.js";
import type { ApiServer } from "../../platform/http/api-server.js";
import { type ProblemTitles, Refusal } from "../../platform/http/problem.js";
import { SHORTEST_DAYS } from "../app/counting.js";
import type { Nudges } from "../app/nudges.js";
import type { NudgeStore } from "../app/ports.js";
import { summarise } from "../app/summary.js";
import type { TrialReport, Trials } from "../app/trials.js";
import { type KeptProgramme, QUIET_PROGRAMME } from "../domain/programme.js";
import { programmeChanges } from "../domain/programme-change.js";

export const nudgeProblemTitles: ProblemTitles = {
  "nudge-template": "This sentence answers another behaviour",
  "nudge-programme-changed": "Somebody else changed what the site does meanwhile: your change was not kept",
  "trial-running": "A trial of this behaviour runs already: it has to end first",
  "trial-too-few-wards": "A trial needs four wards with ten people each and sessions before it begins",
  "trial-unknown": "The site knows of no such trial",
  "trial-over": "This trial has ended",
  "trial-template": "This sentence answers another behaviour",
};

const Behaviour = z.enum(BEHAVIOURS);
const Lesson = z.enum(LESSON_IDS);
const Template = z.string().regex(/^[a-z0-9-]{1,63}$/);
const Id = z.string().regex(/^[a-z0-9-]{1,63}$/);
const Count = z.number().int().nonnegative();
const At = z.number().int().nonnegative();
const Answer = z.strictObject({
  mode: z.enum(["off", "everywhere"]),
  template: Template,
  lesson: Lesson.nullable(),
  lessonAfter: z.number().int().min(1).max(20),
});
const Caps = z.strictObject({
  hoursBetween: z.number().int().min(1).max(168),
  aWeek: z.number().int().min(1).max(20),
});
const ProgrammeShown = z.strictObject({
  /** Grows with every change; 0 before the first. */
  version: Count,
  answers: z.record(Behaviour, Answer),
  caps: Caps,
});
const Behaviours = z.record(Behaviour, Count);
const Summary = z.strictObject({
  from: At,
  to: At,
  fewestPeople: Count,
  wards: z.array(
    z.strictObject({
      ward: z.string(),
      figures: z
        .strictObject({
          ...{ people: Count, sessions: Count, behaviours: Behaviours },
          ...{ sent: Count, shown: Count, dismissed: Count },
        })
        .nullable(),
    }),
  ),
  days: z.array(z.strictObject({ day: Count, sessions: Count, behaviours: Behaviours })),
  templates: z.array(z.strictObject({ template: Template, sent: Count, shown: Count, dismissed: Count })),
  withheld: z.array(z.strictObject({ reason: z.string(), count: Count })),
  lessons: z.array(z.strictObject({ lesson: Lesson, opened: Count, passed: Count, putOff: Count })),
});
const Instrument = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("nudge"), template: Template }),
  z.strictObject({ kind: z.literal("lesson"), lesson: Lesson }),
]);
const Arm = z.enum(["treated", "holdout"]);
const ArmShown = z.strictObject({ wards: Count, before: z.number(), during: z.number() });
const TrialShown = z.strictObject({
  id: z.uuid(),
  behaviour: Behaviour,
  instrument: Instrument,
  seed: z.string(),
  baselineFrom: At,
  startsAt: At,
  endsAt: At,
  endedAt: At.nullable(),
  registeredBy: Id,
  digest: z.string(),
  state: z.enum(["running", "completed", "stopped"]),
  doses: z.strictObject({ sent: Count, shown: Count }),
  effect: z
    .strictObject({
      treated: ArmShown,
      holdout: ArmShown,
      difference: z.number(),
      interval: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
      silent: Count,
    })
    .nullable(),
  wards: z.array(
    z.strictObject({ ward: z.string(), arm: Arm, before: z.number().nullable(), during: z.number().nullable() }),
  ),
});
const Plan = z.strictObject({
  behaviour: Behaviour,
  instrument: Instrument,
  days: z.number().int().min(SHORTEST_DAYS).max(180),
  baselineDays: z.number().int().min(SHORTEST_DAYS).max(180),
});
/** Few and far apart: between two of them lie weeks, so that no day of a ward can be had by subtracting. */
const WINDOWS = ["7", "28", "90"] as const;
const tags = ["nudges"];

/** How people work by ward, what the site does about it, and whether that helps. Nothing here is about one person. */
export function nudgeRoutes(
  server: ApiServer,
  parts: {
    readonly store: NudgeStore;
    readonly nudges: Pick<Nudges, "refresh" | "flush">;
    readonly trials: Trials;
    readonly now: () => number;
    readonly record: (kind: string, body: Record<string, string | number | null>) => Promise<void>;
  },
): void {
  const { store, nudges, trials, now, record } = parts;
  server.route({
    method: "GET",
    url: "/v1/nudges",
    schema: {
      tags,
      summary: "How people work, by ward: groups under ten are not shown",
      querystring: z.strictObject({ days: z.enum(WINDOWS).default("28") }),
      response: { 200: Summary },
    },
    config: { access: { role: "viewer" } },
    handler: async ({ query }) => {
      await nudges.flush();
      const summary = await summarise(store, { now: now(), days: Number(query.days), lessons: LESSON_IDS });
      return Summary.parse(summary);
    },
  });
  server.route({
    method: "GET",
    url: "/v1/nudges/programme",
    schema: { tags, summary: "What the site does about each behaviour", response: { 200: ProgrammeShown } },
    config: { access: { role: "viewer" } },
    handler: async () => shownProgramme((await store.programme()) ?? QUIET_PROGRAMME),
  });
  server.route({
    method: "PUT",
    url: "/v1/nudges/programme",
    schema: {
      tags,
      summary: "Say what the site does where no trial decides it; `version` is that of the programme that was read",
      body: ProgrammeShown,
      response: { 200: ProgrammeShown },
    },
    config: { access: { role: "security-officer" } },
    handler: async (request) => {
      const programme: KeptProgramme = request.body;
      const strange = BEHAVIOURS.find((each) => templateOf(programme.answers[each].template)?.behaviour !== each);
      if (strange !== undefined) throw new Refusal(400, "nudge-template");
      const before = (await store.programme()) ?? QUIET_PROGRAMME;
      const kept = before.version === programme.version ? await store.keepProgramme(programme) : null;
      if (kept === null) throw new Refusal(409, "nudge-programme-changed");
      const by = administratorOf(request).id;
      try {
        for (const { kind, body } of programmeChanges(before, kept)) await record(kind, { by, ...body });
      } catch (error) {
        // Nothing is in force that the audit does not know of.
        await store.keepProgramme({ ...before, version: kept.version });
        throw error;
      }
      await nudges.refresh();
      return shownProgramme(kept);
    },
  });
  trialRoutes(server, trials);
}

function trialRoutes(server: ApiServer, trials: Trials): void {
  server.route({
    method: "GET",
    url: "/v1/nudges/trials",
    schema: {
      tags,
      summary: "Trials, the newest first; the effect of one is shown once it is over, and when it ran for a week",
      response: { 200: z.strictObject({ trials: z.array(TrialShown) }) },
    },
    config: { access: { role: "viewer" } },
    handler: async () => {
      await trials.sweep();
      return { trials: (await trials.list()).map(shownTrial) };
    },
  });
  server.route({
    method: "POST",
    url: "/v1/nudges/trials",
    schema: {
      tags,
      summary: "Register a trial and begin it: half of the wards, by chance, are held out",
      body: Plan,
      response: { 201: z.strictObject({ id: z.uuid(), wards: Count, holdout: Count }) },
    },
    config: { access: { role: "security-officer" } },
    handler: async (request, reply) => {
      const made = await trials.register(request.body, administratorOf(request).id);
      if (!made.ok) throw new Refusal(409, made.code);
      const { id, arms } = made.trial;
      const holdout = arms.filter(({ arm }) => arm === "holdout").length;
      return reply.code(201).send({ id, wards: arms.length, holdout });
    },
  });
  server.route({
    method: "POST",
    url: "/v1/nudges/trials/:id/stop",
    schema: {
      tags,
      summary: "End a trial before its time; what it found says so",
      params: z.strictObject({ id: z.uuid() }),
      response: { 204: z.null() },
    },
    config: { access: { role: "security-officer" } },
    handler: async (request, reply) => {
      const stopped = await trials.stop(request.params.id, administratorOf(request).id);
      if (!stopped.ok) throw new Refusal(stopped.code === "trial-unknown" ? 404 : 409, stopped.code);
      return reply.code(204).send(null);
    },
  });
}

const shownProgramme = ({ version, answers, caps }: KeptProgramme): z.infer<typeof ProgrammeShown> => ({
  version,
  answers: { ...answers },
  caps: { ...caps },
});

const shownTrial = ({ trial, state, doses, effect, wards }: TrialReport): z.infer<typeof TrialShown> => {
  const { arms: _arms, stopped: _stopped, told: _told, ...rest } = trial;
  return TrialShown.parse({ ...rest, state, doses, effect, wards });
};
