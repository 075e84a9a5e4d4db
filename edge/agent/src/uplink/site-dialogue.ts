import { type Duration, WardkeyError } from "@wardkey/protocol";
import { type DeviceConnection, type KioskReport, topics } from "@wardkey/protocol/fleet";
import { atMost } from "../at-most.js";
import { systemTimers, type Timers } from "../time.js";
import { Checkpoints } from "./checkpoints.js";
import { CommandDesk } from "./command-desk.js";
import type { DeviceCredentials } from "./credentials.js";
import { DownwardGate } from "./downward-gate.js";
import { type Berth, FleetConnection } from "./fleet-connection.js";
import type { FleetMemory } from "./fleet-memory.js";
import type { FleetTime } from "./fleet-time.js";
import { type LeaseKeeper, leaseIsStale } from "./lease-keeper.js";
import type { Orders } from "./orders.js";
import { Outbox } from "./outbox.js";
import { composeReport } from "./report.js";
import { Reporter } from "./reporter.js";
import type { UplinkSettings } from "./settings.js";
import type { SiteClient } from "./site-client.js";
import { TreeHeads } from "./tree-heads.js";
import type { Troubles } from "./troubles.js";

export interface DialogueSettings {
  readonly settings: UplinkSettings;
  /** Number of this run of the device. */
  readonly session: number;
  readonly memory: FleetMemory;
  readonly time: FleetTime;
  readonly credentials: DeviceCredentials;
  readonly client: SiteClient;
  readonly leases: LeaseKeeper;
  readonly timers: Timers;
  readonly troubles: Troubles;
  readonly orders: () => Orders;
  readonly connection: () => DeviceConnection | null;
  readonly report: () => KioskReport | null;
  readonly keepMemory: () => Promise<void>;
  readonly leaseWanted: () => void;
  /** As a site's other kiosks want theirs too. */
  readonly leaseWantedSoon: () => void;
  readonly standingMayHaveChanged: () => void;
  /** The broker did not let this identity in: HTTPS says why. */
  readonly refused: () => void;
  readonly renewCertificates: () => void;
  readonly wipe: () => Promise<void>;
  readonly changed: () => void;
}

/** What goes to and fro over the broker: status, report, journal and answers up; the fleet's signed will down. */
export class SiteDialogue {
  readonly #parts: DialogueSettings;
  readonly #connection: FleetConnection;
  readonly #outbox: Outbox;
  readonly #checkpoints: Checkpoints;
  readonly #treeHeads: TreeHeads;
  readonly #reporter: Reporter;
  readonly #desk: CommandDesk;
  readonly #alarmed = new Set<string>();
  #gate: { readonly site: string; readonly gate: DownwardGate } | null = null;

  constructor(parts: DialogueSettings) {
    this.#parts = parts;
    const { settings, memory, time, credentials, client, timers, troubles } = parts;
    const { journal, random, newId, clock } = settings;
    const device = settings.kiosk.id;
    const [wallNow, monotonic] = [(): number => clock.now(), (): number => clock.monotonic()];
    const publishEvent = (payload: string): Promise<void> => this.#publish(topics.event, payload, false);
    this.#connection = new FleetConnection({
      berth: () => this.#berth(),
      timers,
      deadlines: systemTimers,
      random,
      received: (topic, payload) => this.#gateNow()?.take(topic, payload) ?? Promise.resolve(),
      up: () => this.#up(),
      down: (code) => this.#down(code),
    });
    this.#outbox = new Outbox({
      journal,
      timers,
      random,
      newId,
      wallNow,
      fleetNow: () => time.now(),
      publish: publishEvent,
      headAtFleet: () => client.eventsHead(),
      acknowledged: (event) => this.#checkpoints.acknowledged(event),
      alarm: (code) => this.#alarm(code),
      say: troubles.of("outbox"),
    });
    this.#checkpoints = new Checkpoints({
      site: () => credentials.trust?.site ?? null,
      device,
      signer: () => credentials.identity?.issuer ?? null,
      now: () => time.now(),
      monotonic,
      newId,
      publish: publishEvent,
    });
    this.#treeHeads = new TreeHeads({
      last: () => memory.treeHead,
      keep: (head) => {
        memory.grow(head);
        void parts.keepMemory();
      },
      proof: (from, to) => client.consistency(from, to),
      alarm: (code) => this.#alarm(code),
      say: troubles.of("tree"),
    });
    this.#desk = new CommandDesk({
      newId,
      wallNow,
      actions: () => ({
        orders: parts.orders(),
        refresh: parts.leaseWanted,
        renewCertificates: parts.renewCertificates,
      }),
      wipe: parts.wipe,
      failed: troubles.of("round"),
      publish: (request, payload) =>
        this.#publish((site, name) => topics.response(site, name, request), payload, false),
    });
    this.#reporter = new Reporter({
      timers,
      monotonic,
      wallNow,
      newId,
      compose: () =>
        composeReport({
          shown: parts.report(),
          policy: parts.orders().policyReference(),
          credentials,
          leases: parts.leases,
          memory,
          time,
          journal,
        }),
      publish: (payload) => this.#publish(topics.reported, payload, true),
      say: troubles.of("report"),
    });
  }

  get connected(): boolean {
    return this.#connection.connected;
  }

  get drops(): ReadonlyMap<string, number> {
    return this.#gate?.gate.drops ?? new Map();
  }

  start(): void {
    this.#connection.start();
  }

  /** Last words: what the journal still holds, a checkpoint, and that this device goes. */
  async stop(within: Duration): Promise<void> {
    if (this.connected) {
      this.#outbox.kick();
      await atMost(within, this.#outbox.settled());
      await atMost(within, this.#checkpoints.look({ closing: true }));
      await atMost(within, this.#publish(topics.status, this.#status("death"), true));
    }
    await this.#connection.stop();
    this.#outbox.disconnected();
    this.#reporter.disconnected();
    await this.#outbox.settled();
    await this.#treeHeads.settled();
  }

  /** Certificates or address changed. */
  reconnect(): Promise<void> {
    return this.#connection.renew();
  }

  journalGrew(): void {
    this.#outbox.kick();
  }

  reportChanged(): void {
    this.#reporter.changed();
  }

  /** Whatever is due by time alone. */
  look(): void {
    this.#treeHeads.again();
    this.#reporter.changed();
    if (this.connected) this.#checkpoints.look({ closing: false }).catch(() => {});
  }

  #berth(): Berth | null {
    const { credentials, connection } = this.#parts;
    const { identity, trust } = credentials;
    const gate = this.#gateNow();
    const url = connection()?.mqttUrl;
    if (identity === null || trust === null || gate === null || url === undefined) return null;
    return {
      url,
      authorities: trust.authorities,
      identity,
      will: { topic: topics.status(trust.site, identity.device), payload: this.#status("death") },
      filters: gate.filters,
    };
  }

  #gateNow(): DownwardGate | null {
    const { credentials, settings, memory, time, troubles, keepMemory } = this.#parts;
    const site = credentials.trust?.site;
    if (site === undefined) return null;
    if (this.#gate?.site === site) return this.#gate.gate;
    const gate = new DownwardGate({
      site,
      device: settings.kiosk.id,
      trust: () => credentials.trust?.trust ?? null,
      memory,
      now: () => time.now(),
      keep: keepMemory,
      dropped: troubles.of("downward"),
      handlers: {
        desired: ({ epoch, body }) => {
          memory.want(epoch, body);
          this.#compareLease();
          this.#parts.standingMayHaveChanged();
        },
        "deny-list": ({ epoch, body }) => {
          memory.deny(epoch, body);
          this.#parts.orders().deniedHolders(memory.deniedHolders);
          this.#parts.standingMayHaveChanged();
          this.#compareLease();
          this.#parts.changed();
        },
        command: (message, topic) => this.#desk.obey(message, topic),
        ack: (message) => this.#outbox.onAcknowledgement(message),
        policy: ({ body }) => this.#parts.orders().policy(body),
        profiles: ({ body }) => this.#parts.orders().profiles(body.signed),
        "tree-head": ({ body }) => this.#treeHeads.see(body),
        risk: ({ body }) => {
          memory.threaten(body);
          this.#parts.orders().risk(body);
        },
        nudge: (message) => this.#parts.orders().nudge(message),
      },
    });
    this.#gate = { site, gate };
    return gate;
  }

  #compareLease(): void {
    const { memory, leases, leaseWantedSoon } = this.#parts;
    const wanted = {
      leaseDigest: memory.desired?.leaseDigest ?? null,
      tableDigest: memory.desired?.tableDigest ?? null,
      denyEpoch: Math.max(memory.denyEpoch, memory.desired?.denyEpoch ?? 0),
    };
    if (leaseIsStale(leases.lease, wanted)) leaseWantedSoon();
  }

  #up(): void {
    this.#parts.troubles.say("broker", null);
    this.#publish(topics.status, this.#status("birth"), true).catch(() => {});
    this.#desk.answer();
    this.#outbox.connected();
    this.#reporter.connected();
    this.#parts.changed();
  }

  #down(code: string): void {
    this.#outbox.disconnected();
    this.#reporter.disconnected();
    if (code !== "stopped" && code !== "renewed") this.#parts.troubles.say("broker", code);
    if (code === "broker-refused-identity") this.#parts.refused();
    this.#parts.changed();
  }

  #status(kind: "birth" | "death"): string {
    const { settings, session } = this.#parts;
    const at = Math.floor(settings.clock.now());
    return JSON.stringify({ v: 1, id: settings.newId(), at, kind, body: { session } });
  }

  #publish(topic: (site: string, device: string) => string, payload: string, retain: boolean): Promise<void> {
    const { credentials, settings } = this.#parts;
    const site = credentials.trust?.site;
    if (site === undefined) return Promise.reject(new WardkeyError("identity-missing", "this kiosk is not enrolled"));
    return this.#connection.publish(topic(site, settings.kiosk.id), payload, { retain });
  }

  /** Told once a run: in the journal, where the fleet and an auditor find it, and in the log. */
  #alarm(code: string): void {
    if (this.#alarmed.has(code)) return;
    this.#alarmed.add(code);
    this.#parts.settings.log({ code });
    this.#parts.settings.journal.note("security.alert", { reason: code });
  }
}
