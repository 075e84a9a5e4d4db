import { type Duration, type Instant, milliseconds, seconds, WardkeyError } from "@wardkey/protocol";
import type {
  CredentialRequest,
  DeviceConnection,
  EnrolmentBegin,
  EnrolmentGrant,
  IssuedCredential,
  KioskReport,
  RiskBody,
} from "@wardkey/protocol/fleet";
import type { ZodType } from "zod";
import { systemTimers } from "../time.js";
import { type CredentialChange, DeviceCredentials } from "./credentials.js";
import type { SiteAnswer } from "./device-https.js";
import type { FleetMemory, Standing } from "./fleet-memory.js";
import { FleetTime } from "./fleet-time.js";
import { Kept } from "./kept.js";
import { identityNow, type KioskIdentityNow, SteadyTime } from "./lease.js";
import { LeaseKeeper } from "./lease-keeper.js";
import { NO_ORDERS, type Orders } from "./orders.js";
import { Rounds } from "./rounds.js";
import { openSealing } from "./sealing.js";
import type { UplinkSettings } from "./settings.js";
import { SiteClient } from "./site-client.js";
import { SiteDialogue } from "./site-dialogue.js";
import { SiteErrands } from "./site-errands.js";
import { Troubles } from "./troubles.js";

/** How long a stop waits for the fleet to take the last events; they are on the disk anyway. */
const LAST_WORDS: Duration = seconds(1);

interface Parts {
  readonly settings: UplinkSettings;
  readonly kept: Kept;
  readonly memory: FleetMemory;
  readonly steady: SteadyTime;
  readonly session: number;
  readonly connection: DeviceConnection | null;
}

interface Later {
  now: () => Instant;
  changed: (how: CredentialChange) => void;
}

/**
 * The kiosk's line to its site: certificates over EST, lease and table over HTTPS, everything else over MQTT. Whatever it
 * does may fail and is tried again; what a broker or a stranger says is checked before it counts.
 */
export class SiteLink {
  readonly #settings: UplinkSettings;
  readonly #kept: Kept;
  readonly #errands: SiteErrands;
  readonly #memory: FleetMemory;
  readonly #steady: SteadyTime;
  readonly #time: FleetTime;
  readonly #credentials: DeviceCredentials;
  readonly #client: SiteClient;
  readonly #leases: LeaseKeeper;
  readonly #dialogue: SiteDialogue;
  readonly #troubles: Troubles;
  readonly #rounds: Rounds;
  readonly #listeners = new Set<() => void>();
  #orders: Orders = NO_ORDERS;
  #report: KioskReport | null = null;
  #unheard: () => void = () => {};
  #stopped = false;

  private constructor(parts: Parts, open: (later: Later) => DeviceCredentials) {
    const { settings, kept, memory, steady, session, connection } = parts;
    const { clock, timers, random, log } = settings;
    this.#settings = settings;
    this.#kept = kept;
    this.#memory = memory;
    this.#steady = steady;
    this.#time = new FleetTime(clock, steady);
    this.#troubles = new Troubles(log);
    this.#rounds = new Rounds({
      timers,
      random,
      work: () => this.#errands.work(),
      failed: this.#troubles.of("round"),
    });
    this.#credentials = open({ now: () => this.#time.now(), changed: (how) => this.#errands.credentialsChanged(how) });
    this.#client = new SiteClient(() => this.#credentials.https);
    this.#leases = new LeaseKeeper({
      kiosk: settings.kiosk.id,
      kept,
      client: this.#client,
      credentials: this.#credentials,
      time: steady,
      say: this.#troubles.of("lease"),
      unkept: this.#troubles.of("keeping"),
    });
    this.#errands = new SiteErrands({
      settings,
      kept,
      memory,
      steady,
      time: this.#time,
      credentials: this.#credentials,
      client: this.#client,
      leases: this.#leases,
      troubles: this.#troubles,
      connection,
      dialogue: () => this.#dialogue,
      orders: () => this.#orders,
      hurry: () => this.hurry(),
      tell: () => this.#tell(),
    });
    this.#dialogue = new SiteDialogue({
      settings,
      session,
      memory,
      time: this.#time,
      credentials: this.#credentials,
      client: this.#client,
      leases: this.#leases,
      timers,
      troubles: this.#troubles,
      orders: () => this.#orders,
      connection: () => this.#errands.connection,
      report: () => this.#report,
      keepMemory: () => this.#errands.keepMemory(),
      leaseWanted: () => this.#errands.wantLease(),
      leaseWantedSoon: () => this.#errands.wantLeaseSoon(),
      standingMayHaveChanged: () => this.#errands.judge(),
      refused: () => this.#errands.wantLease(),
      renewCertificates: () => {
        this.#credentials.renewNow();
        this.hurry();
      },
      wipe: () => this.#errands.wipe(),
      changed: () => this.#tell(),
    });
  }

  /**
   * Reads what earlier runs kept. Asks the site for nothing yet. Throws `device-key-exposed`, `device-key-invalid`,
   * `sealing-key-missing`, `sealing-key-invalid`.
   */
  static async open(settings: UplinkSettings): Promise<SiteLink> {
    const { dataDir, site, clock, kiosk, random } = settings;
    const kept = new Kept(dataDir, await openSealing(dataDir, site.sealingKeyFile ?? null));
    const steady = new SteadyTime(clock, await kept.highestTime());
    const parts: Parts = {
      settings,
      kept,
      memory: await kept.memory(),
      steady,
      session: await kept.nextSession().catch(() => 0),
      connection: await kept.connection(),
    };
    // The credentials tell the time by the link and tell the link of their changes: both exist before either speaks.
    const later: Later = { now: () => steady.now(), changed: () => {} };
    const credentials = await DeviceCredentials.open({
      dataDir,
      device: kiosk.id,
      ticketFile: site.ticketFile,
      random,
      now: () => later.now(),
      changed: (how) => later.changed(how),
    });
    const link = new SiteLink(parts, (known) => {
      Object.assign(later, known);
      return credentials;
    });
    await link.#errands.recall();
    return link;
  }

  start(orders: Orders = NO_ORDERS): void {
    this.#orders = orders;
    this.#unheard = this.#settings.journal.onAppended(() => this.#dialogue.journalGrew());
    this.#dialogue.start();
    this.#rounds.start();
  }

  /** Sends what the journal still holds, if the fleet takes it at once, says goodbye and ends. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#unheard();
    const giveUp = systemTimers.after(LAST_WORDS, () => this.#credentials.end());
    await this.#rounds.stop();
    await this.#dialogue.stop(LAST_WORDS);
    giveUp();
    this.#credentials.end();
    await this.#kept.settled();
  }

  /** The kiosk as it proves itself to phones; `null` without a lease, and while the fleet does not want it to. */
  current(): KioskIdentityNow | null {
    const { lease } = this.#leases;
    if (lease === null || this.leaseLeft() <= 0) return null;
    return identityNow(lease, this.#memory.deniedHolders);
  }

  /** Of the reader key; empty before the first enrolment. */
  get publicKey(): Uint8Array {
    return this.#credentials.readerKey?.publicKey ?? new Uint8Array();
  }

  sign(bytes: Uint8Array): Promise<Uint8Array> {
    const key = this.#credentials.readerKey;
    return key === null
      ? Promise.reject(new WardkeyError("reader-key-missing", "this kiosk is not enrolled"))
      : key.sign(bytes);
  }

  /** Time left to work alone; 0: there is no lease, it has ended, or this kiosk is denied or quarantined. */
  leaseLeft(): Duration {
    return this.standing === "active" ? this.#leases.left() : milliseconds(0);
  }

  get standing(): Standing {
    return this.#errands.standing;
  }

  /** Staff ids whose credentials the fleet has taken back. */
  get deniedHolders(): ReadonlySet<string> {
    return this.#memory.deniedHolders;
  }

  /** What the fleet says this device is, as it decides its policy; `null` before the first answer. */
  get facts(): { readonly ward: string; readonly tags: readonly string[] } | null {
    return this.#errands.connection;
  }

  /** The fleet's roots; `null` before the first enrolment. */
  get trust(): KioskIdentityNow["trust"] | null {
    return this.#credentials.trust?.trust ?? null;
  }

  /** Wall time that never goes back. */
  steadyNow(): Instant {
    return this.#steady.now();
  }

  get risk(): RiskBody | null {
    return this.#memory.risk;
  }

  /** How many downward messages were dropped, by code. */
  get drops(): ReadonlyMap<string, number> {
    return this.#dialogue.drops;
  }

  health(): "ok" | "degraded" | "down" {
    if (this.leaseLeft() <= 0) return "down";
    return this.#dialogue.connected && !this.#time.off ? "ok" : "degraded";
  }

  /** Called when the lease, the table, the standing or the health may have changed. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What the fleet is shown of this kiosk. */
  report(report: KioskReport): void {
    this.#report = report;
    this.#dialogue.reportChanged();
  }

  /** Another policy is in force: the fleet wants to know. */
  policyChanged(): void {
    this.#dialogue.reportChanged();
  }

  /** Looks now at what is due. */
  hurry(): void {
    this.#rounds.hurry();
  }

  /** A new table is wanted now, right after an enrolment; resolves after the lease was asked for. */
  async refresh(): Promise<void> {
    this.#errands.wantLease();
    await this.#rounds.whole();
  }

  beginEnrolment(request: EnrolmentBegin): Promise<SiteAnswer<EnrolmentGrant>> {
    return this.#client.beginEnrolment(request);
  }

  issueCredential(enrolment: string, request: CredentialRequest): Promise<SiteAnswer<IssuedCredential>> {
    return this.#client.issueCredential(enrolment, request);
  }

  /** A call of the device listener that only one capability knows. */
  post<T>(path: string, body: unknown, schema: ZodType<T>): Promise<SiteAnswer<T>> {
    return this.#client.post(path, body, schema);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
