import { createHash } from "node:crypto";
import { codeOf, type Duration, days, seconds } from "@wardkey/protocol";
import type { DesiredBody } from "@wardkey/protocol/fleet";
import { type Device, desiredStatus } from "../domain/device.js";
import type { Shadow } from "../domain/shadow.js";
import type { Downlink } from "./downlink.js";
import type { DeviceIdentities, HolderTables, Log, PolicyTargets, Timers } from "./fleet-ports.js";
import type { Registry } from "./registry.js";
import type { ShadowStore } from "./shadow-port.js";

/** The desired half of the shadows. */
export interface Desired {
  /**
   * Something that `desired` tells of may have changed. Computed, kept and said soon: a single device before the rest, a
   * whole site in portions, so that what is urgent goes between.
   */
  refresh(device: string | "all"): void;
  /** Computed and handed to the downlink before it resolves: for what must not wait behind a whole site. */
  now(device: string): Promise<void>;
  leaseDigest(device: Device, tableDigest: string | null): string;
  /** Says everything once: a crash may have come between keeping and saying. */
  start(): void;
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** A device that was away for a long time still finds its state in force. */
export const STATE_LIFE: Duration = days(30);
const PORTION = 100;
const RETRY: Duration = seconds(2);

export interface DesiredParts {
  readonly store: ShadowStore;
  readonly registry: Pick<Registry, "one" | "list">;
  readonly identities: Pick<DeviceIdentities, "denyEpoch">;
  readonly tables: Pick<HolderTables, "current">;
  readonly policies: PolicyTargets;
  /** A digest over a device's rows of the connection matrix. */
  readonly pairs: (device: string) => string;
  readonly downlink: Pick<Downlink, "send">;
  readonly timers: Timers;
  readonly now: () => number;
  readonly log: Log;
}

export function createDesired(parts: DesiredParts): Desired {
  const { store, registry, identities, tables, policies, pairs, downlink, timers, now, log } = parts;
  const first = new Set<string>();
  const rest = new Set<string>();
  const again = new Set<string>();
  let running: Promise<void> | null = null;
  let cancelRetry: (() => void) | null = null;
  let stopped = false;

  const leaseDigest: Desired["leaseDigest"] = (device, tableDigest) =>
    createHash("sha256")
      .update(JSON.stringify([device.name, device.ward, tableDigest, pairs(device.id)]))
      .digest("base64url");

  const bodyFor = (device: Device, tableDigest: string | null): DesiredBody => {
    const table = device.kind === "kiosk" ? tableDigest : null;
    return {
      policy: policies.of(device.id),
      tableDigest: table,
      denyEpoch: identities.denyEpoch(),
      status: desiredStatus(device.state),
      leaseDigest: leaseDigest(device, table),
    };
  };

  const say = async (device: string, body: DesiredBody, epoch: number): Promise<void> => {
    const sent = await downlink.send({ to: device, kind: "desired", body, epoch, retain: true, expiresIn: STATE_LIFE });
    if (sent.outcome === "refused") log({ code: sent.code, device });
  };

  /** Keeps what changed of these, and answers what is to be said. */
  const keep = async (devices: readonly string[], sayAnyway: ReadonlySet<string>): Promise<Shadow[]> => {
    const known = devices.flatMap((id) => registry.one(id) ?? []);
    const tableDigest = known.some(({ kind }) => kind === "kiosk") ? (await tables.current()).digest : null;
    let toSay: Shadow[] = [];
    await store.exchange(
      known.map(({ id }) => id),
      (shadows) => {
        toSay = [];
        const changed: Shadow[] = [];
        for (const device of known) {
          const shadow = shadows.get(device.id);
          if (shadow === undefined) continue;
          const desired = bodyFor(device, tableDigest);
          const same = JSON.stringify(desired) === JSON.stringify(shadow.desired);
          const next = same ? shadow : { ...shadow, desired, desiredEpoch: shadow.desiredEpoch + 1, desiredAt: now() };
          if (!same) changed.push(next);
          if (!same || sayAnyway.has(device.id)) toSay.push(next);
        }
        return changed;
      },
    );
    return toSay;
  };

  const portion = (): string[] => {
    const taken: string[] = [];
    for (const set of [first, rest]) {
      for (const id of set) {
        if (taken.length === PORTION) return taken;
        set.delete(id);
        taken.push(id);
      }
    }
    return taken;
  };

  const work = async (): Promise<void> => {
    for (let ids = portion(); ids.length > 0 && !stopped; ids = portion()) {
      const anyway = new Set(ids.filter((id) => again.delete(id)));
      try {
        // Side by side, so that what they keep is one write; the portion is the measure.
        const toSay = await keep(ids, anyway);
        await Promise.all(
          toSay.map(async ({ device, desired, desiredEpoch }) => {
            if (desired !== null) await say(device, desired, desiredEpoch);
          }),
        );
      } catch (error) {
        log({ code: "desired-waits", cause: codeOf(error) });
        for (const id of ids) {
          rest.add(id);
          again.add(id);
        }
        cancelRetry?.();
        cancelRetry = timers.after(RETRY, begin);
        return;
      }
    }
  };
  const begin = (): void => {
    if (stopped || running !== null) return;
    running = work().finally(() => {
      running = null;
    });
  };

  return {
    refresh(device) {
      if (device === "all") for (const { id } of registry.list()) rest.add(id);
      else first.add(device);
      begin();
    },
    async now(device) {
      for (const shadow of await keep([device], new Set())) {
        if (shadow.desired !== null) await say(device, shadow.desired, shadow.desiredEpoch);
      }
    },
    leaseDigest,
    start() {
      for (const { id } of registry.list()) {
        rest.add(id);
        again.add(id);
      }
      begin();
    },
    async idle() {
      while (running !== null) await running;
    },
    async stop() {
      stopped = true;
      cancelRetry?.();
      await running;
    },
  };
}
