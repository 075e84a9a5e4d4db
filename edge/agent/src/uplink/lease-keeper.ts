import { codeOf, type Duration, milliseconds } from "@wardkey/protocol";
import type { DeviceLease } from "@wardkey/protocol/fleet";
import type { DeviceCredentials } from "./credentials.js";
import type { SiteAnswer } from "./device-https.js";
import type { Kept } from "./kept.js";
import { checkLease, type Lease, leaseLeft, type SteadyTime, tableDigestOf } from "./lease.js";
import type { SiteClient } from "./site-client.js";

export interface LeaseKeeperSettings {
  readonly kiosk: string;
  readonly kept: Kept;
  readonly client: SiteClient;
  readonly credentials: DeviceCredentials;
  readonly time: SteadyTime;
  readonly say: (code: string | null) => void;
  readonly unkept: (code: string | null) => void;
}

/** The lease in force with its table, on the disk and in memory. Both are erased when it ends. */
export class LeaseKeeper {
  readonly #settings: LeaseKeeperSettings;
  #lease: Lease | null = null;

  constructor(settings: LeaseKeeperSettings) {
    this.#settings = settings;
  }

  get lease(): Lease | null {
    return this.#lease;
  }

  /** Time left to work alone; 0: the lease has ended or there is none. */
  left(): Duration {
    return milliseconds(this.#lease === null ? 0 : Math.max(0, leaseLeft(this.#lease, this.#settings.time.now())));
  }

  /** What the run before kept. One that ended while the kiosk was off is erased with the template keys in its table. */
  async recall(): Promise<void> {
    const found = await this.#settings.kept.lease();
    if (found === null || !this.#take(found.lease, found.table)) await this.#keep(this.#settings.kept.forgetLease());
  }

  /** Asks for the lease, and for its table when that is another one. */
  async fetch(): Promise<SiteAnswer<null>> {
    const { client, kept, say } = this.#settings;
    const answer = await client.lease();
    if (!answer.ok) {
      say(answer.code);
      return answer;
    }
    const held = this.#lease?.tableDigest === answer.value.tableDigest ? this.#lease.table : null;
    const table = held ?? (await this.#fetchTable(answer.value));
    if (table === null) return { ok: false, code: "table-unavailable", reached: true };
    if (!this.#take(answer.value, table)) return { ok: false, code: "lease-refused", reached: true };
    await this.#keep(kept.keepLease(answer.value, held === null ? table : null));
    return { ok: true, value: null };
  }

  async forgetWhenEnded(): Promise<void> {
    if (this.#lease === null || this.left() > 0) return;
    await this.forget();
    this.#settings.say("lease-expired");
  }

  async forget(): Promise<void> {
    this.#lease?.table.fill(0);
    this.#lease = null;
    await this.#keep(this.#settings.kept.forgetLease());
  }

  async #fetchTable({ tableDigest }: DeviceLease): Promise<Uint8Array | null> {
    const { client, say } = this.#settings;
    const answer = await client.table(tableDigest);
    if (!answer.ok) say(answer.code);
    else if (tableDigestOf(answer.value) !== tableDigest) say("table-digest-mismatch");
    else return answer.value;
    return null;
  }

  #take(lease: DeviceLease, table: Uint8Array): boolean {
    const { credentials, kiosk, time, say } = this.#settings;
    const trust = credentials.trust?.trust;
    const publicKey = credentials.readerKey?.publicKey;
    if (trust === undefined || publicKey === undefined) return false;
    const check = checkLease({ trust, lease, table, kiosk, publicKey }, time.now());
    if (!check.ok) {
      say(check.code);
      return false;
    }
    // An older deny epoch than one already known would bring back who was denied since.
    if (this.#lease !== null && check.lease.status.denyEpoch < this.#lease.status.denyEpoch) {
      say("deny-epoch-regressed");
      return false;
    }
    if (this.#lease !== null && this.#lease.table !== check.lease.table) this.#lease.table.fill(0);
    this.#lease = check.lease;
    say(null);
    return true;
  }

  /** A disk that takes nothing costs the next start its memory, and this run nothing. */
  async #keep(kept: Promise<void>): Promise<void> {
    this.#settings.unkept(await kept.then(() => null, codeOf));
  }
}

/** Whether what the fleet wants of this device is not what the lease says. */
export function leaseIsStale(
  lease: Lease | null,
  wanted: { leaseDigest: string | null; tableDigest: string | null; denyEpoch: number },
): boolean {
  if (lease === null) return true;
  return (
    (wanted.leaseDigest !== null && wanted.leaseDigest !== lease.leaseDigest) ||
    (wanted.tableDigest !== null && wanted.tableDigest !== lease.tableDigest) ||
    wanted.denyEpoch > lease.status.denyEpoch
  );
}
