import { join } from "node:path";
import { after, codeOf, days, hours } from "@wardkey/protocol";
import type { Audit } from "../audit/index.js";
import { createDowntime, createSqlDowntimeStore, type Downtime } from "../downtime/index.js";
import { openOperatorCode } from "../operator-code.js";
import { CREDENTIAL_LIFE } from "../pki/index.js";
import { isP256Key } from "../platform/keys/p256.js";
import type { Database } from "../platform/sql/database.js";
import type { Policies } from "../policy/index.js";
import { createSqlStaffStore, createStaff, hasSealedSecrets, openSealing, type Staff } from "../staff/index.js";
import type { Machines } from "./machines.js";
import type { World } from "./world.js";

/** A shorter lease would have every kiosk fetch its table more often than people change. */
const SHORTEST_REACH_HOURS = 24;
const BADGE_SALT_BYTES = 16;

/** People, their credentials and their ways in. */
export async function openPeople(
  world: World,
  parts: { database: Database; audit: Audit; machines: Machines; policies(): Policies },
): Promise<{ staff: Staff; downtime: Downtime }> {
  const { config, logger } = world;
  const { database, audit, machines, policies } = parts;
  const { pki, devices } = machines;
  const path = join(config.dataDir, "sealing.key");
  const sealing = await openSealing({ path, sealedBefore: await hasSealedSecrets(database) });
  const own: { downtime?: Downtime } = {};
  const staff = createStaff({
    site: config.siteId,
    store: createSqlStaffStore({ database, sealing }),
    now: () => world.now(),
    randomBytes: (size) => world.randomBytes(size),
    newId: () => world.newId(),
    isOperatorCode: await openOperatorCode(config.operatorCodeFile),
    validity: (at) => ({ issuedAt: at, expiresAt: after(at, CREDENTIAL_LIFE) }),
    signCredential: (credential) => pki.signCredential(credential),
    isHolderKey: isP256Key,
    bans: pki.holders,
    record: (kind, body) => audit.record(kind, body),
    leaseLife: () => hours(Math.max(SHORTEST_REACH_HOURS, policies().longestLeaseHours())),
    badges: {
      shown: async (badge) => own.downtime?.badges.shown(badge),
      gone: async (digest) => own.downtime?.badges.gone(digest),
    },
    wardOf: async (kiosk) => devices.registry.one(kiosk)?.ward ?? null,
    rules: {
      secondOperator: config.staff.secondOperator,
      consentText: config.staff.consentText,
      ...(config.staff.leaverRetentionDays === undefined
        ? {}
        : { leaverRetention: days(config.staff.leaverRetentionDays) }),
    },
    failed: (error) => logger.error({ code: codeOf(error) }, "upkeep of people failed and is tried again"),
  });
  world.closing(() => staff.stop());
  staff.table.onChanged(() => devices.desired.refresh("all"));
  own.downtime = createDowntime({
    site: config.siteId,
    store: createSqlDowntimeStore(database),
    badgeSalt: Buffer.from(sealing.derive("emergency badges").subarray(0, BADGE_SALT_BYTES)).toString("base64url"),
    people: () => staff.standing(),
    isActive: async (staffId) => {
      const person = await staff.directory.person(staffId);
      return person === null ? null : person.standing === "active";
    },
    now: () => world.now(),
    randomBytes: (size) => world.randomBytes(size),
    record: (kind, body) => audit.record(kind, body),
  });
  return { staff, downtime: own.downtime };
}
