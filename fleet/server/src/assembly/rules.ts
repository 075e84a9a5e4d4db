import { randomBytes } from "node:crypto";
import type { Audit } from "../audit/index.js";
import type { Approvals } from "../platform/auth/index.js";
import type { Database } from "../platform/sql/database.js";
import { createSqlPolicyStore, Policies, PUBLISH, publishApproval } from "../policy/index.js";
import { createSqlRolloutStore, Rollouts } from "../rollout/index.js";
import { type Machines, policyFacts } from "./machines.js";
import type { World } from "./world.js";

/** Policies and how they spread. */
export interface Rules {
  readonly policies: Policies;
  readonly rollouts: Rollouts;
  /** Nothing is published before people can approve it. */
  useApprovals(approvals: Approvals): void;
}

export async function openRules(
  world: World,
  parts: { database: Database; audit: Audit; machines: Machines },
): Promise<Rules> {
  const { config, clock, timers, logger } = world;
  const { database, audit, machines } = parts;
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
    refreshDesired: () => devices.desired.refresh("all"),
    record,
    approvals: () => {
      if (approvals === null) throw new Error("asked before the fleet server was put together");
      return approvals;
    },
    keptInFiles: config.policyKeptInFiles,
    log,
  });
  world.closing(() => policies.stop());
  world.closing(() => rollouts.stop());
  return {
    policies,
    rollouts,
    useApprovals(given) {
      approvals = given;
      given.register(PUBLISH, publishApproval(policies.publishing));
    },
  };
}
