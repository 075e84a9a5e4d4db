import { randomBytes } from "node:crypto";
import { days, seconds } from "@wardkey/protocol";
import type { Audit } from "../audit/index.js";
import type { Live } from "../live/index.js";
import { ProfileBundles, PUBLISH_PROFILES, profilesApproval } from "../peripherals/index.js";
import type { Approvals } from "../platform/auth/index.js";
import type { Database } from "../platform/sql/database.js";
import { createSqlPolicyStore, Policies, PUBLISH, publishApproval } from "../policy/index.js";
import type { Restorations } from "../restoration/index.js";
import { createSqlRolloutStore, Rollouts } from "../rollout/index.js";
import { type Machines, policyFacts } from "./machines.js";
import type { World } from "./world.js";

const DESIRED_FOLLOWS = seconds(2);
/** Retained states are signed anew at half of it. */
const PROFILES_LIFE = days(60);

/** Policies and how they spread. */
export interface Rules {
  readonly policies: Policies;
  readonly rollouts: Rollouts;
  /** Profiles of peripherals. */
  readonly peripherals: ProfileBundles;
  /** Nothing is published before people can approve it. */
  useApprovals(approvals: Approvals): void;
}

export async function openRules(
  world: World,
  parts: { database: Database; audit: Audit; machines: Machines; restorations: Restorations; live: Live },
): Promise<Rules> {
  const { config, clock, timers, logger } = world;
  const { database, audit, machines, live } = parts;
  const { devices, pki } = machines;
  const log = ({ code }: { code: string }): void => logger.warn({ code }, code);
  const record = (kind: string, body: Record<string, string | number | boolean | null>): Promise<void> =>
    audit.record(kind, body);
  const after = timers.after.bind(timers);
  const rollouts = await Rollouts.open({
    store: createSqlRolloutStore(database),
    clock,
    after,
    newSalt: () => randomBytes(12).toString("base64url"),
    record,
    counted: () => live.tell("rollout"),
    log,
  });
  let approvals: Approvals | null = null;
  const policies = await Policies.open({
    site: config.siteId,
    profile: config.profile,
    store: createSqlPolicyStore(database),
    rollouts,
    clock,
    after,
    newId: () => world.newId(),
    issuer: () => pki.issuers.policy(),
    devices: async () => devices.facts().map(policyFacts),
    downlink: devices.downlink,
    // The head reaches everybody first; each device's own desired state, thousands of signatures, follows.
    refreshDesired: () => void after(DESIRED_FOLLOWS, () => devices.desired.refresh("all")),
    record,
    drafted: () => live.tell("policy"),
    approvals: () => {
      if (approvals === null) throw new Error("asked before the fleet server was put together");
      return approvals;
    },
    keptInFiles: config.policyKeptInFiles,
    versionFloor: parts.restorations.policyFloor,
    log,
  });
  const peripherals = new ProfileBundles({
    database,
    site: config.siteId,
    now: () => world.now(),
    issuer: () => pki.issuers.policy(),
    send: ({ signed, version }) =>
      devices.downlink.send({
        ...{ to: "all", kind: "profiles", body: { signed }, epoch: version, retain: true },
        expiresIn: PROFILES_LIFE,
      }),
    record,
    floor: () => parts.restorations.epochFloor(),
  });
  world.closing(() => policies.stop());
  world.closing(() => rollouts.stop());
  return {
    policies,
    rollouts,
    peripherals,
    useApprovals(given) {
      approvals = given;
      given.register(PUBLISH, publishApproval(policies.publishing));
      given.register(PUBLISH_PROFILES, profilesApproval(peripherals));
    },
  };
}
