import { codeOf, type Duration, seconds } from "@wardkey/protocol";
import type { Database } from "../platform/sql/database.js";
import { repeat } from "../platform/timers.js";
import { createElection } from "./election.js";
import { createSqlTerms } from "./terms.js";
import type { World } from "./world.js";

/** How often changes by other fleet servers on the same PostgreSQL are taken in. */
export const FOLLOW_EVERY: Duration = seconds(2);

export interface Leadership {
  leading(): boolean;
  /** Resolves with a code when this server must not go on: it led, and cannot be sure to lead any more. */
  readonly ended: Promise<string>;
  /**
   * Has this server lead at once where it is alone, on SQLite. On PostgreSQL one of all servers leads, and every one
   * takes in again and again what the others changed.
   */
  begin(parts: { lead(): Promise<void>; follow: readonly (() => Promise<void>)[] }): Promise<void>;
}

/** Opened before all that a leader does, so that it gives its place up after all of it has stopped. */
export function openLeadership(world: World, database: Database): Leadership {
  const { config, timers, logger, clock, closing } = world;
  if (config.database.kind === "sqlite") {
    return { leading: () => true, ended: new Promise(() => undefined), begin: ({ lead }) => lead() };
  }
  let end = (_code: string): void => undefined;
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  let lead = (): Promise<void> => Promise.resolve();
  const election = createElection({
    terms: createSqlTerms(database, () => world.now()),
    holder: world.newId(),
    timers,
    monotonic: () => clock.monotonic(),
    lead: () => lead(),
    lost(code) {
      logger.error(
        { code },
        "this server led and cannot be sure that it still does: it stops, and is to be started anew",
      );
      end(code);
    },
    log: (event) => logger.info(event, "which fleet server leads"),
  });
  closing(() => election.stop());
  return {
    leading: election.leading,
    ended,
    async begin(parts) {
      lead = parts.lead;
      followOthers(world, parts.follow);
      closing(() => election.stepBack());
      await election.start();
    },
  };
}

function followOthers({ timers, logger, closing }: World, follow: readonly (() => Promise<void>)[]): void {
  const failed = (error: unknown): void => logger.warn({ code: codeOf(error) }, "other servers' changes wait");
  const run = async (): Promise<void> => {
    for (const refresh of follow) await refresh().catch(failed);
  };
  closing(repeat({ timers, every: FOLLOW_EVERY, run, failed }));
}
