import { codeOf, type Duration, milliseconds, minutes, seconds } from "@wardkey/protocol";
import type { DeviceConnection } from "@wardkey/protocol/fleet";
import type { CredentialChange, DeviceCredentials } from "./credentials.js";
import type { FleetMemory, Standing } from "./fleet-memory.js";
import type { FleetTime } from "./fleet-time.js";
import type { Kept } from "./kept.js";
import type { SteadyTime } from "./lease.js";
import type { LeaseKeeper } from "./lease-keeper.js";
import type { Orders } from "./orders.js";
import type { UplinkSettings } from "./settings.js";
import type { SiteClient } from "./site-client.js";
import type { SiteDialogue } from "./site-dialogue.js";
import type { Troubles } from "./troubles.js";

/** The lease is short-lived by itself, so it is asked for again long before it ends. */
const LEASE_EVERY: Duration = minutes(15);
/** Over which the kiosks of a site spread their calls after news for all of them. */
const FETCH_WITHIN: Duration = seconds(5);
const MARK_EVERY: Duration = seconds(30);
/** What the fleet answers to an identity that it has denied. */
const TURNED_AWAY = new Set(["device-denied", "certificate-denied"]);

export interface ErrandParts {
  readonly settings: UplinkSettings;
  readonly kept: Kept;
  readonly memory: FleetMemory;
  readonly steady: SteadyTime;
  readonly time: FleetTime;
  readonly credentials: DeviceCredentials;
  readonly client: SiteClient;
  readonly leases: LeaseKeeper;
  readonly troubles: Troubles;
  /** Where the broker was in the run before. */
  readonly connection: DeviceConnection | null;
  readonly dialogue: () => SiteDialogue;
  readonly orders: () => Orders;
  /** Begins a round now. */
  readonly hurry: () => void;
  /** Lease, standing or health may have changed. */
  readonly tell: () => void;
}

/** What is due between kiosk and fleet over HTTPS, and how the kiosk stands with its site because of it. */
export class SiteErrands {
  readonly #parts: ErrandParts;
  #connection: DeviceConnection | null;
  #standing: Standing = "active";
  #askedAt = Number.NEGATIVE_INFINITY;
  #askEvery: Duration = LEASE_EVERY;
  #markedAt = Number.NEGATIVE_INFINITY;
  #leaseWanted = false;

  constructor(parts: ErrandParts) {
    this.#parts = parts;
    this.#connection = parts.connection;
  }

  get connection(): DeviceConnection | null {
    return this.#connection;
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** What the run before left: a denied kiosk stays so, and has no lease. */
  async recall(): Promise<void> {
    const { leases } = this.#parts;
    await leases.recall();
    this.#standing = this.#standingNow();
    if (this.#standing === "denied") await leases.forget();
  }

  /** One look at everything that may be due; answers whether all of it went well. */
  async work(): Promise<boolean> {
    const upkeep = await this.#parts.credentials.upkeep();
    this.#parts.troubles.say("identity", upkeep.code);
    if (upkeep.reached) this.#heed(upkeep.code);
    if (this.#parts.credentials.identity === null) return this.#tell(false);
    const asked = await this.#ask();
    this.#parts.dialogue().look();
    await this.#mark();
    await this.#parts.leases.forgetWhenEnded();
    return this.#tell(upkeep.code === null && asked);
  }

  async #ask(): Promise<boolean> {
    const now = this.#parts.settings.clock.monotonic();
    if (!this.#leaseWanted && now - this.#askedAt < this.#askEvery) return true;
    const answer = await this.#parts.client.connection();
    this.#parts.troubles.say("connection", answer.ok ? null : answer.code);
    if (!answer.ok) {
      if (answer.reached) this.#heed(answer.code);
      return false;
    }
    this.#parts.time.hear(answer.value.now);
    this.#parts.troubles.say("clock", this.#parts.time.off ? "clock-off" : null);
    if (this.#standing === "denied") this.#heed(null);
    await this.#found(answer.value);
    this.#leaseWanted = false;
    if (this.#standing === "active") {
      const lease = await this.#parts.leases.fetch();
      if (!lease.ok) {
        if (lease.reached) this.#heed(lease.code);
        // A fleet that was restored from a backup may have forgotten what it certified since.
        if (lease.code === "reader-missing") this.#parts.credentials.renewNow();
        this.#leaseWanted = true;
        return false;
      }
    }
    this.#askedAt = now;
    this.#askEvery = milliseconds(LEASE_EVERY * (0.75 + this.#parts.settings.random() / 2));
    return true;
  }

  async #found(connection: DeviceConnection): Promise<void> {
    const before = this.#connection;
    this.#connection = connection;
    if (JSON.stringify({ ...before, now: 0 }) !== JSON.stringify({ ...connection, now: 0 })) {
      await this.#keep(this.#parts.kept.keepConnection(connection));
    }
    if (before?.mqttUrl !== connection.mqttUrl) await this.#parts.dialogue().reconnect();
  }

  /** What the fleet answered to this identity: `null` is "come in". Other codes say nothing about it. */
  #heed(code: string | null): void {
    if (code !== null && !TURNED_AWAY.has(code)) return;
    this.#parts.memory.turnedAway(code);
    void this.keepMemory();
    this.judge();
  }

  #standingNow(): Standing {
    const serials = [this.#parts.credentials.identity?.serial, this.#parts.leases.lease?.readerSerial];
    return this.#parts.memory.standing(
      this.#parts.settings.kiosk.id,
      serials.filter((serial) => serial !== undefined),
    );
  }

  /** Locks, erases and tells when the kiosk stands otherwise with its site than before. */
  judge(): void {
    const standing = this.#standingNow();
    if (standing === this.#standing) return;
    this.#standing = standing;
    this.#parts.settings.log({ code: `device-${standing}` });
    this.#parts.settings.journal.note("security.alert", { reason: `device-${standing}` });
    if (standing !== "active") this.#parts.orders().lock();
    if (standing === "denied") void this.#parts.leases.forget();
    if (standing === "active") this.wantLease();
    this.#tell();
    this.#parts.dialogue().reportChanged();
  }

  /** At the next round, which begins now, whatever the time since the last one. */
  wantLease(): void {
    this.#leaseWanted = true;
    this.#parts.hurry();
  }

  /** What everybody was told at the same moment is not fetched by everybody at the same moment. */
  wantLeaseSoon(): void {
    this.#leaseWanted = true;
    const { timers, random } = this.#parts.settings;
    timers.after(milliseconds(FETCH_WITHIN * random()), () => this.#parts.hurry());
  }

  credentialsChanged(how: CredentialChange): void {
    if (how === "enrolled") {
      this.#parts.memory.readmitted();
      void this.keepMemory();
      this.#leaseWanted = true;
      this.judge();
    }
    void this.#parts.dialogue().reconnect();
  }

  /** Erases everything that makes this device somebody, and what it has of the site. */
  async wipe(): Promise<void> {
    await this.#parts.dialogue().reconnect();
    await this.#parts.leases.forget();
    await this.#parts.credentials.wipe();
    await this.#keep(this.#parts.kept.forgetSite());
    this.#connection = null;
    await this.#parts.orders().wiped();
    this.#tell();
  }

  async #mark(): Promise<void> {
    const now = this.#parts.settings.clock.monotonic();
    if (now - this.#markedAt < MARK_EVERY) return;
    this.#markedAt = now;
    await this.#keep(this.#parts.kept.keepHighestTime(this.#parts.steady.now()));
  }

  keepMemory(): Promise<void> {
    return this.#keep(this.#parts.kept.keepMemory(this.#parts.memory));
  }

  /** A disk that takes nothing costs the next start its memory, and this run nothing. */
  async #keep(kept: Promise<void>): Promise<void> {
    this.#parts.troubles.say("keeping", await kept.then(() => null, codeOf));
  }

  #tell(well = true): boolean {
    this.#parts.tell();
    return well;
  }
}
