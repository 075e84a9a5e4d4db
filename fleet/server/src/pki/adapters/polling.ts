import { codeOf, type Duration } from "@wardkey/protocol";
import type { FastifyBaseLogger } from "fastify";

/** Runs `work` again and again, one at a time; a failure is told once until it works again. */
export function startPolling(
  every: Duration,
  logger: Pick<FastifyBaseLogger, "error">,
  work: () => Promise<void>,
): { stop(): Promise<void> } {
  let running: Promise<void> | null = null;
  let failing = false;
  const timer = setInterval(() => {
    running ??= work()
      .then(
        () => {
          failing = false;
        },
        (error: unknown) => {
          if (!failing) logger.error({ code: codeOf(error) }, "denials and own keys could not be reviewed");
          failing = true;
        },
      )
      .finally(() => {
        running = null;
      });
  }, every);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
