import type { AgentConfig } from "./config.js";
import { type Downtime, openDowntime } from "./open-downtime.js";
import { openWays } from "./open-ways.js";
import { sealedFile } from "./sealed-file.js";
import { RememberedPins, type WaysDesk } from "./ways/index.js";

/** Every way in but phone and face. */
export interface Entries {
  readonly ways: WaysDesk;
  readonly breakGlass: Downtime["desk"];
  start(): void;
  stop(): Promise<void>;
  /** Erases what is kept here of who may come in. */
  forget(): Promise<void>;
}

type Input = { readonly config: AgentConfig } & Omit<
  Parameters<typeof openWays>[0] & Parameters<typeof openDowntime>[0],
  "remembered" | "badgesElsewhere" | "random"
>;

/** Opens the ways without a face, with what is remembered of badges, and the emergency beside them. */
export async function openEntries(input: Input): Promise<Entries> {
  const { config, site, log } = input;
  const remembered = await RememberedPins.open({
    file: await sealedFile(config, { name: "badges.sealed", context: "wardkey-badges" }),
    at: () => site.steadyNow(),
    denied: () => site.deniedHolders,
    log,
  });
  const downtime = await openDowntime({ ...input, random: Math.random });
  const ways = openWays({ ...input, remembered, badgesElsewhere: () => downtime.desk.awaitsBadges });
  return {
    ways,
    breakGlass: downtime.desk,
    start: () => {
      ways.start();
      downtime.start();
    },
    stop: async () => {
      await ways.stop();
      await remembered.stop();
      await downtime.stop();
    },
    forget: async () => {
      await downtime.forget();
      await remembered.forget();
    },
  };
}
