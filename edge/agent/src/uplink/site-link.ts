import { type Clock, codeOf, type Duration, type Instant, milliseconds, minutes, seconds } from "@wardkey/protocol";
import type {
  CredentialRequest,
  DeviceConnection,
  EnrolmentGrant,
  EnrolmentRequest,
  IssuedCredential,
  KioskReport,
  RiskBody,
} from "@wardkey/protocol/fleet";
import type { ZodType } from "zod";
import type { Journal } from "../journal/index.js";
import { systemTimers, type Timers } from "../time.js";
import { BackOff } from "./back-off.js";
import { type CredentialChange, DeviceCredentials } from "./credentials.js";
import type { SiteAnswer } from "./device-https.js";
import type { FleetMemory, Standing } from "./fleet-memory.js";
import { FleetTime } from "./fleet-time.js";
import { Kept } from "./kept.js";
import { identityNow, type KioskIdentityNow, SteadyTime } from "./lease.js";
import { LeaseKeeper } from "./lease-keeper.js";
import { NO_ORDERS, type Orders } from "./orders.js";
import { openSealing } from "./sealing.js";
import { SiteClient } from "./site-client.js";
import { SiteDialogue } from "./site-dialogue.js";
import { Troubles } from "./troubles.js";

/** How often is looked at what may be due; a call goes out only when something is. */
const LOOK_EVERY: Duration = seconds(30);
/** The lease is short-lived by itself, so it is asked for again long before it ends. */
const LEASE_EVERY: Duration = minutes(15);
const MARK_EVERY: Duration = seconds(30);
/** How long a stop waits for the fleet to take the last events; they are on the disk anyway. */
const LAST_WORDS: Duration = seconds(1);
/** What the fleet answers to an identity that it has denied. */
const TURNED_AWAY = new Set(["device-denied", "certificate-denied"]);

export interface UplinkSettings {
  readonly dataDir: string;
  readonly kiosk: { readonly id: string };
  readonly site: { readonly ticketFile: string; readonly sealingKeyFile?: string | undefined };
  readonly clock: Clock;
  readonly timers: Timers;
  /** 0..1, for jitter. */
  readonly random: () => number;
  /** A fresh UUID each time. */
  readonly newId: () => string;
  readonly journal: Pick<
    Journal,
    "after" | "outbox" | "acknowledge" | "rewind" | "head" | "note" | "onAppended" | "settled"
  >;
  readonly log: (event: { code: string }) => void;
}

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
  readonly #memory: FleetMemory;
  readonly #steady: SteadyTime;
  readonly #time: FleetTime;
  readonly #credentials: DeviceCredentials;
  readonly #client: SiteClient;
  readonly #leases: LeaseKeeper;
  readonly #dialogue: SiteDialogue;
  readonly #troubles: Troubles;
  readonly #patience: BackOff;
  readonly #listeners = new Set<() => void>();
  #orders: Orders = NO_ORDERS;
  #connection: DeviceConnection | null;
  #report: KioskReport | null = null;
  #standing: Standing = "active";
  #askedAt = Number.NEGATIVE_INFINITY;
  #askEvery: Duration = LEASE_EVERY;
  #markedAt = Number.NEGATIVE_INFINITY;
  #round: Promise<void> | null = null;
  #wanted = false;
  #leaseWanted = false;
  #cancel: (() => void)[] = [];
  #stopped = false;

  private constructor(parts: Parts, open: (later: Later) => DeviceCredentials) {
    const { settings, kept, memory, steady, session, connection } = parts;
    const { clock, timers, random, log } = settings;
    this.#settings = settings;
    this.#kept = kept;
    this.#memory = memory;
    this.#steady = steady;
    this.#time = new FleetTime(clock, steady);
    this.#connection = connection;
    this.#troubles = new Troubles(log);
    this.#patience = new BackOff({ first: seconds(1), longest: minutes(5), random });
    this.#credentials = open({ now: () => this.#time.now(), changed: (how) => this.#credentialsChanged(how) });
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
      connection: () => this.#connection,
      report: () => this.#report,
      keepMemory: () => this.#keep(kept.keepMemory(memory)),
      leaseWanted: () => this.#wantLease(),
      standingMayHaveChanged: () => this.#judge(),
      refused: () => this.#wantLease(),
      renewCertificates: () => {
        this.#credentials.renewNow();
        this.hurry();
      },
      wipe: () => this.#wipe(),
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
    await link.#leases.recall();
    link.#standing = link.#standingNow();
    if (link.#standing === "denied") await link.#leases.forget();
    return link;
  }

  start(orders: Orders = NO_ORDERS): void {
    this.#orders = orders;
    this.#cancel.push(this.#settings.journal.onAppended(() => this.#dialogue.journalGrew()));
    this.#dialogue.start();
    this.#next(milliseconds(0));
  }

  /** Sends what the journal still holds, if the fleet takes it at once, says goodbye and ends. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const cancel of this.#cancel.splice(0)) cancel();
    const giveUp = systemTimers.after(LAST_WORDS, () => this.#credentials.end());
    await this.#round;
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
    return key === null ? Promise.reject(new Error("reader-key-missing")) : key.sign(bytes);
  }

  /** Time left to work alone; 0: there is no lease, it has ended, or this kiosk is denied or quarantined. */
  leaseLeft(): Duration {
    return this.#standing === "active" ? this.#leases.left() : milliseconds(0);
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** Staff ids whose credentials the fleet has taken back. */
  get deniedHolders(): ReadonlySet<string> {
    return this.#memory.deniedHolders;
  }

  /** What the fleet says this device is, as it decides its policy; `null` before the first answer. */
  get facts(): { readonly ward: string; readonly tags: readonly string[] } | null {
    return this.#connection;
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
    if (this.#stopped) return;
    if (this.#round !== null) this.#wanted = true;
    else this.#begin();
  }

  /** A new table is wanted now, right after an enrolment; resolves after the lease was asked for. */
  async refresh(): Promise<void> {
    await this.#round;
    this.#leaseWanted = true;
    this.#begin();
    await this.#round;
  }

  beginEnrolment(request: EnrolmentRequest): Promise<SiteAnswer<EnrolmentGrant>> {
    return this.#client.beginEnrolment(request);
  }

  issueCredential(enrolment: string, request: CredentialRequest): Promise<SiteAnswer<IssuedCredential>> {
    return this.#client.issueCredential(enrolment, request);
  }

  /** A call of the device listener that only one capability knows. */
  post<T>(path: string, body: unknown, schema: ZodType<T>): Promise<SiteAnswer<T>> {
    return this.#client.post(path, body, schema);
  }

  #next(delay: Duration): void {
    if (this.#stopped) return;
    const cancel = this.#settings.timers.after(delay, () => this.#begin());
    for (const old of this.#cancel.splice(1)) old();
    this.#cancel.push(cancel);
  }

  #begin(): void {
    if (this.#stopped || this.#round !== null) return;
    this.#round = this.#work()
      .catch((error: unknown) => {
        this.#troubles.say("round", codeOf(error));
        return false;
      })
      .then((well) => {
        this.#round = null;
        if (well) this.#patience.worked();
        const again = this.#wanted;
        this.#wanted = false;
        this.#next(again ? milliseconds(50) : well ? LOOK_EVERY : this.#patience.next());
      });
  }

  /** One look at everything that may be due; answers whether all of it went well. */
  async #work(): Promise<boolean> {
    const upkeep = await this.#credentials.upkeep();
    this.#troubles.say("identity", upkeep.code);
    if (upkeep.reached) this.#heed(upkeep.code);
    if (this.#credentials.identity === null) return this.#tell(false);
    const asked = await this.#ask();
    this.#dialogue.look();
    await this.#mark();
    await this.#leases.forgetWhenEnded();
    return this.#tell(upkeep.code === null && asked);
  }

  async #ask(): Promise<boolean> {
    const now = this.#settings.clock.monotonic();
    if (!this.#leaseWanted && now - this.#askedAt < this.#askEvery) return true;
    const answer = await this.#client.connection();
    this.#troubles.say("connection", answer.ok ? null : answer.code);
    if (!answer.ok) {
      if (answer.reached) this.#heed(answer.code);
      return false;
    }
    this.#time.hear(answer.value.now);
    this.#troubles.say("clock", this.#time.off ? "clock-off" : null);
    if (this.#standing === "denied") this.#heed(null);
    await this.#found(answer.value);
    this.#leaseWanted = false;
    if (this.#standing === "active") {
      const lease = await this.#leases.fetch();
      if (!lease.ok) {
        if (lease.reached) this.#heed(lease.code);
        this.#leaseWanted = true;
        return false;
      }
    }
    this.#askedAt = now;
    this.#askEvery = milliseconds(LEASE_EVERY * (0.75 + this.#settings.random() / 2));
    return true;
  }

  async #found(connection: DeviceConnection): Promise<void> {
    const before = this.#connection;
    this.#connection = connection;
    if (JSON.stringify({ ...before, now: 0 }) !== JSON.stringify({ ...connection, now: 0 })) {
      await this.#keep(this.#kept.keepConnection(connection));
    }
    if (before?.mqttUrl !== connection.mqttUrl) await this.#dialogue.reconnect();
  }

  /** What the fleet answered to this identity: `null` is "come in". Other codes say nothing about it. */
  #heed(code: string | null): void {
    if (code !== null && !TURNED_AWAY.has(code)) return;
    this.#memory.turnedAway(code);
    void this.#keep(this.#kept.keepMemory(this.#memory));
    this.#judge();
  }

  #standingNow(): Standing {
    const serials = [this.#credentials.identity?.serial, this.#leases.lease?.readerSerial];
    return this.#memory.standing(
      this.#settings.kiosk.id,
      serials.filter((serial) => serial !== undefined),
    );
  }

  #judge(): void {
    const standing = this.#standingNow();
    if (standing === this.#standing) return;
    this.#standing = standing;
    this.#settings.log({ code: `device-${standing}` });
    this.#settings.journal.note("security.alert", { reason: `device-${standing}` });
    if (standing !== "active") this.#orders.lock();
    if (standing === "denied") void this.#leases.forget();
    if (standing === "active") this.#wantLease();
    this.#tell();
    this.#dialogue.reportChanged();
  }

  #wantLease(): void {
    this.#leaseWanted = true;
    this.hurry();
  }

  #credentialsChanged(how: CredentialChange): void {
    if (how === "enrolled") {
      this.#memory.readmitted();
      void this.#keep(this.#kept.keepMemory(this.#memory));
      this.#leaseWanted = true;
      this.#judge();
    }
    void this.#dialogue.reconnect();
  }

  async #wipe(): Promise<void> {
    await this.#dialogue.reconnect();
    await this.#leases.forget();
    await this.#credentials.wipe();
    await this.#keep(this.#kept.forgetSite());
    this.#connection = null;
    await this.#orders.wiped();
    this.#tell();
  }

  async #mark(): Promise<void> {
    const now = this.#settings.clock.monotonic();
    if (now - this.#markedAt < MARK_EVERY) return;
    this.#markedAt = now;
    await this.#keep(this.#kept.keepHighestTime(this.#steady.now()));
  }

  /** A disk that takes nothing costs the next start its memory, and this run nothing. */
  async #keep(kept: Promise<void>): Promise<void> {
    this.#troubles.say("keeping", await kept.then(() => null, codeOf));
  }

  #tell(well = true): boolean {
    for (const listener of this.#listeners) listener();
    return well;
  }
}
