import { codeOf } from "@wardkey/protocol";
import { z } from "zod";
import type { ApiServer } from "../http/api-server.js";

const CHECK_WITHIN = 3_000;

/** One thing without which the server cannot do its work; its owner brings it. Throws when it is not well. */
export interface ReadinessCheck {
  readonly name: string;
  check(): Promise<void>;
}

const Readiness = z.strictObject({
  ready: z.boolean(),
  checks: z.array(z.strictObject({ name: z.string(), ready: z.boolean(), code: z.string().nullable() })),
});

/** `/livez`: the process answers. `/readyz`: it can do its work, else 503 with the code of what it lacks. */
export function healthRoutes(server: ApiServer, checks: readonly ReadinessCheck[]): void {
  server.route({
    method: "GET",
    url: "/livez",
    schema: {
      tags: ["health"],
      summary: "The process answers",
      response: { 200: z.strictObject({ ok: z.boolean() }) },
    },
    config: { access: "public" },
    handler: async () => ({ ok: true }),
  });
  server.route({
    method: "GET",
    url: "/readyz",
    schema: {
      tags: ["health"],
      summary: "The server can do its work",
      response: { 200: Readiness, 503: Readiness },
    },
    config: { access: "public" },
    handler: async (_request, reply) => {
      const judged = await Promise.all(
        checks.map(async ({ name, check }) => {
          const code = await within(check);
          return { name, ready: code === null, code };
        }),
      );
      const ready = judged.every((each) => each.ready);
      return reply.code(ready ? 200 : 503).send({ ready, checks: judged });
    },
  });
}

/** `null`, or the code of what is wrong; `too-slow` after three seconds. */
async function within(check: () => Promise<void>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("too-slow"), CHECK_WITHIN);
  });
  try {
    return await Promise.race([
      check().then(
        () => null,
        (error: unknown) => codeOf(error),
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
