import { type Clock, codeOf, type Duration } from "@wardkey/protocol";
import type { Issuer } from "@wardkey/protocol/credential";
import type { DevicePairs } from "@wardkey/protocol/fleet";
import type { FleetBroker, RefusedAttempt } from "../../platform/broker/port.js";
import { type DeviceKind, mayTalk } from "../domain/device.js";
import type { CommandStore } from "./command-port.js";
import { type Commands, createCommands } from "./commands.js";
import { createDenials, type Denials, TICKET_LIFE, type Ticketed } from "./denials.js";
import { createDesired, type Desired } from "./desired.js";
import { createDownlink, type Downlink } from "./downlink.js";
import type { DownStateStore } from "./downlink-port.js";
import { Errands } from "./errands.js";
import { type FirstTicket, issueFirstTickets } from "./first-tickets.js";
import type { DeviceIdentities, HolderTables, Log, PolicyTargets, RecordAct, Timers } from "./fleet-ports.js";
import { createDeviceDesk, type DeviceDesk } from "./lease.js";
import { createDeviceListing, type DeviceListing } from "./listing.js";
import { Refusals } from "./refusals.js";
import { noteRefusedAttempt } from "./refused-attempt.js";
import { type Changed, openRegistry, type Registry } from "./registry.js";
import type { RegistryStore } from "./registry-port.js";
import type { ShadowStore } from "./shadow-port.js";
import { createShadows, type Shadows } from "./shadows.js";

type Words = { name?: string; ward?: string; tags?: readonly string[] };
/** What a policy's groups go by. */
export type DeviceFacts = { device: string; kind: DeviceKind; ward: string; tags: readonly string[] };

export interface DeviceParts {
  readonly site: { readonly id: string; readonly name: string };
  readonly stores: {
    readonly registry: RegistryStore;
    readonly shadows: ShadowStore;
    readonly commands: CommandStore;
    readonly states: DownStateStore;
  };
  readonly identities: DeviceIdentities;
  readonly downlinkIssuer: () => Promise<Issuer>;
  readonly broker: Pick<FleetBroker, "url" | "publish" | "cut" | "grantChanged" | "connected">;
  readonly tables: HolderTables;
  readonly policies: PolicyTargets;
  /** Whether the policy in force asks less of a device with the second facts than with the first. */
  readonly weakens: (before: DeviceFacts, after: DeviceFacts) => boolean;
  /** A device's rows of the connection matrix. */
  readonly pairsOf: (device: string) => Pick<DevicePairs, "sends" | "receives">;
  /** What else decides about a device's lease: it is fetched anew when this changes. Empty as a rule. */
  readonly leaseTerms: (device: string) => string;
  readonly record: RecordAct;
  readonly clock: Clock;
  readonly timers: Timers;
  /** UUIDv7. */
  readonly newId: () => string;
  readonly random: () => number;
  readonly log: Log;
  /** How often to look for what other fleet servers on this database changed; `null`: there are none. */
  readonly follow: Duration | null;
}

export interface Devices {
  readonly registry: Registry;
  readonly downlink: Downlink;
  readonly shadows: Shadows;
  readonly desired: Desired;
  readonly commands: Commands;
  readonly denials: Denials;
  readonly listing: DeviceListing;
  readonly desk: DeviceDesk;
  describe(id: string, words: Words, by: string): Promise<Changed>;
  /** Whether describing it so would weaken its policy. */
  weakens(id: string, words: Words): boolean;
  /** For a device that has not enrolled. */
  ticket(device: string, by: string): Promise<Ticketed>;
  firstTickets(tickets: readonly FirstTicket[], write: (file: string, ticket: string) => Promise<void>): Promise<void>;
  /** Whether machines may exchange messages with it now. */
  mayTalk(device: string): boolean;
  /** What the broker refused, into the audit. */
  noteRefused(attempt: RefusedAttempt): void;
  facts(): DeviceFacts[];
  /** Keeps up with other fleet servers on the same database. */
  start(): void;
  /** What one fleet server of a site does for all: takes up unfinished denials, says what was left unsaid, renews. */
  lead(): Promise<void>;
  stop(): Promise<void>;
}

/** Everything of the devices put together; nothing runs before `start`. */
export async function openDevices(parts: DeviceParts): Promise<Devices> {
  const { stores, identities, broker, tables, record, clock, timers, random, log, newId } = parts;
  const now = (): number => clock.now();
  const registry = await openRegistry({ store: stores.registry, record, now });
  const failed = (error: unknown): void => log({ code: "audit-refused", cause: codeOf(error) });
  const refusals = new Refusals({ record, timers, failed });
  const errands = new Errands({ timers, random, log });
  const downlink = createDownlink({
    ...{ site: parts.site.id, issuer: parts.downlinkIssuer, store: stores.states, clock, timers, newId, random, log },
    publish: (message) => broker.publish(message),
  });
  const desired = createDesired({
    ...{ store: stores.shadows, registry, identities, tables, policies: parts.policies, downlink, timers, now, log },
    pairs: (device) => JSON.stringify(parts.pairsOf(device)) + parts.leaseTerms(device),
  });
  const commands = createCommands({
    ...{ store: stores.commands, shadows: stores.shadows, registry, downlink, record, timers, newId, now },
  });
  const shadows = createShadows({
    ...{ store: stores.shadows, registry, refusals, takeResponse: commands.takeResponse, timers, log, now },
    isConnected: (device) => broker.connected().includes(device),
  });
  const denials = createDenials({
    ...{ registry, shadows: stores.shadows, identities, broker, downlink, desired, errands, record, log },
  });
  const listing = createDeviceListing({ registry, shadows: stores.shadows, now });
  const desk = createDeviceDesk({
    ...{ site: parts.site, registry, shadows: stores.shadows, identities, tables, desired, now },
    mqttUrl: () => broker.url,
    pairsOf: parts.pairsOf,
  });
  const factsOf = (id: string, words: Words = {}): DeviceFacts | null => {
    const device = registry.one(id);
    if (device === null) return null;
    return { device: id, kind: device.kind, ward: words.ward ?? device.ward, tags: words.tags ?? device.tags };
  };
  let cancelFollow: (() => void) | null = null;
  const follow = (every: Duration): void => {
    cancelFollow = timers.after(every, () => {
      registry
        .refresh()
        .catch((error: unknown) => log({ code: "registry-waits", cause: codeOf(error) }))
        .finally(() => {
          if (cancelFollow !== null) follow(every);
        });
    });
  };

  return {
    ...{ registry, downlink, shadows, desired, commands, denials, listing, desk },
    async describe(id, words, by) {
      const before = registry.one(id);
      const changed = await registry.describe(id, words, by);
      if (!changed.ok) return changed;
      desired.refresh(id);
      const { device } = changed;
      const reworded = before !== null && (before.name !== device.name || before.ward !== device.ward);
      // The certificate that phones show to people carries name and ward.
      if (reworded && device.kind === "kiosk") {
        commands
          .send({ device: id, command: "renew-certificates", by })
          .catch((error: unknown) => log({ code: "command-failed", device: id, cause: codeOf(error) }));
      }
      return changed;
    },
    weakens(id, words) {
      const [before, after] = [factsOf(id), factsOf(id, words)];
      return before !== null && after !== null && parts.weakens(before, after);
    },
    async ticket(device, by) {
      const may = await registry.act(device, "ticket");
      if (!may.ok) return may;
      const issued = await identities.issueTicket({
        device,
        profile: may.device.kind,
        ttl: TICKET_LIFE,
        replace: true,
      });
      if (!issued.ok) {
        log({ code: issued.code, device });
        return { ok: false, code: "ticket-refused" };
      }
      // Denied while the ticket was made, which let its name in again: the denial counts.
      const still = await registry.act(device, "ticket");
      if (!still.ok) {
        if (still.code === "device-denied" || still.code === "device-retired") {
          await errands.run(`deny ${device}`, () => identities.denyDevice(device));
        }
        return still;
      }
      await record("device.ticketed", { device, profile: may.device.kind, by });
      return { ok: true, ticket: issued.ticket };
    },
    firstTickets: (tickets, write) => issueFirstTickets({ tickets, registry, identities, write, log }),
    mayTalk(id) {
      const device = registry.one(id);
      return device !== null && mayTalk(device.state);
    },
    noteRefused: (attempt) => noteRefusedAttempt(refusals, attempt),
    facts: () => registry.list().flatMap(({ id }) => factsOf(id) ?? []),
    start() {
      if (parts.follow !== null) follow(parts.follow);
    },
    async lead() {
      downlink.start();
      await denials.start();
      desired.start();
    },
    async stop() {
      cancelFollow?.();
      cancelFollow = null;
      commands.stop();
      await desired.stop();
      await errands.stop();
      await shadows.idle();
      await refusals.flush();
      await downlink.stop();
    },
  };
}
