import { join } from "node:path";
import { type Clock, codeOf, WardkeyError } from "@wardkey/protocol";
import { ROLES, type Role } from "@wardkey/protocol/fleet";
import type { FastifyBaseLogger } from "fastify";
import { Registry } from "prom-client";
import { ARCHIVE_KIND, archiveAct, sweepApprovals } from "./assembly/approvals.js";
import { connectEvents } from "./assembly/events.js";
import { openFigures } from "./assembly/figures.js";
import { openLeadership } from "./assembly/leadership.js";
import { openLive, tellOfEvents } from "./assembly/live.js";
import { type Machines, openMachines } from "./assembly/machines.js";
import { type Nudging, openNudging } from "./assembly/nudging.js";
import { openPeople } from "./assembly/people.js";
import { openRecords, type Records } from "./assembly/records.js";
import { openRestored, tellOfRestores } from "./assembly/restored.js";
import { openRisk, type Risks } from "./assembly/risk.js";
import { consoleRoutes, deviceRoutes, type Served } from "./assembly/routes.js";
import { openRules, type Rules } from "./assembly/rules.js";
import { openStorage } from "./assembly/storage.js";
import { problemTitles } from "./assembly/titles.js";
import { openValue } from "./assembly/value.js";
import { createWorld, systemTimers, type Timers, type World } from "./assembly/world.js";
import { createExportAct, EXPORT_KIND } from "./audit/index.js";
import { WIPE_KIND, wipeApproval } from "./devices/index.js";
import type { WardFigures } from "./figures/index.js";
import { type FleetConfigInput, readFleetConfig } from "./fleet-config.js";
import type { Live } from "./live/index.js";
import { ROTATE_KIND, rotationApproval } from "./pki/index.js";
import { type Auth, openAuth } from "./platform/auth/index.js";
import { writePrivateFile } from "./platform/files/secret-file.js";
import { closeApiServer, listenOn } from "./platform/http/api-server.js";
import { consoleOrigins, createConsoleServer } from "./platform/http/console-server.js";
import { createDeviceServer } from "./platform/http/device-server.js";
import { pageFiles } from "./platform/http/page-files.js";
import { observeHttp, processMetrics } from "./platform/telemetry/metrics.js";
import type { Staff } from "./staff/index.js";

/** A running fleet server. */
export interface Fleet {
  /** The console. */
  readonly url: string;
  /** With the page's token of this start in the fragment, which no browser sends to a server. */
  readonly pageUrl: string;
  /** Where the first administrator registers, once; `null` when there is one. */
  readonly setupUrl: string | null;
  /** HTTPS for devices. */
  readonly deviceUrl: string;
  readonly mqttUrl: string;
  /** DER of the root that phones and devices trust. */
  readonly rootCertificate: Uint8Array;
  readonly machines: Machines;
  readonly records: Records;
  readonly rules: Rules;
  readonly staff: Staff;
  readonly auth: Auth;
  /** What open pages are told. */
  readonly live: Live;
  readonly figures: WardFigures;
  readonly nudging: Nudging;
  readonly risks: Risks;
  /** Whether this one of a site's servers listens to its devices. */
  leading(): boolean;
  /** Resolves with a code when this server must be stopped and started anew. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts the fleet server on what `config` names: database, keys, broker, and three listeners. Refuses with
 * `config-invalid`, `already-running`, `port-in-use`, `secret-file-exposed`, a code of the database, of the authorities
 * or of the broker, and leaves nothing open.
 */
export async function startFleet(input: {
  config: FleetConfigInput;
  clock: Clock;
  logger: FastifyBaseLogger;
  timers?: Timers;
  version: string;
}): Promise<Fleet> {
  const opened: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) {
      await close().catch((error: unknown) => input.logger.error({ code: codeOf(error) }, "something did not close"));
    }
  };
  try {
    const { clock, logger, timers = systemTimers } = input;
    const config = readFleetConfig(input.config);
    const world = createWorld({ config, clock, logger, timers, closing: (close) => void opened.push(close) });
    return { ...(await open(world, input.version)), stop: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function open(world: World, version: string): Promise<Omit<Fleet, "stop">> {
  const { config, logger } = world;
  const database = await openStorage(world);
  const leadership = openLeadership(world, database);
  const live = openLive(world);
  const restorations = await openRestored(world, database);
  const own: { machines?: Machines; staff?: Staff; rules?: Rules; risks?: Risks; deviceUrl?: string } = {};
  const machinesHere = (): Machines => present(own.machines);
  const rulesHere = (): Rules => present(own.rules);
  const records = openRecords(world, {
    database,
    trust: () => machinesHere().pki.trust(),
    downlink: () => machinesHere().pki.issuers.downlink(),
    committed: tellOfEvents(live),
    recorded: ({ kind, body, at }) => own.risks?.risk.noteOwn(kind, body, at),
  });
  const { audit, heads } = records;
  const machines = await openMachines(world, {
    database,
    audit,
    restorations,
    others: {
      staff: () => present(own.staff),
      policies: () => rulesHere().policies,
      deviceUrl: () => present(own.deviceUrl),
      risk: () => own.risks?.risk ?? null,
    },
  });
  own.machines = machines;
  const rules = await openRules(world, { database, audit, machines, restorations, live });
  own.rules = rules;
  const { staff, downtime } = await openPeople(world, { database, audit, machines, policies: () => rules.policies });
  own.staff = staff;
  const figures = openFigures(world, { database, machines });
  const nudging = await openNudging(world, {
    ...{ database, audit, machines },
    erased: async () => (await staff.standing()).erased,
  });
  const risks = await openRisk(world, { database, audit, machines, staff, policies: rules.policies, live });
  own.risks = risks;

  const pageToken = world.newToken();
  await writePrivateFile(join(config.dataDir, "page-token"), pageToken);
  const metrics = { registry: new Registry(), token: world.newToken() };
  await writePrivateFile(join(config.dataDir, "metrics-token"), metrics.token);
  const origins = { list: (): readonly string[] => [] };
  const auth = await openAuth(
    {
      database,
      now: () => world.now(),
      randomBytes: (size) => world.randomBytes(size),
      newId: () => world.newId(),
      record: (kind, body) => audit.record(kind, body),
    },
    {
      dataDir: config.dataDir,
      party: {
        id: config.consoleUrl === undefined ? "localhost" : new URL(config.consoleUrl).hostname,
        name: config.siteName,
        origins: () => origins.list(),
      },
    },
  );
  const wipe = wipeApproval(machines.devices.commands);
  auth.approvals.register(WIPE_KIND, {
    ...wipe,
    execute: (args, { id, proposer }) => wipe.execute(args, { id, proposer: { id: proposer } }),
  });
  rules.useApprovals(auth.approvals);
  const record = audit.record.bind(audit);
  auth.approvals.register(ROTATE_KIND, rotationApproval({ takeUp: machines.pki.takeUp, record }));
  const folder = join(config.dataDir, "exports");
  auth.approvals.register(ARCHIVE_KIND, archiveAct(world, { records, roots: () => machines.pki.trust().roots }));
  auth.approvals.register(EXPORT_KIND, createExportAct({ store: records.store, site: config.siteId, folder, record }));

  await auth.approvals.sweep();
  sweepApprovals(world, auth.approvals);

  const titles = problemTitles();
  const secure = config.consoleUrl?.startsWith("https:") ?? false;
  const console = await createConsoleServer({
    logger,
    titles,
    identify: (proof) => auth.signIn.identify(proof),
    pageToken,
    publicUrl: config.consoleUrl,
  });
  origins.list = () => consoleOrigins(console, config.consoleUrl);
  world.closing(() => closeApiServer(console));
  const device = await createDeviceServer({
    tls: machines.pki.tls,
    gate: machines.gate,
    logger,
    clock: world.clock,
    titles,
  });
  world.closing(() => device.close());
  machines.pki.onDenied(() => device.rotateTicketKeys());
  processMetrics(metrics.registry);
  observeHttp(console, { registry: metrics.registry, listener: "console" });
  observeHttp(device.http, { registry: metrics.registry, listener: "device" });
  const served: Served = {
    siteName: config.siteName,
    secure,
    now: () => world.now(),
    ...{ auth, machines, records, rules, staff, downtime, metrics, restorations, live, figures, nudging, risks },
    value: openValue(world, { database, audit, machines, staff, figures }),
    after: world.timers.after.bind(world.timers),
    checks: [
      { name: "database", check: async () => void (await database.select(database.raw("1 as one"))) },
      { name: "keys", check: async () => void (await machines.pki.issuers.signer()) },
    ],
    policyKeptInFiles: config.policyKeptInFiles,
    directories: config.directories,
    proposeWipe: ({ device: id, by }) =>
      auth.approvals.propose({ kind: WIPE_KIND, args: { device: id }, by: { ...by, role: roleOf(by.role) } }),
  };
  consoleRoutes(console, served, () => device.http);
  deviceRoutes(device, served);
  await pageFiles(console, config.consolePageDir);

  const at = await device.listen({ host: config.bind, port: config.ports.devices });
  own.deviceUrl = `https://${config.serverNames[0] ?? "localhost"}:${new URL(at).port}`;
  const port = await listenOn(console, { host: config.bind, port: config.ports.console, key: "ports.console" });
  const url = config.consoleUrl ?? `http://localhost:${port}/`;

  machines.devices.start();
  world.closing(() => machines.devices.stop());
  await leadership.begin({
    async lead() {
      await risks.risk.lead();
      await nudging.start();
      connectEvents(world, {
        machines,
        records,
        rollouts: rules.rollouts,
        downtime,
        restorations,
        live,
        figures,
        nudging,
        risk: risks.risk,
      });
      await machines.devices.lead();
      staff.start();
      rules.policies.start();
      rules.rollouts.start();
      heads.start();
      await machines.devices.firstTickets(config.tickets, writePrivateFile);
      await tellOfRestores(world, { restorations, record });
    },
    follow: [
      machines.matrix.refresh,
      () => rules.rollouts.refresh(),
      restorations.refresh,
      nudging.refresh,
      () => risks.risk.refresh(),
    ],
  });
  await audit.record("server.started", { version });
  world.closing(() => audit.record("server.stopped", {}));
  const linkOf = (secret: string): string => `${url}#set-up=${secret}`;
  const secret = await auth.invitations.openSetUp(linkOf);
  return {
    url,
    pageUrl: `${url}#token=${pageToken}`,
    setupUrl: secret === null ? null : linkOf(secret),
    deviceUrl: own.deviceUrl,
    mqttUrl: machines.broker.url,
    rootCertificate: machines.pki.rootCertificate,
    ...{
      machines,
      records,
      rules,
      staff,
      auth,
      live,
      figures,
      nudging,
      risks,
      leading: leadership.leading,
      ended: leadership.ended,
    },
  };
}

function roleOf(name: string): Role {
  const role = ROLES.find((each) => each === name);
  if (role === undefined) throw new WardkeyError("role-unknown", "an administrator of no known role");
  return role;
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new WardkeyError("start-order", "asked before the fleet server was put together");
  return value;
}
