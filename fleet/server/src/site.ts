import { createHash, randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { after, type Clock, instant, WardkeyError } from "@wardkey/protocol";
import type { FastifyBaseLogger } from "fastify";
import { auditMigrations, auditRoutes, createAudit, createSqlJournalStore } from "./audit/index.js";
import { SiteConfig, type SiteConfigInput } from "./config.js";
import {
  checkKiosks,
  createBootstrapFile,
  createDevices,
  createSqlDeviceStore,
  deviceMigrations,
  deviceRoutes,
} from "./devices/index.js";
import { openOperatorCode } from "./operator-code.js";
import { overviewRoutes } from "./overview/index.js";
import { CREDENTIAL_LIFE, createPki, createSqlIssueLog, openRoot, openSigner, pkiMigrations } from "./pki/index.js";
import { makePrivateFolder, touchPrivateFile, writePrivateFile } from "./platform/files/secret-file.js";
import { closeHttpServer, createHttpServer, listen } from "./platform/http/server.js";
import { isP256Key } from "./platform/keys/p256.js";
import { openDatabase } from "./platform/sql/database.js";
import { lockInstance } from "./platform/sql/instance-lock.js";
import {
  createSqlStaffStore,
  createStaff,
  hasSealedSecrets,
  openSealing,
  staffMigrations,
  staffRoutes,
} from "./staff/index.js";

const TOKEN_BYTES = 32;
const newToken = (): string => randomBytes(TOKEN_BYTES).toString("base64url");
const hashToken = (token: string): string => createHash("sha256").update(token, "utf8").digest("hex");

export interface Site {
  readonly url: string;
  /** With the page's token of this start in the fragment, which no browser sends to a server. */
  readonly pageUrl: string;
  /** DER of the root that phones and kiosks trust. */
  readonly rootCertificate: Uint8Array;
  /** Cuts a person or a kiosk off and raises the deny epoch; answers the new one, or `null` for somebody unknown. */
  deny(whom: { staffId: string } | { kiosk: string }): Promise<number | null>;
  /** Recomputes every hash of every kiosk's journal. */
  verifyJournals(): Promise<{ kiosk: string; valid: boolean; events: number }[]>;
  stop(): Promise<void>;
}

/**
 * Starts the site authority: root, people, kiosks, audit and their HTTP face on loopback. Refuses with `config-invalid`,
 * `already-running`, `port-in-use`, `secret-file-exposed`, `root-missing` or `sealing-key-missing`, and leaves nothing open.
 */
export async function startSite(input: {
  config: SiteConfigInput;
  clock: Clock;
  logger: FastifyBaseLogger;
}): Promise<Site> {
  const opened: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    return await open(input, (close) => opened.push(close), closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function open(
  input: { config: SiteConfigInput; clock: Clock; logger: FastifyBaseLogger },
  closing: (close: () => Promise<void>) => void,
  stop: () => Promise<void>,
): Promise<Site> {
  const config = readConfig(input.config);
  const { clock, logger } = input;
  const now = (): ReturnType<Clock["now"]> => clock.now();
  const site = { id: config.siteId, name: config.siteName };

  await makePrivateFolder(config.dataDir);
  const databaseFile = join(config.dataDir, "site.db");
  const lockFile = join(config.dataDir, "running.lock");
  for (const file of [databaseFile, lockFile]) await touchPrivateFile(file);
  const lock = await lockInstance(lockFile);
  closing(() => lock.release());
  const database = await openDatabase(databaseFile, [
    ...pkiMigrations,
    ...staffMigrations,
    ...deviceMigrations,
    ...auditMigrations,
  ]);
  closing(() => database.destroy());

  const log = createSqlIssueLog(database);
  const folder = join(config.dataDir, "pki");
  const authority = await openRoot({ folder, site, now: now(), issuedBefore: (await log.count()) > 0 });
  const signer = await openSigner({ folder, site, now, authority, log });
  const pki = createPki({ site: site.id, authority, signer, log, now });

  const sealingKey = join(config.dataDir, "sealing.key");
  const sealing = await openSealing({ path: sealingKey, sealedBefore: await hasSealedSecrets(database) });
  const staff = createStaff({
    site: site.id,
    store: createSqlStaffStore({ database, sealing }),
    now,
    randomBytes: (size) => new Uint8Array(randomBytes(size)),
    newId: randomUUID,
    isOperatorCode: await openOperatorCode(config.operatorCodeFile),
    validity: (at) => ({ issuedAt: at, expiresAt: after(at, CREDENTIAL_LIFE) }),
    signCredential: (credential) => pki.signCredential(credential),
    isHolderKey: isP256Key,
  });
  const devices = createDevices({
    store: createSqlDeviceStore(database),
    site: {
      site: site.id,
      rootCertificate: pki.rootCertificate,
      issueReader: async (subject) => (await pki.issueReader(subject)).der,
      currentReader: async (subject) => (await pki.currentReader(subject)).der,
      status: (kiosk) => pki.signStatus(kiosk),
      holderTable: (until) => staff.holderTable(until),
      denyNotice: () => pki.denyNotice(),
    },
    bootstrap: createBootstrapFile(config.kioskBootstrapTokenFile, newToken),
    now,
    newToken,
    hash: hashToken,
    isReaderKey: isP256Key,
  });
  await devices.readyBootstrap();
  const audit = createAudit({ store: createSqlJournalStore(database), now });
  for (const { kiosk, valid, events } of await audit.verify()) {
    if (!valid) logger.error({ code: "stored-chain-broken", kiosk, events }, "a stored journal was changed");
  }

  const pageToken = newToken();
  await writePrivateFile(join(config.dataDir, "page-token"), pageToken);
  const server = await createHttpServer(logger);
  closing(() => closeHttpServer(server));
  const kiosks = checkKiosks(devices);
  server.get("/livez", async () => ({ ok: true }));
  server.get("/readyz", async () => {
    await database.raw("select 1");
    return { ok: true };
  });
  deviceRoutes(server, { devices, kiosks });
  staffRoutes(server, { enrolments: staff.enrolments, kiosks });
  auditRoutes(server, { audit, kiosks });
  const parts = { site, pki, devices, staff, audit, now };
  await overviewRoutes(server, { parts, pageToken, pageFolder: config.statusPageDir });
  const url = `http://127.0.0.1:${await listen(server, config.port)}/`;

  return {
    url,
    pageUrl: `${url}#token=${pageToken}`,
    rootCertificate: pki.rootCertificate,
    async deny(whom) {
      const known = "kiosk" in whom ? await devices.deny(whom.kiosk) : await staff.deny(whom.staffId);
      return known ? pki.deny(whom) : null;
    },
    verifyJournals: () => audit.verify(),
    stop,
  };
}

function readConfig(input: SiteConfigInput): SiteConfig {
  const parsed = SiteConfig.safeParse(input);
  if (parsed.success) return parsed.data;
  const keys = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`);
  throw new WardkeyError("config-invalid", `the configuration is wrong: ${keys.join("; ")}`);
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => instant(Date.now()),
  monotonic: () => performance.now(),
};
