import { type Duration, days } from "@wardkey/protocol";
import type { Credentials } from "./credentials.js";
import { PLAN_LIFE } from "./imports.js";
import type { RecordEvent, StaffStore } from "./ports.js";

const GUESSES_KEPT: Duration = days(1);
/** Beyond the longest lease and every clock's error an ended credential is refused for its end: the deny-list stays short. */
const BANS_KEPT: Duration = days(4);

/** What time alone does to people and their keys. Called every few seconds; each call does what is due by then. */
export interface Upkeep {
  run(): Promise<void>;
}

export function createUpkeep(parts: {
  store: StaffStore;
  credentials: Credentials;
  now(): number;
  record: RecordEvent;
  changed(): void;
}): Upkeep {
  const { store, credentials, now, record } = parts;
  let heard: number | null = null;
  /** Another fleet server on the same database changes people too. */
  const hear = async (): Promise<void> => {
    const revision = await store.revision();
    if (heard !== null && heard !== revision) parts.changed();
    heard = revision;
  };
  return {
    async run() {
      const cut = now() - BANS_KEPT;
      for (const staffId of await store.directory.endedUnbanned(now(), cut)) {
        await record("staff.ended", { staffId });
        await store.directory.wantBan(staffId);
        parts.changed();
      }
      await store.directory.dropNeedlessBans(cut);
      await credentials.settleBans();
      const ended = await store.forgetEnded(now());
      for (const { staffId, epoch } of ended) await record("credential.expired", { staffId, epoch });
      if (ended.length > 0) parts.changed();
      for (const staffId of await store.directory.eraseDue(now())) {
        await record("staff.erased", { staffId, by: "fleet" });
      }
      await store.imports.forgetPlans(now() - PLAN_LIFE);
      await store.guesses.forgetBefore(now() - GUESSES_KEPT);
      await hear();
    },
  };
}
