import { uuidV7 } from "@wardkey/protocol/fleet/uuid-v7";
import type { FastifyRequest } from "fastify";
import type { Registry } from "prom-client";
import { auditAdminRoutes, auditDeviceRoutes, auditLogRoutes } from "../audit/index.js";
import { biometricsRoutes } from "../biometrics/index.js";
import { deviceAdminRoutes, kioskRoutes, type ProposeWipe } from "../devices/index.js";
import { type Downtime, downtimeAdminRoutes, downtimeKioskRoutes } from "../downtime/index.js";
import { figureRoutes, type WardFigures } from "../figures/index.js";
import type { FleetConfig } from "../fleet-config.js";
import { type Live, liveRoutes } from "../live/index.js";
import { m2mRoutes } from "../m2m/index.js";
import { nudgeRoutes } from "../nudge/index.js";
import { siteOverviewRoutes } from "../overview/index.js";
import { peripheralRoutes } from "../peripherals/index.js";
import { certificateRoutes, estRoutes } from "../pki/index.js";
import { type Auth, authRoutes } from "../platform/auth/index.js";
import type { ApiServer } from "../platform/http/api-server.js";
import type { DeviceServer } from "../platform/http/device-server.js";
import { openApiRoute } from "../platform/http/openapi.js";
import { openApiDocument } from "../platform/http/openapi-document.js";
import { Refusal } from "../platform/http/problem.js";
import { healthRoutes, type ReadinessCheck } from "../platform/telemetry/health.js";
import { metricsRoute } from "../platform/telemetry/metrics.js";
import { policyRoutes } from "../policy/index.js";
import { type Restorations, restorationRoutes } from "../restoration/index.js";
import { riskRoutes } from "../risk/index.js";
import { importRoutes, kioskStaffRoutes, peopleRoutes, type Staff } from "../staff/index.js";
import { trainingRoutes } from "../training/index.js";
import { type Value, valueRoutes } from "../value/index.js";
import { type Machines, policyFacts } from "./machines.js";
import type { Nudging } from "./nudging.js";
import { policyStandings } from "./policy-standings.js";
import type { Records } from "./records.js";
import type { Risks } from "./risk.js";
import type { Rules } from "./rules.js";
import type { Timers } from "./world.js";

/** Everything that answers over HTTP; the description of the interface is made from the same calls. */
export interface Served {
  readonly siteName: string;
  /** Pages reach the console over TLS. */
  readonly secure: boolean;
  readonly now: () => number;
  readonly auth: Auth;
  readonly machines: Machines;
  readonly records: Records;
  readonly rules: Rules;
  readonly staff: Staff;
  readonly downtime: Downtime;
  readonly restorations: Restorations;
  readonly live: Live;
  readonly figures: WardFigures;
  readonly value: Value;
  readonly nudging: Nudging;
  readonly risks: Risks;
  readonly after: Timers["after"];
  readonly checks: readonly ReadinessCheck[];
  readonly metrics: { readonly registry: Registry; readonly token: string };
  readonly proposeWipe: ProposeWipe;
  readonly policyKeptInFiles: boolean;
  readonly directories: FleetConfig["directories"];
}

/** The administrators' listener. */
export function consoleRoutes(server: ApiServer, served: Served, device: () => ApiServer): void {
  const { auth, machines, records, rules, staff, now } = served;
  healthRoutes(server, served.checks);
  metricsRoute(server, served.metrics);
  openApiRoute(server, () => openApiDocument({ console: server, device: device() }));
  authRoutes(server, { auth, siteName: served.siteName, secure: served.secure });
  deviceAdminRoutes(server, { devices: machines.devices, proposeWipe: served.proposeWipe, now });
  certificateRoutes(server, {
    certificates: (id, page) => machines.pki.shownCertificates(id, page),
    knows: (id) => machines.devices.registry.one(id) !== null,
  });
  m2mRoutes(server, { matrix: machines.matrix });
  peopleRoutes(server, { staff });
  downtimeAdminRoutes(server, { downtime: served.downtime });
  importRoutes(server, { staff, ldap: served.directories });
  policyRoutes(server, {
    ...rules,
    keptInFiles: served.policyKeptInFiles,
    standings: policyStandings(machines.devices, now),
    device: async (id) =>
      machines.devices
        .facts()
        .map(policyFacts)
        .find(({ device: each }) => each === id) ?? null,
  });
  peripheralRoutes(server, { bundles: rules.peripherals, approve: (about) => auth.approvals.propose(about) });
  auditAdminRoutes(server, { ...records, now });
  auditLogRoutes(server, { ...records, trust: () => machines.pki.trust() });
  biometricsRoutes(server, records);
  restorationRoutes(server, {
    restorations: served.restorations,
    now,
    restate: () => machines.pki.restateDenials(),
    record: (kind, body) => records.audit.record(kind, body),
  });
  liveRoutes(server, served);
  figureRoutes(server, { figures: served.figures, now });
  valueRoutes(server, served);
  const { nudging } = served;
  nudgeRoutes(server, { ...nudging, now, record: (kind, body) => records.audit.record(kind, body) });
  riskRoutes(server, {
    ...served.risks,
    now,
    newId: () => uuidV7(now()),
    record: (kind, body) => records.audit.record(kind, body),
  });
  trainingRoutes(server, {
    ...{ training: nudging.training, store: nudging.trainingStore, now },
    standingOf: async (staffId) => (await staff.directory.person(staffId))?.standing ?? null,
    hasWard: (ward) => machines.devices.registry.list().some((device) => device.ward === ward),
  });
  siteOverviewRoutes(server, { machines, records, staff, now, siteName: served.siteName });
}

/** The devices' listener. */
export function deviceRoutes(server: DeviceServer, served: Served): void {
  const { machines, records, staff } = served;
  const callerOf = (request: FastifyRequest) => server.callerOf(request);
  estRoutes(server, {
    est: machines.pki.est,
    crl: (issuer) => machines.pki.crl(issuer),
    refused: ({ device: claimed, code }) => {
      // Without a ticket a name is a stranger's word: one entry for all of them, so that inventing names fills no audit.
      const device = code === "token-refused" ? null : claimed;
      machines.devices.noteRefused({ device, action: "connect", topic: null, code });
    },
  });
  kioskRoutes(server.http, { desk: machines.devices.desk, callerOf });
  kioskStaffRoutes(server.http, { staff, kioskOf: (request) => servingKiosk(machines, callerOf(request).device) });
  downtimeKioskRoutes(server.http, {
    downtime: served.downtime,
    kioskOf: (request) => servingKiosk(machines, callerOf(request).device),
  });
  auditDeviceRoutes(server.http, { audit: records.audit, callerOf });
}

/** About people speak kiosks alone, and none that is quarantined: the gate lets in every machine of the site. */
function servingKiosk({ devices }: Machines, device: string): string {
  const serving = devices.desk.serves(device);
  if (!serving.ok) throw new Refusal(403, serving.code);
  return device;
}
