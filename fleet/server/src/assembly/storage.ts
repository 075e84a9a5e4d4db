import { join } from "node:path";
import { auditMigrations } from "../audit/index.js";
import { biometricsMigrations } from "../biometrics/index.js";
import { deviceMigrations, registryMigrations } from "../devices/index.js";
import { downtimeMigrations } from "../downtime/index.js";
import { figureMigrations } from "../figures/index.js";
import { m2mMigrations } from "../m2m/index.js";
import { nudgeMigrations } from "../nudge/index.js";
import { peripheralMigrations } from "../peripherals/index.js";
import { pkiMigrations } from "../pki/index.js";
import { authMigrations } from "../platform/auth/index.js";
import { brokerMigrations } from "../platform/broker/index.js";
import { makePrivateFolder, touchPrivateFile } from "../platform/files/secret-file.js";
import { type Database, type DatabaseTarget, openDatabase } from "../platform/sql/database.js";
import { lockInstance } from "../platform/sql/instance-lock.js";
import { policyMigrations } from "../policy/index.js";
import { refuseUnfinished, restorationMigrations } from "../restoration/index.js";
import { riskMigrations } from "../risk/index.js";
import { rolloutMigrations } from "../rollout/index.js";
import { staffMigrations } from "../staff/index.js";
import { trainingMigrations } from "../training/index.js";
import { valueMigrations } from "../value/index.js";
import { termMigrations } from "./terms.js";
import type { World } from "./world.js";

/** Every table of the fleet server, in the order in which they came. */
const migrations = [
  ...pkiMigrations,
  ...staffMigrations,
  ...deviceMigrations,
  ...auditMigrations,
  ...registryMigrations,
  ...m2mMigrations,
  ...authMigrations,
  ...policyMigrations,
  ...rolloutMigrations,
  ...restorationMigrations,
  ...termMigrations,
  ...biometricsMigrations,
  ...peripheralMigrations,
  ...downtimeMigrations,
  ...riskMigrations,
  ...figureMigrations,
  ...nudgeMigrations,
  ...valueMigrations,
  ...trainingMigrations,
];

/** The broker's tables beside the site's: in a file of its own, so that its commits do not queue behind the audit's. */
export async function openBrokerStorage({ config, closing }: World): Promise<Database> {
  if (config.database.kind === "postgres") {
    const target = { ...config.database, schema: "wardkey_broker" };
    const database = await openDatabase(target, brokerMigrations);
    closing(() => database.destroy());
    return database;
  }
  const path = join(config.dataDir, "broker.db");
  await touchPrivateFile(path);
  const database = await openDatabase({ kind: "sqlite", path }, brokerMigrations);
  closing(() => database.destroy());
  return database;
}

/** The data folder and the database. Refuses with `already-running` or a code of the database. */
export async function openStorage({ config, closing }: World): Promise<Database> {
  await makePrivateFolder(config.dataDir);
  const lockFile = join(config.dataDir, "running.lock");
  await touchPrivateFile(lockFile);
  // Several servers share a PostgreSQL and the folder of keys; a file has one owner.
  if (config.database.kind === "sqlite") {
    const lock = await lockInstance(lockFile);
    closing(() => lock.release());
  }
  const database = await openDatabase(await targetOf(config), migrations);
  closing(() => database.destroy());
  return database;
}

async function targetOf({ database, dataDir }: World["config"]): Promise<DatabaseTarget> {
  if (database.kind === "postgres") return database;
  await refuseUnfinished({ dataDir, database: "site.db" });
  const path = join(dataDir, "site.db");
  await touchPrivateFile(path);
  return { kind: "sqlite", path };
}
