import { z } from "zod";
import { administratorOf } from "../platform/http/access.js";
import type { ApiServer } from "../platform/http/api-server.js";
import { type ProblemTitles, Refusal } from "../platform/http/problem.js";
import type { Restorations } from "./restorations.js";

export const restorationProblemTitles: ProblemTitles = {
  "restoration-none": "This site did not come back from a backup, or somebody has looked at it already",
};

const tags = ["site"];
const View = z.strictObject({
  /** When the site did what it does not know any more. */
  lost: z.array(z.strictObject({ from: z.number(), to: z.number() })),
  reviewed: z.boolean(),
});

/** What a person does after a restore from a backup; on the console listener. */
export function restorationRoutes(
  server: ApiServer,
  parts: {
    restorations: Restorations;
    now: () => number;
    /** Has the deny-list said to everybody under a new epoch. */
    restate(): Promise<unknown>;
    record(kind: string, body: Record<string, string>): Promise<void>;
  },
): void {
  const { now, record } = parts;
  server.route({
    method: "GET",
    url: "/v1/restoration",
    schema: { tags, summary: "What this site lost when it came back from a backup", response: { 200: View } },
    config: { access: { role: "viewer" } },
    handler: async () => ({
      lost: parts.restorations.lost().map(({ from, to }) => ({ from, to })),
      reviewed: parts.restorations.gap() === null,
    }),
  });
  server.route({
    method: "POST",
    url: "/v1/restoration/reviewed",
    schema: {
      tags,
      summary: "Everything that was denied after the backup is denied again: kiosks let go of what they kept",
      response: { 204: z.null() },
    },
    config: { access: { role: "security-officer" } },
    handler: async (request, reply) => {
      if (parts.restorations.gap() === null) throw new Refusal(409, "restoration-none");
      await record("backup.reviewed", { by: administratorOf(request).id });
      await parts.restorations.review(now());
      await parts.restate();
      return reply.code(204).send(null);
    },
  });
}
