import { isTopicId, type MatrixReceive, type MatrixSend, type TopicGrant } from "@wardkey/protocol/fleet";
import type { MatrixStore, Pair } from "./sql-matrix-store.js";

export type PairChange =
  | { readonly ok: true; readonly pair: Pair }
  | {
      readonly ok: false;
      readonly code: "pair-known" | "pair-unknown" | "pair-of-one" | "device-unknown" | "pairs-exceeded";
    };

/**
 * The connection matrix: who may talk to whom on which channel. What is not in it is forbidden. Brokers ask `grant` at
 * every message, so it is answered from memory.
 */
export interface Matrix {
  grant(device: string): TopicGrant;
  /** As the device itself is told: also the pairs whose other end is cut off now. */
  pairsOf(device: string): { sends: MatrixSend[]; receives: MatrixReceive[] };
  pairs(filter?: { device?: string | undefined }): Pair[];
  add(pair: { from: string; to: string; channel: string }, by: string): Promise<PairChange>;
  remove(pair: { from: string; to: string; channel: string }, by: string): Promise<PairChange>;
  /** Takes over what other fleet servers on the same database changed. */
  refresh(): Promise<void>;
}

export interface MatrixParts {
  readonly site: string;
  readonly store: MatrixStore;
  readonly knows: (device: string) => boolean;
  /** Whether machines may exchange messages with it now: neither quarantined nor denied. */
  readonly mayTalk: (device: string) => boolean;
  /** The rights of this device changed: the broker, and what the device is told. */
  readonly onChanged: (device: string) => Promise<void>;
  readonly record: (kind: string, body: Record<string, string>) => Promise<void>;
  readonly now: () => number;
}

/** A broker keeps a right a pair, and a device is told its pairs in one answer. */
const MOST_PAIRS_OF_A_DEVICE = 500;

export async function openMatrix(parts: MatrixParts): Promise<Matrix> {
  const { site, store, knows, mayTalk, onChanged, record, now } = parts;
  const pairs = new Map<string, Pair>();
  const ends = new Map<string, Set<Pair>>();
  const insert = (pair: Pair): void => {
    pairs.set(keyOf(pair), pair);
    for (const end of [pair.from, pair.to]) ends.set(end, (ends.get(end) ?? new Set()).add(pair));
  };
  const drop = (key: string): void => {
    const pair = pairs.get(key);
    if (pair === undefined) return;
    pairs.delete(key);
    for (const end of [pair.from, pair.to]) ends.get(end)?.delete(pair);
  };
  for (const pair of await store.all()) insert(pair);

  /** Both ends, also when telling the first fails: the second must not keep a right for it. */
  const tell = async (pair: Pair): Promise<void> => {
    const told = await Promise.allSettled([onChanged(pair.from), onChanged(pair.to)]);
    for (const one of told) if (one.status === "rejected") throw one.reason;
  };
  const pairsOf = (device: string): { sends: MatrixSend[]; receives: MatrixReceive[] } => {
    const own = [...(ends.get(device) ?? [])];
    return {
      sends: own.filter(({ from }) => from === device).map(({ to, channel }) => ({ to, channel })),
      receives: own.filter(({ to }) => to === device).map(({ from, channel }) => ({ from, channel })),
    };
  };

  return {
    grant(device) {
      if (!mayTalk(device)) return { site, device, sends: [], receives: [] };
      return { site, device, ...pairsOf(device) };
    },
    pairsOf,
    pairs: ({ device } = {}) =>
      [...(device === undefined ? pairs.values() : (ends.get(device) ?? []))].sort((a, b) =>
        keyOf(a) < keyOf(b) ? -1 : 1,
      ),
    async add({ from, to, channel }, by) {
      if (!isTopicId(from) || !isTopicId(to) || !isTopicId(channel) || !knows(from) || !knows(to)) {
        return { ok: false, code: "device-unknown" };
      }
      if (from === to) return { ok: false, code: "pair-of-one" };
      for (const end of [from, to]) {
        if ((ends.get(end)?.size ?? 0) >= MOST_PAIRS_OF_A_DEVICE) return { ok: false, code: "pairs-exceeded" };
      }
      const pair: Pair = { from, to, channel, by, addedAt: now() };
      if (!(await store.insert(pair))) return { ok: false, code: "pair-known" };
      await record("m2m.pair-added", { from, to, channel, by });
      insert(pair);
      await tell(pair);
      return { ok: true, pair };
    },
    async remove({ from, to, channel }, by) {
      const key = keyOf({ from, to, channel });
      const pair = pairs.get(key);
      if (pair === undefined || !(await store.remove(pair))) return { ok: false, code: "pair-unknown" };
      // The right ends before anything that could fail.
      drop(key);
      await tell(pair);
      await record("m2m.pair-removed", { from, to, channel, by });
      return { ok: true, pair };
    },
    async refresh() {
      const kept = new Map((await store.all()).map((pair) => [keyOf(pair), pair]));
      const gone = [...pairs.entries()].filter(([key]) => !kept.has(key)).map(([, pair]) => pair);
      const come = [...kept.entries()].filter(([key]) => !pairs.has(key)).map(([, pair]) => pair);
      for (const pair of gone) drop(keyOf(pair));
      for (const pair of come) insert(pair);
      for (const pair of [...gone, ...come]) await tell(pair);
    },
  };
}

const keyOf = ({ from, to, channel }: { from: string; to: string; channel: string }): string =>
  `${from}/${to}/${channel}`;
