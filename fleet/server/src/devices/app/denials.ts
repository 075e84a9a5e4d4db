import { type Duration, days } from "@wardkey/protocol";
import type { DenyListBody, EnrolmentTicket } from "@wardkey/protocol/fleet";
import { TO_ALL } from "@wardkey/protocol/fleet/signed";
import type { FleetBroker } from "../../platform/broker/port.js";
import type { Desired } from "./desired.js";
import type { Downlink } from "./downlink.js";
import type { Errands } from "./errands.js";
import type { DenyList, DeviceIdentities, Log, RecordAct } from "./fleet-ports.js";
import type { ChangeCode, Registry } from "./registry.js";
import type { ShadowStore } from "./shadow-port.js";

export type Act = { readonly device: string; readonly by: string; readonly reason: string };
export type Denied =
  /** `pending`: what could not be done yet and is tried until it is. */
  | { readonly ok: true; readonly denyEpoch: number; readonly pending: readonly string[] }
  | { readonly ok: false; readonly code: ChangeCode };
export type Ticketed =
  | { readonly ok: true; readonly ticket: EnrolmentTicket }
  | { readonly ok: false; readonly code: ChangeCode | "ticket-refused" };

/**
 * Cutting devices off and letting them back. A denial is first written into the registry, so that no crash forgets it,
 * then into the deny-list of the certificate authority, from when on nobody lets the device in anew; then everything
 * online hears of it, and its live sessions end. Whatever of this fails is tried again until it is done, and none waits
 * for another: a broker that refuses does not keep a stolen device in.
 */
export interface Denials {
  deny(act: Act): Promise<Denied>;
  /** Denied for good: the id is spent. */
  retire(act: { device: string; by: string }): Promise<Denied>;
  /** Locks it at once, leaves it the line on which it hears when it is released. */
  quarantine(act: Act): Promise<Denied>;
  release(act: { device: string; by: string }): Promise<Denied>;
  /** A lost disk or a stolen device: what it had is denied at once, its id goes on with this ticket. */
  replace(act: { device: string; by: string }): Promise<Ticketed>;
  /** The certificate authority denied something or let it in again, here or on another server: tell everybody. */
  onDenied(change: { kind: string; devices: readonly string[] }): Promise<void>;
  /** Takes up what a crash may have left undone. */
  start(): Promise<void>;
}

/** Of the ticket with which a replaced device comes back. */
export const TICKET_LIFE: Duration = days(1);
const LIST_LIFE: Duration = days(30);
const MOST_ENTRIES = 10_000;
/** What of a downward message is left for the list: base64 takes a third, certificates and signature the rest. */
const LIST_BYTES = 160 * 1024;

export function createDenials(parts: {
  registry: Registry;
  shadows: Pick<ShadowStore, "exchange">;
  identities: Pick<DeviceIdentities, "denyDevice" | "denyEpoch" | "denyList" | "issueTicket">;
  broker: Pick<FleetBroker, "cut" | "grantChanged">;
  downlink: Pick<Downlink, "send">;
  desired: Pick<Desired, "now" | "refresh">;
  errands: Errands;
  record: RecordAct;
  log: Log;
}): Denials {
  const { registry, shadows, identities, broker, downlink, desired, errands, record, log } = parts;
  let told = -1;

  const broadcast = async (): Promise<void> => {
    const list = await identities.denyList();
    if (list.denyEpoch <= told) return;
    const body = fitting(list, log);
    const message = { to: TO_ALL, kind: "deny-list", body, epoch: list.denyEpoch, retain: true } as const;
    const sent = await downlink.send({ ...message, expiresIn: LIST_LIFE });
    // Queued is kept by the downlink, and older means that a newer list is out already.
    if (sent.outcome === "refused" && sent.code !== "downlink-older") throw new Refused(sent.code);
    told = Math.max(told, list.denyEpoch);
  };
  const written = (kind: string, body: Record<string, string>): Promise<boolean> =>
    errands.run(`audit ${kind} ${body["device"]}`, () => record(kind, body));

  /** Everything after the intent is in the registry. */
  const cutOff = async (device: string): Promise<readonly string[]> => {
    const tasks: [string, () => Promise<unknown>][] = [[`deny ${device}`, () => identities.denyDevice(device)]];
    const follow: [string, () => Promise<unknown>][] = [
      ["deny-list", broadcast],
      [`desired ${device}`, () => desired.now(device)],
      [`cut ${device}`, () => broker.cut(device)],
    ];
    const pending: string[] = [];
    for (const [name, act] of tasks) if (!(await errands.run(name, act))) pending.push(name);
    const done = await Promise.all(follow.map(([name, act]) => errands.run(name, act)));
    follow.forEach(([name], index) => {
      if (done[index] !== true) pending.push(name);
    });
    // Everybody's `desired` names the deny epoch; the list itself is out already.
    desired.refresh("all");
    return pending;
  };

  const heard = (device: string): Promise<boolean>[] => [
    errands.run(`desired ${device}`, () => desired.now(device)),
    errands.run(`grant ${device}`, () => broker.grantChanged(device)),
  ];
  const outcome = async (device: string, done: Promise<boolean>[]): Promise<Denied> => {
    const all = await Promise.all(done);
    const pending = all.every(Boolean) ? [] : errands.open.filter((name) => name.endsWith(` ${device}`));
    return { ok: true, denyEpoch: identities.denyEpoch(), pending };
  };
  const ticketFor = async (device: string): Promise<Ticketed> => {
    const known = registry.one(device);
    if (known === null) return { ok: false, code: "device-unknown" };
    const issued = await identities.issueTicket({ device, profile: known.kind, ttl: TICKET_LIFE, replace: true });
    if (issued.ok) return { ok: true, ticket: issued.ticket };
    log({ code: issued.code, device });
    return { ok: false, code: "ticket-refused" };
  };

  return {
    async deny({ device, by, reason }) {
      const kept = await registry.act(device, "deny", reason);
      if (!kept.ok) return kept;
      const [pending] = await Promise.all([cutOff(device), written("device.denied", { device, by, reason })]);
      return { ok: true, denyEpoch: identities.denyEpoch(), pending };
    },
    async retire({ device, by }) {
      const kept = await registry.act(device, "retire");
      if (!kept.ok) return kept;
      const [pending] = await Promise.all([cutOff(device), written("device.retired", { device, by })]);
      return { ok: true, denyEpoch: identities.denyEpoch(), pending };
    },
    async quarantine({ device, by, reason }) {
      const kept = await registry.act(device, "quarantine", reason);
      if (!kept.ok) return kept;
      return outcome(device, [...heard(device), written("device.quarantined", { device, by, reason })]);
    },
    async release({ device, by }) {
      const kept = await registry.act(device, "release");
      if (!kept.ok) return kept;
      return outcome(device, [...heard(device), written("device.released", { device, by })]);
    },
    async replace({ device, by }) {
      const known = registry.one(device);
      if (known === null) return { ok: false, code: "device-unknown" };
      if (known.state === "retired") return { ok: false, code: "device-retired" };
      // Denied first and awaited last: a crash in between leaves it denied, never let in.
      const denied = await registry.act(device, "deny", "replaced");
      if (!denied.ok) return denied;
      const pending = await cutOff(device);
      if (pending.includes(`deny ${device}`)) return { ok: false, code: "ticket-refused" };
      // A new disk counts its starts from the beginning.
      await shadows.exchange([device], (found) =>
        [...found.values()].map((shadow) => ({ ...shadow, session: null, regressedAt: null, reportedStamp: null })),
      );
      const kept = await registry.act(device, "replace");
      if (!kept.ok) return kept;
      await record("device.replaced", { device, by });
      await desired.now(device);
      return ticketFor(device);
    },
    async onDenied({ devices, kind }) {
      await Promise.all([
        errands.run("deny-list", broadcast),
        ...devices.map((device) => {
          if (kind === "device-readmitted") return errands.run(`grant ${device}`, () => broker.grantChanged(device));
          return errands.run(`cut ${device}`, () => broker.cut(device));
        }),
      ]);
      desired.refresh("all");
    },
    async start() {
      const list = await identities.denyList();
      const refused = new Set(list.devices);
      for (const { id, state } of registry.list()) {
        if (state !== "denied" && state !== "retired") continue;
        if (!refused.has(id)) await errands.run(`deny ${id}`, () => identities.denyDevice(id));
        await errands.run(`cut ${id}`, () => broker.cut(id));
      }
      await errands.run("deny-list", broadcast);
    },
  };
}

class Refused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/**
 * The list as it travels: newest first, and never too large to travel, for then nobody would hear of the next denial.
 * Should it outgrow a message, the oldest serials give way first, whose certificates the fleet refuses anyway and which
 * are short-lived; then the oldest people, who are no longer in the table either; then devices. What is left out is told
 * in the log.
 */
function fitting(list: DenyList, log: Log): DenyListBody {
  let holders = list.holders.slice(0, MOST_ENTRIES);
  let devices = list.devices.slice(0, MOST_ENTRIES);
  let serials = list.serials.slice(0, MOST_ENTRIES);
  const half = (names: readonly string[]): string[] => names.slice(0, Math.floor(names.length / 2));
  while (JSON.stringify({ devices, holders, serials }).length > LIST_BYTES) {
    if (serials.length > 0) serials = half(serials);
    else if (holders.length > 0) holders = half(holders);
    else devices = half(devices);
  }
  const left =
    list.holders.length - holders.length + list.devices.length - devices.length + list.serials.length - serials.length;
  if (left > 0) log({ code: "deny-list-trimmed", left });
  const body = { denyEpoch: list.denyEpoch, devices: [...devices], holders: [...holders], serials: [...serials] };
  return list.gap === undefined ? body : { ...body, gap: list.gap };
}
