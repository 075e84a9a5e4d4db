import { type Duration, type Instant, instant, WardkeyError } from "@wardkey/protocol";
import type { SiteTrust } from "@wardkey/protocol/credential";
import {
  type AckBody,
  Checkpoint,
  checkFleetBody,
  type EventMessage,
  FLEET_CLIENT,
  type FleetBody,
  type FleetKind,
  type JournalEvent,
} from "@wardkey/protocol/fleet";
import { verifyStatement } from "@wardkey/protocol/fleet/signed";
import { uuidV7 } from "@wardkey/protocol/fleet/uuid-v7";
import { EMPTY_HEAD, type Head } from "../domain/ingest.js";
import { signedAt } from "../verify/signatures.js";
import { Committer } from "./committer.js";
import type { Alarm, Refused } from "./flush.js";
import type { AuditStore, ChainBreak, StoredEvent } from "./ports.js";
import { createLogProofs, type LogProofs } from "./proofs.js";
import { type StoredChain, verifyStored } from "./verify-stored.js";

/** An event as the status page shows it. */
export type ShownEvent = JournalEvent & { kiosk: string };

export interface AuditParts {
  readonly store: AuditStore;
  now(): number;
  /** UUIDv7 for the fleet's own events. */
  newId?(): string;
  /** By what checkpoints are checked; without it they are refused with `checkpoint-unchecked`. */
  trust?(): SiteTrust;
  /** After the commit that recorded it; once for each device and code. */
  onAlarm?(alarm: Alarm): void;
  /** The database's code of each commit that failed; nothing of it was acknowledged. */
  onFailed?(code: string, waiting: number): void;
  /** After each commit that brought any: how many, and of which kinds. */
  onCommitted?(events: number, kinds: ReadonlySet<string>): void;
  /** An act of the fleet's own is durable. */
  onRecorded?(act: { kind: string; body: JournalEvent["body"]; at: number }): void;
  readonly collectFor?: Duration;
}

export interface Audit {
  /**
   * Takes what continues the device's chain, durable when this resolves, and answers the acknowledgement to send; a
   * refusal names the first entry that does not continue it. Throws `audit-busy` and the codes of the database: then
   * nothing of it was kept, and the device is to send it again.
   */
  ingest(device: string, message: EventMessage): Promise<AckBody>;
  /** The same for entries that came another way. */
  take(device: string, events: readonly JournalEvent[]): Promise<{ head: Head; refusal: Refused | null }>;
  /** An act of the fleet's own, durable when this resolves. Throws `event-body-refused` for a body that its kind forbids. */
  append<K extends FleetKind>(kind: K, body: FleetBody<K>): Promise<void>;
  /** The same for a kind that is known by its name alone. */
  record(kind: string, body: Readonly<Record<string, unknown>>): Promise<void>;
  head(device: string): Promise<Head>;
  /** Whether no alarm was raised about the device's chain. */
  chain(device: string): Promise<{ seq: number; valid: boolean; broken: ChainBreak | null }>;
  /** The same of many at once; a device without a journal is not in it. */
  chains(devices: readonly string[]): Promise<ReadonlyMap<string, { seq: number; valid: boolean }>>;
  /** Recomputes every chain and the log from the store; a changed one raises its alarm. */
  verify(): Promise<{ kiosk: string; valid: boolean; events: number }[]>;
  newest(limit: number): Promise<ShownEvent[]>;
  readonly proofs: LogProofs;
  /** Waits for what is on its way. */
  close(): Promise<void>;
}

export function createAudit(parts: AuditParts): Audit {
  const { store, now } = parts;
  const newId = parts.newId ?? (() => uuidV7(now()));
  const committer = new Committer({
    store,
    now,
    own: ({ source, code, seq }) => ({
      id: newId(),
      at: now(),
      kind: "audit.alarm",
      body: { device: source, code, seq },
    }),
    onCommitted: ({ events, kinds, alarms }) => {
      parts.onCommitted?.(events, kinds);
      for (const alarm of alarms) parts.onAlarm?.(alarm);
    },
    onFailed: (code, waiting) => parts.onFailed?.(code, waiting),
    ...(parts.collectFor === undefined ? {} : { collectFor: parts.collectFor }),
  });

  const take: Audit["take"] = (device, events) => committer.add({ kind: "events", source: device, events });
  const head: Audit["head"] = async (device) => (await store.heads([device])).get(device) ?? EMPTY_HEAD;
  const record: Audit["record"] = async (kind, body) => {
    const checked = checkFleetBody(kind, body);
    if (!checked.ok)
      throw new WardkeyError(checked.code, `the fleet's ${kind} may not carry this: ${checked.keys.join(", ")}`);
    const entry = { id: newId(), at: now(), kind, body: body as JournalEvent["body"] };
    await committer.add({ kind: "own", source: FLEET_CLIENT, entry });
    parts.onRecorded?.(entry);
  };
  const checkpoint = async (device: string, statement: string): Promise<AckBody> => {
    const checked = await checkStatement(parts, { device, statement });
    if (!checked.ok) return ackOf(await head(device), { code: checked.code, seq: 0 });
    const work = { kind: "checkpoint", source: device, checkpoint: checked.checkpoint } as const;
    const outcome = await committer.add(work);
    return ackOf(outcome.head, outcome.refusal);
  };
  return {
    async ingest(device, message) {
      switch (message.kind) {
        case "journal": {
          const { head: reached, refusal } = await take(device, message.body.events);
          return ackOf(reached, refusal);
        }
        case "checkpoint":
          return checkpoint(device, message.body.statement);
      }
    },
    take,
    append: (kind, body) => record(kind, body),
    record,
    head,
    async chain(device) {
      const broken = (await store.breaks([device])).get(device) ?? null;
      return { seq: (await head(device)).seq, valid: broken === null, broken };
    },
    async chains(devices) {
      const [heads, breaks] = await Promise.all([store.heads(devices), store.breaks(devices)]);
      return new Map([...heads].map(([device, { seq }]) => [device, { seq, valid: !breaks.has(device) }]));
    },
    async verify() {
      const report = await verifyStored(store);
      for (const { source, code, seq } of report.findings)
        await committer.add({ kind: "alarm", source: source === "" ? FLEET_CLIENT : source, code, seq });
      return report.chains.filter(({ source }) => source !== FLEET_CLIENT).map(shownChain);
    },
    newest: async (limit) => (await store.list({ limit, before: null, source: null })).map(shownEvent),
    proofs: createLogProofs({ store, log: () => committer.log() }),
    close: () => committer.close(),
  };
}

/** A checkpoint must be this device's own, signed with a certificate that was valid, however long it was on its way. */
async function checkStatement(
  { trust, now }: Pick<AuditParts, "trust" | "now">,
  { device, statement }: { device: string; statement: string },
): Promise<
  | { ok: true; checkpoint: { device: string; id: string; seq: number; head: string; issuedAt: number; jws: string } }
  | { ok: false; code: string }
> {
  if (trust === undefined) return { ok: false, code: "checkpoint-unchecked" };
  // However long it was on its way: what counts is the certificate when it was signed.
  const at: Instant = instant(Math.min(now(), signedAt(statement, "wardkey-statement+jwt") ?? now()));
  const checked = await verifyStatement(statement, { trust: trust(), at, kind: "checkpoint", to: null });
  if (!checked.ok) return { ok: false, code: checked.code };
  const { statement: said } = checked;
  const body = Checkpoint.safeParse(said.body);
  if (!body.success) return { ok: false, code: "statement-malformed" };
  if (said.device !== device) return { ok: false, code: "statement-signature" };
  return { ok: true, checkpoint: { ...body.data, device, id: said.id, issuedAt: said.issuedAt, jws: statement } };
}

const ackOf = ({ seq, hash }: Head, refusal: { code: string; seq: number } | null): AckBody => ({
  seq,
  head: hash,
  refusal: refusal === null ? null : { code: refusal.code, seq: refusal.seq },
});

const shownEvent = ({ source, leaf: _leaf, ...event }: StoredEvent): ShownEvent => ({ ...event, kiosk: source });
const shownChain = ({ source, valid, events }: StoredChain): { kiosk: string; valid: boolean; events: number } => ({
  kiosk: source,
  valid,
  events,
});
