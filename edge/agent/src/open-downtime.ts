import { join } from "node:path";
import { type Clock, codeOf } from "@wardkey/protocol";
import type { AgentConfig } from "./config.js";
import {
  BookRefresh,
  BreakGlassDesk,
  KeptBook,
  KeptTries,
  permitBreakGlass,
  slowHash,
  withoutDenied,
} from "./downtime/index.js";
import type { Journal } from "./journal/index.js";
import type { PolicyInForce } from "./policy/index.js";
import { sealedFile } from "./sealed-file.js";
import type { SessionRunner } from "./session/index.js";
import type { Timers } from "./time.js";
import type { SiteLink } from "./uplink/index.js";
import type { BadgeReader } from "./ways/index.js";

export interface Downtime {
  readonly desk: BreakGlassDesk;
  start(): void;
  stop(): Promise<void>;
  /** Erases who may break the glass here. */
  forget(): Promise<void>;
}

/** What this kiosk can do when the fleet is away, its lease has ended, or its disk is full. */
export async function openDowntime(input: {
  readonly config: AgentConfig;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: () => number;
  readonly site: SiteLink;
  readonly policy: PolicyInForce;
  readonly journal: Journal;
  readonly badges: BadgeReader | null;
  readonly session: Pick<SessionRunner, "prove">;
  readonly log: (event: { code: string }) => void;
  readonly changed: () => void;
}): Promise<Downtime> {
  const { config, timers, random, site, policy, journal, badges, session, log, changed } = input;
  const book = await KeptBook.open(await sealedFile(config, { name: "downtime.sealed", context: "wardkey-downtime" }));
  const tries = await KeptTries.open(join(config.dataDir, "emergency-tries"), site.steadyNow()).catch(
    (error: unknown) => {
      log({ code: codeOf(error) });
      return null;
    },
  );
  const desk = new BreakGlassDesk({
    timers,
    now: () => site.steadyNow(),
    book: () => {
      const kept = book.at(site.steadyNow());
      return kept === null ? null : withoutDenied(kept, site.deniedHolders);
    },
    hash: slowHash,
    spent: async () => {
      const opened = await journal.ofKind("break-glass.opened");
      return new Set(opened.map(({ body }) => String(body["card"] ?? "")));
    },
    tries,
    badges,
    session,
    permit: (asked) =>
      permitBreakGlass(
        policy,
        {
          leaseLeftMs: site.leaseLeft(),
          denied: site.standing !== "active",
          journal: journal.health.state,
          setAside: journal.setAside,
        },
        { ...asked, at: site.steadyNow() },
      ),
    changed,
  });
  const refresh = new BookRefresh({ book, site, timers, random, log, changed });
  let standing = site.standing;
  let enrolled = site.trust !== null;
  const unheard = site.onChange(() => {
    if (site.standing === standing && (site.trust !== null) === enrolled) return;
    standing = site.standing;
    enrolled = site.trust !== null;
    refresh.hurry();
  });
  return {
    desk,
    start() {
      desk.start();
      refresh.start();
    },
    async stop() {
      unheard();
      desk.stop();
      await refresh.stop();
      await tries?.close();
    },
    forget: () => book.forget(),
  };
}
