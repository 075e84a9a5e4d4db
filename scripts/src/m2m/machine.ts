import { codeOf, type Instant, instant, WardkeyError } from "@wardkey/protocol";
import { type DenyListBody, DeviceConnection, DevicePairs, parseM2mTopic, topics } from "@wardkey/protocol/fleet";
import { type M2mContent, type M2mMessage, M2mReceiver, type M2mRefusal, signM2m } from "@wardkey/protocol/fleet/m2m";
import { EpochMemory, verifyDownward } from "@wardkey/protocol/fleet/signed";
import { connect as connectTo, type MqttClient } from "mqtt";
import type { z } from "zod";
import { eraseIdentity, type MachineIdentity, openIdentity, renewIdentity } from "./identity.js";
import { keptNumber } from "./kept-number.js";
import { callFleet } from "./site-https.js";

export interface Machine {
  readonly device: string;
  /** Who it may speak to and whom it hears, by the newest connection matrix. */
  pairs(): Pick<DevicePairs, "sends" | "receives">;
  /** Signs for `to` and publishes. `false`: the matrix has no such pair, or the fleet took this machine's rights. */
  say(to: string, channel: string, content: M2mContent): Promise<boolean>;
  /** Ends the connection; the identity stays. */
  stop(): Promise<void>;
}

export interface MachineParts {
  /** What it keeps: its identity, what it last heard. */
  readonly folder: string;
  readonly ticketFile: string;
  readonly now: () => Instant;
  /** UUIDv7. */
  readonly newId: () => string;
  readonly heard?: (message: M2mMessage) => void;
  readonly refused?: (refusal: { code: M2mRefusal | "deny-list-missing"; why: string | null; topic: string }) => void;
  readonly log: (event: { code: string; detail?: string }) => void;
}

const KEEPALIVE_SECONDS = 30;
const LIST_DEADLINE_MS = 10_000;
const CONNECT_WITHIN_MS = 15_000;
const MOST_WAITING = 1_000;
const ANSWERS = { done: 200, unsupported: 501, failed: 500 } as const;

/**
 * A machine of the site as it should be: an identity by ticket and EST, one line to the broker, every message signed and
 * every message checked. Simulates a device's firmware; a real one follows the same steps.
 */
export async function openMachine(parts: MachineParts): Promise<Machine> {
  const { folder, now, newId, log } = parts;
  let identity = await openIdentity({ folder, ticketFile: parts.ticketFile, at: now() });
  const { site, device } = identity;
  const session = await keptNumber(folder, "session", (last) => last + 1);
  const epochs = new EpochMemory();
  let denied: DenyListBody | null = null;
  let standing: "active" | "quarantined" | "denied" = "active";
  let leaseDigest: string | null = null;
  let stopped = false;
  let line: MqttClient | null = null;
  let renewal: NodeJS.Timeout | null = null;
  let listKnown: () => void = () => undefined;
  const list = new Promise<void>((resolve) => {
    listKnown = resolve;
  });

  const ask = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
    const answer = await callFleet({
      url: `${identity.deviceUrl}${path}`,
      roots: identity.roots,
      identity: identity.client,
    });
    if (answer.status !== 200) throw new WardkeyError("fleet-refused", `${path}: ${answer.status}`);
    return schema.parse(JSON.parse(answer.body));
  };
  const connection = await ask("/v1/device/connection", DeviceConnection);
  // The fleet's time counts: a device's own clock may be off by a day.
  const offset = connection.now - now();
  const fleetNow = (): Instant => instant(now() + offset);
  /** By which messages are judged, from the moment that it is known; `pairs`, once the broker knows it too. */
  let heeded: DevicePairs = await ask("/v1/device/pairs", DevicePairs);
  let pairs = heeded;

  const receiver = new M2mReceiver({
    device,
    knowledge: {
      trust: () => identity.trust,
      now: fleetNow,
      paired: (from, channel) => heeded.receives.some((pair) => pair.from === from && pair.channel === channel),
      denied: (sender) =>
        denied === null || denied.devices.includes(sender.device) || denied.serials.includes(sender.serial),
    },
  });

  /** Resolves at the first connection; from then on it connects again by itself, and says each time that it is there. */
  const connect = (): Promise<MqttClient> =>
    new Promise((resolve, reject) => {
      const client = connectTo(connection.mqttUrl, {
        ...{ clientId: device, protocolVersion: 4, clean: false, keepalive: KEEPALIVE_SECONDS, minVersion: "TLSv1.3" },
        ...{ ca: [...identity.roots], key: identity.client.key, cert: identity.client.certificates },
        ...{ resubscribe: false, connectTimeout: CONNECT_WITHIN_MS },
        will: { topic: topics.status(site, device), payload: statusPayload("death"), qos: 1, retain: true },
      });
      line = client;
      const giveUp = setTimeout(() => {
        client.end(true);
        reject(new WardkeyError("broker-unreachable", `${connection.mqttUrl} does not let this machine in`));
      }, CONNECT_WITHIN_MS);
      client.on("error", (error) => log({ code: codeOf(error) }));
      client.on("message", (topic, payload) => queue(topic, payload.toString()));
      client.on("connect", () => {
        present(client).then(
          () => {
            clearTimeout(giveUp);
            resolve(client);
          },
          (error: unknown) => log({ code: codeOf(error) }),
        );
      });
    });
  const present = async (client: MqttClient): Promise<void> => {
    const own = [topics.desired(site, device), topics.commands(site, device), topics.all(site, "deny-list")];
    await client.subscribeAsync(own, { qos: 1 });
    await subscribePairs(client);
    await client.publishAsync(topics.status(site, device), statusPayload("birth"), { qos: 1, retain: true });
  };
  const subscribePairs = async (client: MqttClient): Promise<void> => {
    for (const { from, channel } of heeded.receives) {
      await client.subscribeAsync(topics.m2m(site, { from, to: device, channel }), { qos: 1 });
    }
  };
  const statusPayload = (kind: "birth" | "death"): string =>
    JSON.stringify({ v: 1, id: newId(), at: fleetNow(), kind, body: { session } });

  /**
   * Orders of the fleet in order, and messages of machines in order. The two apart, and apart from the connection's own
   * packets: an order may need an answer of the broker, and the first message waits for the deny-list.
   */
  const lanes = { orders: Promise.resolve(), messages: Promise.resolve(), waiting: 0 };
  const queue = (topic: string, payload: string): void => {
    if (lanes.waiting >= MOST_WAITING) {
      log({ code: "messages-waiting" });
      return;
    }
    lanes.waiting += 1;
    const lane = parseM2mTopic(topic) === undefined ? "orders" : "messages";
    lanes[lane] = lanes[lane]
      .then(() => (lane === "orders" ? hearOrder(topic, payload) : hearMachine(topic, payload)))
      .catch((error: unknown) => log({ code: codeOf(error), detail: lane }))
      .finally(() => {
        lanes.waiting -= 1;
      });
  };
  const hearOrder = async (topic: string, payload: string): Promise<void> => {
    if (topic === topics.all(site, "deny-list")) return hearDenyList(payload);
    if (topic === topics.desired(site, device)) return hearDesired(payload);
    const command = topics.commands(site, device).slice(0, -1);
    if (topic.startsWith(command)) return obey(topic.slice(command.length), payload);
  };
  const hearMachine = async (topic: string, payload: string): Promise<void> => {
    if (denied === null) await Promise.race([list, deadline(LIST_DEADLINE_MS)]);
    if (denied === null) return parts.refused?.({ code: "deny-list-missing", why: null, topic });
    const outcome = await receiver.receive(topic, payload);
    if (outcome.ok) parts.heard?.(outcome.message);
    else parts.refused?.({ code: outcome.code, why: outcome.why, topic });
  };
  const hearDenyList = async (payload: string): Promise<void> => {
    const read = await verifyDownward(payload, { trust: identity.trust, device, kind: "deny-list", at: fleetNow() });
    if (!read.ok) return log({ code: read.code });
    if (epochs.accept(read.message) === "old") return log({ code: "downward-old" });
    denied = read.message.body;
    listKnown();
  };
  const hearDesired = async (payload: string): Promise<void> => {
    const read = await verifyDownward(payload, { trust: identity.trust, device, kind: "desired", at: fleetNow() });
    if (!read.ok) return log({ code: read.code });
    if (epochs.accept(read.message) === "old") return log({ code: "downward-old" });
    const { body } = read.message;
    standing = body.status;
    if (body.leaseDigest === leaseDigest) return;
    leaseDigest = body.leaseDigest;
    await refreshPairs();
  };
  const refreshPairs = async (): Promise<void> => {
    heeded = await ask("/v1/device/pairs", DevicePairs);
    if (line !== null) await subscribePairs(line);
    pairs = heeded;
  };
  const obey = async (request: string, payload: string): Promise<void> => {
    const read = await verifyDownward(payload, { trust: identity.trust, device, kind: "command", at: fleetNow() });
    if (!read.ok) return log({ code: read.code });
    if (read.message.jti !== request || epochs.accept(read.message) !== "new") return log({ code: "downward-old" });
    const { command } = read.message.body;
    const answer = await act(command).catch((error: unknown) => ({ status: ANSWERS.failed, code: codeOf(error) }));
    const body = { v: 1, id: newId(), at: fleetNow(), kind: "response", body: answer };
    await line?.publishAsync(topics.response(site, device, request), JSON.stringify(body), { qos: 1 });
    if (command === "wipe") await stop();
    // The answer must be out before the line that carries it is replaced.
    if (command === "renew-certificates") setImmediate(() => void renew());
  };
  const act = async (
    command: "lock" | "identify" | "refresh" | "renew-certificates" | "wipe",
  ): Promise<{ status: number; code: string | null }> => {
    switch (command) {
      case "refresh":
        await refreshPairs();
        return { status: ANSWERS.done, code: null };
      case "wipe":
        await eraseIdentity(folder);
        return { status: ANSWERS.done, code: null };
      case "renew-certificates":
        return { status: ANSWERS.done, code: null };
      case "lock":
      case "identify":
        return { status: ANSWERS.unsupported, code: "no-screen" };
    }
  };

  /** Politely where somebody listens; else what was not acknowledged would hold it for ever. */
  const leave = async (): Promise<void> => {
    await line?.endAsync(line.connected !== true);
  };
  const renew = async (): Promise<void> => {
    try {
      identity = await renewIdentity({ folder, at: now() });
      await leave();
      await connect();
    } catch (error) {
      log({ code: codeOf(error), detail: "renewal" });
    }
    scheduleRenewal(identity);
  };
  const scheduleRenewal = ({ notBefore, notAfter }: MachineIdentity): void => {
    if (stopped) return;
    if (renewal !== null) clearTimeout(renewal);
    const half = notBefore + (notAfter - notBefore) / 2;
    renewal = setTimeout(() => void renew(), Math.max(60_000, half - now()));
    renewal.unref();
  };
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    if (renewal !== null) clearTimeout(renewal);
    if (line?.connected === true) {
      await line.publishAsync(topics.status(site, device), statusPayload("death"), { qos: 1, retain: true });
    }
    await leave();
  };

  await connect();
  scheduleRenewal(identity);

  return {
    device,
    pairs: () => pairs,
    async say(to, channel, content) {
      if (standing !== "active" || !pairs.sends.some((pair) => pair.to === to && pair.channel === channel))
        return false;
      const message = { site, from: device, to, channel, content, at: fleetNow(), id: newId() };
      const { topic, payload } = await signM2m(message, identity.issuer);
      if (line === null) return false;
      await line.publishAsync(topic, payload, { qos: 1 });
      return true;
    },
    stop,
  };
}

const deadline = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
