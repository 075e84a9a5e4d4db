import { join } from "node:path";
import type { AgentConfig } from "./config.js";
import type { Journal } from "./journal/index.js";
import { PolicyInForce, type PolicyRef, policyFiles } from "./policy/index.js";
import type { Profile } from "./profile/index.js";
import type { Timers } from "./time.js";
import { type SiteLink, writePrivate } from "./uplink/index.js";

/** The policy that the fleet signed for this kiosk, as the kiosk keeps it; its version never goes back. */
export async function openPolicy(input: {
  readonly config: AgentConfig;
  readonly site: SiteLink;
  readonly timers: Timers;
  readonly journal: Pick<Journal, "latest" | "note">;
  readonly log: (event: { code: string }) => void;
}): Promise<PolicyInForce> {
  const { config, site, timers, journal, log } = input;
  const { dataDir, kiosk } = config;
  return await PolicyInForce.open({
    files: policyFiles({
      folder: join(dataDir, "policy"),
      markFile: join(dataDir, "policy-mark"),
      write: writePrivate,
    }),
    floor: config.profile,
    // The fleet's registry knows the ward and the groups better than a file on this machine.
    device: () => ({
      device: kiosk.id,
      kind: "kiosk",
      ward: site.facts?.ward ?? kiosk.ward,
      tags: [...(site.facts?.tags ?? [])],
    }),
    trust: () => site.trust,
    at: () => site.steadyNow(),
    timers,
    journalled: await journalled(journal),
    record: ({ kind, body }) => journal.note(kind, body),
    log,
  });
}

async function journalled(journal: Pick<Journal, "latest">): Promise<PolicyRef | null> {
  const last = await journal.latest(["policy.in-force"]);
  const { version, digest } = last?.body ?? {};
  return typeof version === "number" && typeof digest === "string" ? { version, digest } : null;
}

/**
 * Camera and analyst are chosen once, when the agent starts. A policy that came meanwhile and asks for more than they were
 * chosen for lets nobody in until the next start; one that asks for less waits for it.
 */
export const asksForMore = (started: Pick<Profile, "livenessEnforced" | "pageCamera">, now: Profile): boolean =>
  (now.livenessEnforced && !started.livenessEnforced) ||
  (now.pageCamera === "refused" && started.pageCamera !== "refused");
