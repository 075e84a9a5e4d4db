import { createHmac, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { codeOf, type Duration, days, type Instant, WardkeyError } from "@wardkey/protocol";
import { Identified, type IdentifyRequest } from "@wardkey/protocol/fleet";
import { z } from "zod";
import type { SealedFile } from "../downtime/index.js";

/** How long a badge or phone with its PIN stays known here after the fleet last said yes to it: over a weekend, not over a holiday. */
const REMEMBERED_FOR: Duration = days(3);
/** Wrong PINs before the fleet has to say yes again. */
const TRIES = 5;
/** Of one kiosk: more people than a ward has. */
const MOST = 200;

/** scrypt, RFC 7914, with OWASP's cost for it: 128 MiB a guess. */
export interface PinCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}
export const PIN_COST: PinCost = { N: 2 ** 17, r: 8, p: 1 };

const Key = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const Remembered = z.strictObject({
  badge: Key,
  salt: Key,
  pin: Key,
  who: Identified,
  /** When the fleet last said yes, by the kiosk's steady time. */
  provedAt: z.number(),
  left: z.number().int().min(0).max(TRIES),
});
type Remembered = z.infer<typeof Remembered>;
const Kept = z.strictObject({ v: z.literal(1), key: Key, badges: z.array(Remembered).max(MOST) });
type Kept = z.infer<typeof Kept>;

export type PinRequest = Exclude<IdentifyRequest, { way: "code" }>;

export interface RememberedPorts {
  readonly file: SealedFile;
  /** Wall time that never goes back. */
  readonly at: () => Instant;
  /** Staff ids whom the fleet has cut off, as far as this kiosk has heard. */
  readonly denied: () => ReadonlySet<string>;
  readonly log: (event: { code: string }) => void;
  readonly cost?: PinCost;
}

/**
 * Badges and phones with their PINs that the fleet said yes to at this kiosk, for when the fleet is away. Sealed by the
 * device's key: a keyed name of the badge, or of whom a phone has proven to be its owner, and a slow hash of the PIN, never
 * the number or the PIN. A badge that says a number alone is not remembered: it opens nothing anyway.
 */
export class RememberedPins {
  readonly #ports: RememberedPorts;
  #kept: Kept;
  #turn: Promise<unknown> = Promise.resolve();
  #writing: Promise<unknown> = Promise.resolve();
  #stopped = false;

  private constructor(ports: RememberedPorts, kept: Kept) {
    this.#ports = ports;
    this.#kept = kept;
  }

  /** What was sealed with another key or is damaged is as if it were not there. */
  static async open(ports: RememberedPorts): Promise<RememberedPins> {
    const bytes = await ports.file.read().catch(() => null);
    const kept = bytes === null ? undefined : Kept.safeParse(jsonOf(bytes)).data;
    return new RememberedPins(ports, kept ?? { v: 1, key: fresh(), badges: [] });
  }

  /** The fleet said yes just now. */
  remember(request: PinRequest, who: Identified): Promise<void> {
    if (who.weak) return Promise.resolve();
    return this.#alone(async () => {
      const salt = fresh();
      const pin = await this.#hash(request.pin, salt);
      const badge = this.#nameOf(request);
      const entry = { badge, salt, pin, who, provedAt: this.#ports.at(), left: TRIES };
      await this.#keep([entry, ...this.#others(badge)].slice(0, MOST));
    });
  }

  /** The fleet said no to what would be right here: the PIN was changed, the badge taken back, the person cut off. */
  refused(request: PinRequest): Promise<void> {
    return this.#alone(async () => {
      const found = this.#find(request);
      if (found !== null && (await this.#fits(request.pin, found))) await this.#keep(this.#others(found.badge));
    });
  }

  /** Who it is, as far as this kiosk knows. A guess is paid for on the disk before it is judged. */
  judge(request: PinRequest): Promise<Identified | null> {
    return this.#alone(async () => {
      const found = this.#find(request);
      if (found === null || !this.#counts(found)) {
        await this.#hash(request.pin, fresh());
        return null;
      }
      const left = found.left - 1;
      const charged = left === 0 ? [] : [{ ...found, left }];
      await this.#keep([...charged, ...this.#others(found.badge)]);
      if (!(await this.#fits(request.pin, found))) return null;
      await this.#keep([{ ...found, left: TRIES }, ...this.#others(found.badge)]);
      return found.who;
    });
  }

  /** Erases all of it. */
  forget(): Promise<void> {
    return this.#alone(async () => {
      this.#kept = { v: 1, key: fresh(), badges: [] };
      await this.#ports.file.remove();
    });
  }

  /** Nothing is written after it resolves; a slow hash that is under way is not waited for, and its outcome is lost. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#writing;
  }

  #counts({ provedAt, who }: Remembered): boolean {
    const age = this.#ports.at() - provedAt;
    return age >= 0 && age <= REMEMBERED_FOR && !this.#ports.denied().has(who.staffId);
  }

  #find(request: PinRequest): Remembered | null {
    const name = this.#nameOf(request);
    return this.#kept.badges.find((each) => each.badge === name) ?? null;
  }

  #others(badge: string): Remembered[] {
    return this.#kept.badges.filter((each) => each.badge !== badge && this.#counts(each));
  }

  #nameOf(request: PinRequest): string {
    // No kind of badge is called so.
    const of = request.way === "badge" ? `${request.badge.kind} ${request.badge.uid}` : `phone ${request.staffId}`;
    return createHmac("sha256", Buffer.from(this.#kept.key, "base64url")).update(of).digest("base64url");
  }

  async #fits(pin: string, { salt, pin: wanted }: Remembered): Promise<boolean> {
    return timingSafeEqual(Buffer.from(await this.#hash(pin, salt), "base64url"), Buffer.from(wanted, "base64url"));
  }

  async #hash(pin: string, salt: string): Promise<string> {
    const cost = this.#ports.cost ?? PIN_COST;
    const maxmem = 65_536 + 256 * cost.N * cost.r;
    return (await derive(pin, Buffer.from(salt, "base64url"), 32, { ...cost, maxmem })).toString("base64url");
  }

  /** In memory only what is on the disk: a guess that could not be paid for is not judged. */
  async #keep(badges: readonly Remembered[]): Promise<void> {
    if (this.#stopped) throw new WardkeyError("stopped", "nothing is remembered any more");
    const kept: Kept = { ...this.#kept, badges: [...badges] };
    const written = this.#ports.file.write(Buffer.from(JSON.stringify(kept), "utf8"));
    this.#writing = written.catch(() => undefined);
    await written;
    this.#kept = kept;
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch((error: unknown) => this.#ports.log({ code: codeOf(error) }));
    return turn;
  }
}

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);
const fresh = (): string => randomBytes(32).toString("base64url");

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return null;
  }
}
