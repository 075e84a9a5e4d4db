import type { DenyListBody } from "@wardkey/protocol/fleet";
import { type Decision, DenyList } from "../domain/denials.js";
import { LATE_RENEWAL } from "../domain/lifetimes.js";
import type { IssueLog } from "./certificates.js";

/** The site's decisions about who is cut off, in the order of their epochs; never changed, only added to. */
export interface DecisionLog {
  after(epoch: number): Promise<Decision[]>;
  /** Durable when it resolves; all of them or none. */
  append(decisions: readonly Omit<Decision, "epoch">[]): Promise<void>;
}

/** A decision that took effect here, and the devices whose live connections it ends. */
export type Denied = Decision & { readonly devices: readonly string[] };

export interface Denials {
  readonly list: DenyList;
  deny(whom: { device: string } | { holder: string } | { serial: string }): Promise<number>;
  /** Every certificate of the device that has not ended; its name may enrol again. */
  denyCertificates(device: string): Promise<number>;
  readmitDevice(device: string): Promise<number>;
  banHolder(staffId: string): Promise<number>;
  liftHolder(staffId: string): Promise<number>;
  /** The list as it is, under the next epoch. */
  restate(): Promise<number>;
  body(): DenyListBody;
  /** Returns "off". */
  onDenied(listener: (denied: Denied) => void): () => void;
  /** Takes in what another fleet server of the site decided meanwhile. */
  refresh(): Promise<void>;
}

/** What one signed list carries; the newest, because older ones end with the certificates that they name. */
const MOST_LISTED = 10_000;

export async function openDenials(parts: {
  decisions: DecisionLog;
  log: Pick<IssueLog, "living" | "bySerial">;
  now(): number;
  /** Tells of a listener that failed: the others are called all the same. */
  failed(error: unknown): void;
}): Promise<Denials> {
  const { decisions, log, now } = parts;
  const list = new DenyList();
  const listeners = new Set<(denied: Denied) => void>();
  for (const decision of await decisions.after(0)) list.apply(decision);
  let refreshing: Promise<void> = Promise.resolve();
  let queued: Promise<void> | null = null;

  const devicesOf = async ({ kind, whom }: Decision): Promise<string[]> => {
    if (kind === "device") return [whom];
    const device = kind === "serial" ? (await log.bySerial(whom))?.device : null;
    return device === null || device === undefined ? [] : [device];
  };
  const takeIn = async (): Promise<void> => {
    for (const decision of await decisions.after(list.epoch)) {
      // In force before anything is awaited: from here on no look-up lets it pass.
      list.apply(decision);
      const denied: Denied = { ...decision, devices: await devicesOf(decision) };
      for (const listener of listeners) {
        try {
          listener(denied);
        } catch (error) {
          parts.failed(error);
        }
      }
    }
  };
  const refresh = (): Promise<void> => {
    // Who asks while one is under way shares the next: that one begins after this call.
    queued ??= refreshing.then(begin, begin);
    return queued;
  };
  const begin = (): Promise<void> => {
    queued = null;
    refreshing = takeIn();
    return refreshing;
  };
  const decide = async (made: readonly Omit<Decision, "epoch" | "at">[]): Promise<number> => {
    if (made.length > 0) {
      await decisions.append(made.map((one) => ({ ...one, at: now() })));
      await refresh();
    }
    return list.epoch;
  };
  const one = (kind: Decision["kind"], whom: string, needed: boolean): Promise<number> =>
    decide(needed ? [{ kind, whom }] : []);

  return {
    list,
    deny(whom) {
      if ("device" in whom) return one("device", whom.device, !list.deniesDevice(whom.device));
      if ("holder" in whom) return one("holder", whom.holder, !list.deniesHolder(whom.holder));
      return one("serial", whom.serial, !list.deniesSerial(whom.serial));
    },
    async denyCertificates(device) {
      for (;;) {
        // Also identities that ended: for a while they could still renew.
        const living = await log.living([device], now() - LATE_RENEWAL);
        const serials = living.map(({ serial }) => serial).filter((serial) => !list.deniesSerial(serial));
        // Again until nothing is left: a renewal under way may have been recorded beside the first look.
        if (serials.length === 0) return list.epoch;
        await decide(serials.map((whom) => ({ kind: "serial", whom })));
      }
    },
    readmitDevice: (device) => one("device-readmitted", device, list.deniesDevice(device)),
    banHolder: (staffId) => one("holder", staffId, !list.deniesHolder(staffId)),
    liftHolder: (staffId) => one("holder-readmitted", staffId, list.deniesHolder(staffId)),
    restate: () => decide([{ kind: "restated", whom: "fleet" }]),
    body: () => ({
      denyEpoch: list.epoch,
      devices: namesOf(list.devices()),
      holders: namesOf(list.holders()),
      serials: namesOf(list.serials()),
    }),
    onDenied(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh,
  };
}

const namesOf = (decisions: readonly Decision[]): string[] => decisions.slice(0, MOST_LISTED).map(({ whom }) => whom);
