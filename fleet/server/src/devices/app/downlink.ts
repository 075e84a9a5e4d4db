import { after, type Clock, codeOf, type Duration, hours, milliseconds, minutes, seconds } from "@wardkey/protocol";
import type { Issuer } from "@wardkey/protocol/credential";
import { type AckBody, type DownBody, type DownKind, MAX_DOWN_BYTES, topics } from "@wardkey/protocol/fleet";
import { signDownward, TO_ALL } from "@wardkey/protocol/fleet/signed";
import { repeat } from "../../platform/timers.js";
import { Acknowledgements } from "./acknowledgements.js";
import { DownQueue, type Outgoing } from "./down-queue.js";
import type { DownStateStore } from "./downlink-port.js";
import type { Log, Timers } from "./fleet-ports.js";
import { GroupedWrites } from "./grouped-writes.js";

export interface DownMessage<K extends DownKind = DownKind> {
  /** A device id, or `all`. */
  readonly to: string;
  readonly kind: K;
  readonly body: DownBody<K>;
  readonly epoch: number;
  readonly retain: boolean;
  readonly expiresIn: Duration;
  /** Of a command: its request id, which is its `jti` too. */
  readonly request?: string;
}

export type Sent =
  | { readonly outcome: "sent" | "queued"; readonly id: string }
  | { readonly outcome: "refused"; readonly code: "downlink-full" | "downlink-too-large" | "downlink-older" };

/** The fleet's voice: everything downward is signed here, kept while it is state, and tried until the broker took it. */
export interface Downlink {
  /**
   * `sent`: the broker has it. `queued`: the broker did not take it within the deadline; it is tried again, state without
   * end (only the newest of a topic), a command or nudge until it expires. Throws only when the database or the signing
   * key fails.
   */
  send<K extends DownKind>(message: DownMessage<K>): Promise<Sent>;
  /** What of a device's journal is durable. Told at most four times a second to a device, the newest only. */
  acknowledge(device: string, body: AckBody): void;
  /** Publishes every retained state anew: after the broker came back, was wiped, or took over from another. */
  restate(): Promise<void>;
  /** Forgets a retained state and clears its topic. */
  clear(to: string, kind: DownKind): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** How long `send` waits for the broker before it answers `queued`. */
const ANSWER_WITHIN = seconds(2);
const ACK_LIFE = minutes(10);
const RENEWAL_SWEEP = hours(6);
const PAGE = 500;

export interface DownlinkParts {
  readonly site: string;
  readonly issuer: () => Promise<Issuer>;
  readonly publish: (message: { topic: string; payload: string; retain: boolean }) => Promise<void>;
  readonly store: DownStateStore;
  readonly clock: Clock;
  readonly timers: Timers;
  /** UUIDv7. */
  readonly newId: () => string;
  /** 0..1, for jitter. */
  readonly random: () => number;
  readonly log: Log;
}

export function createDownlink(parts: DownlinkParts): Downlink {
  const { site, issuer, store, clock, timers, newId, log } = parts;
  const sign = async <K extends DownKind>(message: DownMessage<K>, id: string): Promise<string> => {
    const now = clock.now();
    const { kind, body, epoch, to: audience } = message;
    const draft = { site, audience, epoch, kind, body, issuedAt: now, expiresAt: after(now, message.expiresIn), id };
    return signDownward<K>(draft, await issuer());
  };
  const queue = new DownQueue({
    ...{ publish: parts.publish, clock, timers, random: parts.random, log },
    onBack: () => {
      log({ code: "downlink-restated" });
      publishStates((afterTopic) => store.page(afterTopic, PAGE)).catch((error: unknown) =>
        log({ code: "downlink-restatement-failed", cause: codeOf(error) }),
      );
    },
  });
  const states = new GroupedWrites<DownMessage & { topic: string }, "kept" | "older">({
    write: (items) =>
      store.keep(
        items.map(({ topic, to, kind, body, epoch, expiresIn }) => ({
          ...{ topic, audience: to, kind, body, epoch, expiresIn },
          // Half its life is left when it is signed anew: a device that was away for the other half still meets it.
          renewAt: clock.now() + expiresIn / 2,
        })),
      ),
  });
  const outgoing = (message: DownMessage, topic: string, id: string): Outgoing => ({
    id,
    topic,
    retain: message.retain,
    epoch: message.epoch,
    urgent: message.to === TO_ALL || message.kind === "command",
    expiresAt: message.retain ? null : after(clock.now(), message.expiresIn),
    payload: () => sign(message, id),
  });
  const acknowledgements = new Acknowledgements({
    timers,
    tell: (device, body) => {
      const message: DownMessage<"ack"> = {
        ...{ to: device, kind: "ack", body, epoch: body.seq, retain: false, expiresIn: ACK_LIFE },
      };
      queue.add(outgoing(message, topics.acknowledgement(site, device), newId()));
    },
  });
  let stopRenewing: (() => Promise<void>) | null = null;

  const publishStates = async (page: (afterTopic: string) => Promise<readonly KeptState[]>): Promise<void> => {
    for (let afterTopic = ""; ; ) {
      const kept = await page(afterTopic);
      for (const state of kept) await queue.room().then(() => queue.add(outgoingOf(state)));
      const last = kept.at(-1);
      if (last === undefined || kept.length < PAGE) return;
      afterTopic = last.topic;
    }
  };
  const outgoingOf = (state: KeptState): Outgoing => {
    const { topic, audience: to, kind, body, epoch, expiresIn } = state;
    return outgoing({ to, kind, body, epoch, retain: true, expiresIn: milliseconds(expiresIn) }, topic, newId());
  };
  const sweep = async (): Promise<void> => {
    const due = await store.dueForRenewal(clock.now(), PAGE);
    for (const state of due) {
      queue.add(outgoingOf(state));
      await store.renewed(state.topic, clock.now() + state.expiresIn / 2);
    }
    if (due.length === PAGE) await sweep();
  };
  const failed = (error: unknown): void => log({ code: "downlink-renewal-failed", cause: codeOf(error) });

  return {
    async send(message) {
      const topic = topicOf(site, message);
      const id = message.request ?? newId();
      if (message.retain && (await states.add({ ...message, topic })) === "older") {
        return { outcome: "refused", code: "downlink-older" };
      }
      const payload = await sign(message, id);
      if (Buffer.byteLength(payload) > MAX_DOWN_BYTES) {
        if (message.retain) await store.forget(topic);
        return { outcome: "refused", code: "downlink-too-large" };
      }
      const entry = queue.add({ ...outgoing(message, topic, id), first: payload });
      if (entry === null) return { outcome: "refused", code: "downlink-full" };
      return { outcome: await queue.settled(entry, ANSWER_WITHIN), id };
    },
    acknowledge: (device, body) => acknowledgements.note(device, body),
    restate: () => publishStates((afterTopic) => store.page(afterTopic, PAGE)),
    async clear(to, kind) {
      const topic = topicOf(site, { to, kind });
      await store.forget(topic);
      queue.add({
        ...{ id: newId(), topic, retain: true, epoch: Number.MAX_SAFE_INTEGER, urgent: false, expiresAt: null },
        forgets: true,
        payload: async () => "",
      });
    },
    start() {
      stopRenewing ??= repeat({ timers, every: RENEWAL_SWEEP, run: sweep, failed });
    },
    async stop() {
      await stopRenewing?.();
      acknowledgements.stop();
      await states.idle();
      await queue.stop();
    },
  };
}

type KeptState = Awaited<ReturnType<DownStateStore["page"]>>[number];

/** Where a kind is said. Throws for an address at which that kind has no topic: a mistake of the caller's. */
function topicOf(site: string, { to, kind, request }: { to: string; kind: DownKind; request?: string }): string {
  switch (kind) {
    case "desired":
      return topics.desired(site, to);
    case "risk":
      return topics.risk(site, to);
    case "nudge":
      return topics.nudge(site, to);
    case "ack":
      return topics.acknowledgement(site, to);
    case "command":
      if (request === undefined) throw new RangeError("a command needs its request id");
      return topics.command(site, to, request);
    case "deny-list":
    case "policy":
    case "tree-head":
    case "profiles":
      if (to !== TO_ALL) throw new RangeError(`${kind} is said to all`);
      return topics.all(site, kind);
  }
}
