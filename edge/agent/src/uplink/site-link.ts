import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, codeOf, type Duration, type Instant, milliseconds, seconds } from "@wardkey/protocol";
import type {
  CredentialRequest,
  EnrolmentGrant,
  EnrolmentRequest,
  IssuedCredential,
  KioskIdentity,
  KioskLease,
  KioskReport,
} from "@wardkey/protocol/fleet";
import type { Journal } from "../journal/index.js";
import type { Timers } from "../time.js";
import { Kept } from "./kept.js";
import { checkLease, identityNow, type KioskIdentityNow, type Lease, leaseLeft, SteadyTime } from "./lease.js";
import { drainOutbox } from "./outbox.js";
import { openReaderKey, type ReaderKey } from "./reader-key.js";
import { type SiteAnswer, SiteClient } from "./site-client.js";

const POLL: Duration = seconds(2);
/** After this long without an answer the link is shown as degraded although the lease goes on. */
const SILENT: Duration = seconds(8);
const REPORT_EVERY: Duration = seconds(15);
/** How long a stop waits for the site to take the last events; they are on the disk anyway. */
const LAST_WORDS: Duration = seconds(1);
const MARK_EVERY: Duration = seconds(30);

export interface UplinkSettings {
  readonly dataDir: string;
  readonly kiosk: { readonly id: string; readonly name: string; readonly ward: string };
  readonly site: { readonly url: string; readonly bootstrapTokenFile: string };
  readonly clock: Clock;
  readonly timers: Timers;
  /** 0..1, for jitter. */
  readonly random: () => number;
  readonly journal: Pick<Journal, "after" | "outbox" | "acknowledge" | "onAppended">;
  readonly log: (event: { code: string }) => void;
}

type Errand = "round" | "keeping" | "identity" | "lease" | "report" | "outbox";

/** The kiosk's line to its site: identity, lease, reports and the journal's outbox. Everything it does may fail and is tried again. */
export class SiteLink {
  readonly #settings: UplinkSettings;
  readonly #client: SiteClient;
  readonly #key: ReaderKey;
  readonly #kept: Kept;
  readonly #time: SteadyTime;
  #identity: KioskIdentity | null = null;
  #lease: Lease | null = null;
  #heardAt: number | null = null;
  #listeners = new Set<() => void>();
  #report: KioskReport | null = null;
  #reported: { text: string; at: number } | null = null;
  #markedAt = Number.NEGATIVE_INFINITY;
  #round: Promise<void> | null = null;
  #cancel: (() => void)[] = [];
  #wanted = false;
  #stopped = false;
  readonly #said = new Map<Errand, string>();

  private constructor(input: { settings: UplinkSettings; key: ReaderKey; kept: Kept; highest: Instant }) {
    this.#settings = input.settings;
    this.#client = new SiteClient(input.settings.site.url);
    this.#key = input.key;
    this.#kept = input.kept;
    this.#time = new SteadyTime(input.settings.clock, input.highest);
  }

  /** Reads what earlier runs kept. Asks the site for nothing yet. Throws `reader-key-exposed`, `reader-key-invalid`. */
  static async open(settings: UplinkSettings): Promise<SiteLink> {
    const key = await openReaderKey(join(settings.dataDir, "reader-key.pem"));
    const kept = new Kept(settings.dataDir);
    const link = new SiteLink({ settings, key, kept, highest: await kept.highestTime() });
    await link.#recall();
    return link;
  }

  start(): void {
    this.#cancel.push(this.#settings.journal.onAppended(() => this.hurry()));
    this.#next(milliseconds(0));
  }

  /** Sends what the journal still holds, if the site takes it at once, and ends. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const cancel of this.#cancel.splice(0)) cancel();
    const giveUp = this.#settings.timers.after(LAST_WORDS, () => this.#client.end());
    await this.#round;
    if (this.#identity !== null) await this.#drain();
    giveUp();
    this.#client.end();
  }

  /** The kiosk as it proves itself to phones; `null` before the first lease and after its end. */
  current(): KioskIdentityNow | null {
    const lease = this.#lease;
    if (lease === null || leaseLeft(lease, this.#time.now()) <= 0) return null;
    return identityNow(lease);
  }

  get publicKey(): Uint8Array {
    return this.#key.publicKey;
  }

  sign(bytes: Uint8Array): Promise<Uint8Array> {
    return this.#key.sign(bytes);
  }

  /** Time left to work alone, in milliseconds; 0: the lease has ended or there is none. */
  leaseLeft(): Duration {
    return milliseconds(this.#lease === null ? 0 : Math.max(0, leaseLeft(this.#lease, this.#time.now())));
  }

  health(): "ok" | "degraded" | "down" {
    if (this.leaseLeft() <= 0) return "down";
    const heard = this.#heardAt;
    return heard !== null && this.#settings.clock.monotonic() - heard < SILENT ? "ok" : "degraded";
  }

  /** Called when the lease, the table or the health may have changed. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What the status page shows; sent with the next round when it changed. */
  report(report: KioskReport): void {
    const changed = JSON.stringify(report) !== JSON.stringify(this.#report);
    this.#report = report;
    if (changed) this.hurry();
  }

  /** Begins the next round now. */
  hurry(): void {
    if (this.#stopped) return;
    if (this.#round !== null) this.#wanted = true;
    else this.#begin();
  }

  /** A new table is wanted now, right after an enrolment; resolves after the lease was asked for. */
  async refresh(): Promise<void> {
    await this.#round;
    this.#begin();
    await this.#round;
  }

  beginEnrolment(request: EnrolmentRequest): Promise<SiteAnswer<EnrolmentGrant>> {
    return this.#client.beginEnrolment(request);
  }

  issueCredential(enrolment: string, request: CredentialRequest): Promise<SiteAnswer<IssuedCredential>> {
    return this.#client.issueCredential(enrolment, request);
  }

  #next(delay: Duration): void {
    if (this.#stopped) return;
    const cancel = this.#settings.timers.after(delay, () => this.#begin());
    this.#cancel = [...this.#cancel.slice(0, 1), cancel];
  }

  #begin(): void {
    if (this.#stopped || this.#round !== null) return;
    this.#round = this.#work()
      .catch((error: unknown) => this.#say("round", codeOf(error)))
      .finally(() => {
        this.#round = null;
        const again = this.#wanted;
        this.#wanted = false;
        const jitter = 0.75 + this.#settings.random() / 2;
        this.#next(again ? milliseconds(50) : milliseconds(POLL * jitter));
      });
  }

  async #work(): Promise<void> {
    if (this.#identity === null && !(await this.#enrol())) return this.#tell();
    await this.#renew();
    await this.#sendReport();
    await this.#drain();
    await this.#mark();
  }

  async #enrol(): Promise<boolean> {
    const { kiosk, site } = this.#settings;
    const bootstrapToken = (await readFile(site.bootstrapTokenFile, "utf8")).trim();
    const answer = await this.#client.enrolKiosk({
      bootstrapToken,
      ...kiosk,
      readerPublicKey: Buffer.from(this.#key.publicKey).toString("base64url"),
    });
    if (!answer.ok) {
      this.#say("identity", answer.code);
      return false;
    }
    await this.#keep(this.#kept.keepIdentity(answer.value));
    this.#identity = answer.value;
    this.#client.use(answer.value.kioskToken);
    return true;
  }

  async #renew(): Promise<void> {
    if (this.#identity === null) return;
    const answer = await this.#client.lease();
    if (answer.ok) {
      this.#heardAt = this.#settings.clock.monotonic();
      if (this.#take(answer.value)) await this.#keep(this.#kept.keepLease(answer.value));
    } else {
      if (answer.reached) this.#heardAt = this.#settings.clock.monotonic();
      this.#say("lease", answer.code);
    }
    await this.#forgetWhenEnded();
    this.#tell();
  }

  #take(lease: KioskLease): boolean {
    if (this.#identity === null) return false;
    const { kiosk } = this.#settings;
    const check = checkLease(
      { identity: this.#identity, lease, kiosk: kiosk.id, publicKey: this.#key.publicKey },
      this.#time.now(),
    );
    if (!check.ok) {
      this.#say("lease", check.code);
      return false;
    }
    // An older deny epoch than one already known would bring back who was denied since.
    if (this.#lease !== null && check.lease.status.denyEpoch < this.#lease.status.denyEpoch) {
      this.#say("lease", "deny-epoch-regressed");
      return false;
    }
    const sameTable = this.#lease !== null && Buffer.compare(this.#lease.table, check.lease.table) === 0;
    this.#lease = sameTable && this.#lease !== null ? { ...check.lease, table: this.#lease.table } : check.lease;
    this.#say("lease", null);
    return true;
  }

  async #sendReport(): Promise<void> {
    const report = this.#report;
    const now = this.#settings.clock.monotonic();
    if (report === null || this.#identity === null) return;
    const text = JSON.stringify(report);
    if (this.#reported?.text === text && now - this.#reported.at < REPORT_EVERY) return;
    const answer = await this.#client.report(report);
    if (answer.ok) this.#reported = { text, at: now };
    this.#say("report", answer.ok ? null : answer.code);
  }

  async #drain(): Promise<void> {
    this.#say("outbox", await drainOutbox(this.#settings.journal, this.#client));
  }

  async #mark(): Promise<void> {
    const now = this.#settings.clock.monotonic();
    if (now - this.#markedAt < MARK_EVERY) return;
    this.#markedAt = now;
    await this.#keep(this.#kept.keepHighestTime(this.#time.now()));
  }

  /** The table and its keys end with the lease. */
  async #forgetWhenEnded(): Promise<void> {
    if (this.#lease === null || leaseLeft(this.#lease, this.#time.now()) > 0) return;
    this.#lease.table.fill(0);
    this.#lease = null;
    await this.#keep(this.#kept.forgetLease());
    this.#say("lease", "lease-expired");
  }

  async #recall(): Promise<void> {
    this.#identity = await this.#kept.identity();
    if (this.#identity === null) return;
    this.#client.use(this.#identity.kioskToken);
    const lease = await this.#kept.lease();
    // One that ended while the kiosk was off is erased with the template keys in its table.
    if (lease !== null && !this.#take(lease)) await this.#keep(this.#kept.forgetLease());
  }

  /** A disk that takes nothing costs the next start its memory, and this run nothing. */
  async #keep(kept: Promise<void>): Promise<void> {
    this.#say("keeping", await kept.then(() => null, codeOf));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Says a trouble of an errand once, not at every round; `null` when it went well again. */
  #say(errand: Errand, code: string | null): void {
    if (code === null) this.#said.delete(errand);
    else if (this.#said.get(errand) !== code) {
      this.#said.set(errand, code);
      this.#settings.log({ code });
    }
  }
}
