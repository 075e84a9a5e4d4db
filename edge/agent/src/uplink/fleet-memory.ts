import { DenyListBody, DesiredBody, type Downward, RiskBody, TreeHeadBody } from "@wardkey/protocol/fleet";
import { EpochMemory } from "@wardkey/protocol/fleet/signed";
import { z } from "zod";

const Epoch = z.number().int().nonnegative();
/** Ids of commands, which end on their own: more than this in force at once is no fleet of ours. */
const MAX_COMMANDS = 256;

/** What a fleet restored from a backup does not know of: see `DenyListBody`. */
const Carried = DenyListBody.pick({ devices: true, holders: true, serials: true });
type Carried = z.infer<typeof Carried>;
type KeptList = { epoch: number; body: DenyListBody; carried?: Carried | undefined };

const KeptMemory = z.strictObject({
  v: z.literal(1),
  epochs: z.unknown(),
  denyList: z.strictObject({ epoch: Epoch, body: DenyListBody, carried: Carried.optional() }).nullable(),
  desired: z.strictObject({ epoch: Epoch, body: DesiredBody }).nullable(),
  risk: RiskBody.nullable(),
  treeHead: TreeHeadBody.nullable(),
  commands: z.array(z.strictObject({ id: z.uuid(), until: z.number() })).max(MAX_COMMANDS),
  /** The fleet itself refused this identity over a verified connection. */
  turnedAway: z.string().max(64).nullable(),
  /** Deny-lists up to this epoch do not speak of the identity that is held now. */
  readmittedAt: Epoch,
});
type KeptMemory = z.infer<typeof KeptMemory>;

export type Standing = "active" | "quarantined" | "denied";

const NOBODY: ReadonlySet<string> = new Set();

const emptyMemory = (): KeptMemory => ({
  v: 1,
  epochs: {},
  denyList: null,
  desired: null,
  risk: null,
  treeHead: null,
  commands: [],
  turnedAway: null,
  readmittedAt: 0,
});

/**
 * What this device knows of the fleet's will, across restarts: the newest of each kind, what it has obeyed, and so how
 * it stands with its site itself. Pure: whoever changes it keeps it on the disk.
 */
export class FleetMemory {
  #epochs: EpochMemory;
  #kept: KeptMemory;
  #denied: ReadonlySet<string>;

  private constructor(kept: KeptMemory, epochs: EpochMemory) {
    this.#kept = kept;
    this.#epochs = epochs;
    this.#denied = kept.denyList === null ? NOBODY : new Set(inForce(kept.denyList).holders);
  }

  /** What `toJSON` wrote; anything else is a memory without memories. */
  static from(json: unknown): FleetMemory {
    const parsed = KeptMemory.safeParse(json);
    try {
      const kept = parsed.success ? parsed.data : emptyMemory();
      return new FleetMemory(kept, EpochMemory.from(kept.epochs));
    } catch {
      return new FleetMemory(emptyMemory(), new EpochMemory());
    }
  }

  accept(message: Downward, now: number): "new" | "known" | "old" {
    const place = this.#epochs.accept(message);
    if (message.kind !== "command" || place !== "new") return place;
    // The epoch memory knows the last command alone: another one of the same epoch must not come twice either.
    const live = this.#kept.commands.filter(({ until }) => until >= now);
    if (live.some(({ id }) => id === message.jti)) return "known";
    const commands = [...live, { id: message.jti, until: message.exp * 1_000 }].slice(-MAX_COMMANDS);
    this.#kept = { ...this.#kept, commands };
    return "new";
  }

  get desired(): DesiredBody | null {
    return this.#kept.desired?.body ?? null;
  }

  get risk(): RiskBody | null {
    return this.#kept.risk;
  }

  get treeHead(): TreeHeadBody | null {
    return this.#kept.treeHead;
  }

  get denyEpoch(): number {
    return this.#kept.denyList?.body.denyEpoch ?? 0;
  }

  get deniedHolders(): ReadonlySet<string> {
    return this.#denied;
  }

  want(epoch: number, body: DesiredBody): void {
    this.#kept = { ...this.#kept, desired: { epoch, body } };
  }

  deny(epoch: number, body: DenyListBody): void {
    const denyList: KeptList = {
      epoch,
      body,
      carried: carriedInto(body, this.#kept.denyList, this.#kept.readmittedAt),
    };
    this.#kept = { ...this.#kept, denyList };
    this.#denied = new Set(inForce(denyList).holders);
  }

  threaten(risk: RiskBody): void {
    this.#kept = { ...this.#kept, risk };
  }

  grow(treeHead: TreeHeadBody): void {
    this.#kept = { ...this.#kept, treeHead };
  }

  /** The fleet admitted this identity (`null`), or said why not. */
  turnedAway(code: string | null): void {
    this.#kept = { ...this.#kept, turnedAway: code };
  }

  /** A fresh identity: what was said of the one before is over, what comes next counts again. */
  readmitted(): void {
    const { desired, denyList } = this.#kept;
    this.#kept = {
      ...this.#kept,
      denyList:
        denyList?.carried === undefined ? denyList : { ...denyList, carried: { ...denyList.carried, devices: [] } },
      turnedAway: null,
      readmittedAt: this.denyEpoch,
      desired: desired === null ? null : { ...desired, body: { ...desired.body, status: "active" } },
    };
  }

  /** How this device stands, with the serials of its certificates. */
  standing(device: string, serials: readonly string[]): Standing {
    const { denyList, desired, turnedAway, readmittedAt } = this.#kept;
    const list = denyList === null ? null : inForce(denyList);
    const named = list !== null && this.denyEpoch > readmittedAt && list.devices.includes(device);
    const numbered = list !== null && serials.some((serial) => list.serials.includes(serial));
    if (named || numbered || turnedAway !== null) return "denied";
    return desired?.body.status ?? "active";
  }

  toJSON(): unknown {
    return { ...this.#kept, epochs: this.#epochs.toJSON() };
  }
}

const MOST_CARRIED = 10_000;
const union = (one: readonly string[], other: readonly string[]): string[] =>
  [...new Set([...one, ...other])].slice(0, MOST_CARRIED);
const both = (one: Carried, other: Carried | undefined): Carried => ({
  devices: union(one.devices, other?.devices ?? []),
  holders: union(one.holders, other?.holders ?? []),
  serials: union(one.serials, other?.serials ?? []),
});
const inForce = ({ body, carried }: KeptList): Carried => (carried === undefined ? body : both(body, carried));

/** What is kept beside a new list: whom the one before denied at an epoch that the new one does not know of. */
function carriedInto({ gap }: DenyListBody, before: KeptList | null, readmittedAt: number): Carried | undefined {
  if (gap === undefined || before === null || before.body.denyEpoch <= gap.after) return undefined;
  if (before.body.denyEpoch >= gap.before) return before.carried;
  // A list from before this identity was made does not speak of it.
  const devices = before.body.denyEpoch <= readmittedAt ? [] : before.body.devices;
  return both({ ...before.body, devices }, before.carried);
}
