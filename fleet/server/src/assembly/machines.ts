import { join } from "node:path";
import { codeOf, hours, milliseconds } from "@wardkey/protocol";
import { type DeviceFacts as PolicyFacts, type Settings, weakenedByMove } from "@wardkey/protocol/policy";
import type { Audit } from "../audit/index.js";
import {
  createSqlCommandStore,
  createSqlDownStates,
  createSqlRegistryStore,
  createSqlShadowStore,
  type DeviceFacts,
  type Devices,
  openDevices,
  rememberShadows,
} from "../devices/index.js";
import { createSqlMatrixStore, type Matrix, openMatrix } from "../m2m/index.js";
import { type FleetPki, openPki } from "../pki/index.js";
import type { FleetBroker, Gate } from "../platform/broker/index.js";
import type { Database } from "../platform/sql/database.js";
import type { Policies } from "../policy/index.js";
import type { Restorations } from "../restoration/index.js";
import type { Risk } from "../risk/index.js";
import type { Staff } from "../staff/index.js";
import { openBroker } from "./broker.js";
import { FOLLOW_EVERY } from "./leadership.js";
import type { World } from "./world.js";

/** What other parts tell the machines once they are there; nothing asks before the start is over. */
export interface Others {
  staff(): Staff;
  policies(): Policies;
  deviceUrl(): string;
  /** `null` while the start goes on. */
  risk(): Risk | null;
}

/** Devices and all that speaks for them: certificates, matrix, broker. */
export interface Machines {
  readonly pki: FleetPki;
  readonly devices: Devices;
  readonly matrix: Matrix;
  readonly broker: FleetBroker;
  readonly gate: Gate;
}

export async function openMachines(
  world: World,
  {
    database,
    audit,
    restorations,
    others,
  }: { database: Database; audit: Audit; restorations: Restorations; others: Others },
): Promise<Machines> {
  const { config, clock, timers, logger, closing } = world;
  const now = (): number => world.now();
  const site = { id: config.siteId, name: config.siteName };
  // Each of these knows the others through questions that are asked only when all of them are there.
  const own: { devices?: Devices; matrix?: Matrix; broker?: FleetBroker } = {};
  const devicesHere = (): Devices => present(own.devices);
  const matrixHere = (): Matrix => present(own.matrix);
  const brokerHere = (): FleetBroker => present(own.broker);
  const leaseHours = (device: string, settings: Settings): number =>
    others.risk()?.leaseHours(device, settings) ?? settings["lease.hours"];

  const pki = await openPki({
    folder: join(config.dataDir, "pki"),
    site,
    database,
    clock,
    logger,
    serverNames: config.serverNames,
    deviceUrl: () => others.deviceUrl(),
    lost: () => restorations.lost(),
    deviceNamed: async (device) => {
      const known = devicesHere().registry.one(device);
      return known === null ? null : { name: known.name, ward: known.ward };
    },
  });
  closing(() => pki.stop());
  const gate: Gate = { admit: (peer) => pki.admit(peer), grant: (device) => matrixHere().grant(device) };
  const shadows = createSqlShadowStore(database, restorations.epochFloor);
  const stores = {
    registry: createSqlRegistryStore(database),
    shadows: config.database.kind === "sqlite" ? rememberShadows(shadows) : shadows,
    commands: createSqlCommandStore(database),
    states: createSqlDownStates(database),
  };
  const devices = await openDevices({
    site,
    stores,
    identities: {
      issueTicket: (request) => pki.issueTicket(request),
      denyDevice: (device) => pki.denyDevice(device),
      denyEpoch: () => pki.denyEpoch(),
      async denyList() {
        // Somebody may have reviewed the restore at another server a moment ago.
        if (restorations.gap() !== null) await restorations.refresh();
        const gap = restorations.gap();
        return gap === null ? pki.denyList() : { ...pki.denyList(), gap };
      },
      reader: (subject) => pki.reader(subject),
      // The status is the kiosk's offline lease: how long that is, is policy.
      status: (device) => {
        const facts = devicesHere()
          .facts()
          .find((each) => each.device === device);
        const settings = facts === undefined ? null : others.policies().settingsFor(policyFacts(facts));
        return settings === null ? pki.signStatus(device) : pki.signStatus(device, hours(leaseHours(device, settings)));
      },
      denyNotice: () => pki.denyNotice(),
    },
    downlinkIssuer: () => pki.issuers.downlink(),
    broker: lateBroker(brokerHere),
    tables: {
      current: () => others.staff().table.current(),
      at: (digest) => others.staff().table.at(digest),
    },
    policies: { of: (device) => others.policies().of(device) },
    weakens: (before, after) =>
      weakenedByMove(others.policies().current().document, policyFacts(before), policyFacts(after)).length > 0,
    pairsOf: (device) => matrixHere().pairsOf(device),
    leaseTerms: (device) => ((others.risk()?.statements.of(device)?.level ?? "normal") === "normal" ? "" : "at risk"),
    record: (kind, body) => audit.record(kind, body),
    clock,
    timers: { after: (delay, act) => timers.after(milliseconds(delay), act) },
    newId: () => world.newId(),
    random: Math.random,
    log: ({ code, ...facts }) => logger.warn({ code, ...facts }, code),
    follow: config.database.kind === "postgres" ? FOLLOW_EVERY : null,
  });
  own.devices = devices;
  const matrix = await openMatrix({
    site: site.id,
    store: createSqlMatrixStore(database),
    knows: (device) => devices.registry.one(device) !== null,
    mayTalk: (device) => devices.mayTalk(device),
    onChanged: async (device) => {
      await brokerHere().grantChanged(device);
      devices.desired.refresh(device);
    },
    record: (kind, body) => audit.record(kind, body),
    now,
  });
  own.matrix = matrix;
  // Last: a broker knows from its first moment who may do what.
  const broker = await openBroker(world, { pki, gate, devices: devicesHere });
  own.broker = broker;
  closing(() => broker.stop());
  // An outside broker keeps rights as lists: whoever is added, replaced or let out again gets them at once.
  devices.registry.onChanged(({ id: device }) => {
    broker
      .grantChanged(device)
      .catch((error: unknown) => logger.warn({ code: codeOf(error), device }, "a device's rights at the broker wait"));
  });
  pki.onDenied((denied) => {
    devices.denials
      .onDenied(denied)
      .catch((error: unknown) => logger.error({ code: codeOf(error) }, "a denial did not reach everybody yet"));
  });
  broker.onRefused((attempt) => devices.noteRefused(attempt));
  pki.onIssued((issued) => {
    const { usage, device } = issued;
    if (usage === "identity" && device !== null && devices.registry.one(device)?.state === "awaiting") {
      devices.registry
        .act(device, "enrol")
        .catch((error: unknown) =>
          logger.error({ code: codeOf(error), device }, "an enrolment is not in the registry"),
        );
    }
    audit
      .record("certificate.issued", certificateFacts(issued))
      .catch((error: unknown) => logger.error({ code: codeOf(error) }, "a certificate is not in the audit"));
  });
  return { pki, devices, matrix, broker, gate };
}

/** The broker for who is put together before it. */
function lateBroker(broker: () => FleetBroker): Parameters<typeof openDevices>[0]["broker"] {
  return {
    get url() {
      return broker().url;
    },
    publish: (message) => broker().publish(message),
    cut: (device) => broker().cut(device),
    grantChanged: (device) => broker().grantChanged(device),
    connected: () => broker().connected(),
  };
}

/** The same facts as a policy's groups read them. */
export const policyFacts = ({ device, kind, ward, tags }: DeviceFacts): PolicyFacts => ({
  device,
  kind,
  ward,
  tags: [...tags],
});

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("asked before the fleet server was put together");
  return value;
}

type Issued = Parameters<Parameters<FleetPki["onIssued"]>[0]>[0];

const certificateFacts = ({ usage, profile, device, serial, notAfter }: Issued) => ({
  usage,
  profile,
  device,
  serial,
  notAfter,
});
