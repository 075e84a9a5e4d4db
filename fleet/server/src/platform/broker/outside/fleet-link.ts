import { codeOf, type Duration, WardkeyError } from "@wardkey/protocol";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import type { BrokerLogger } from "../port.js";

/** Read at each connection anew: a certificate of the fleet lives shorter than its server may run. */
export interface LinkIdentity {
  /** PEM; the certificate names the fleet at the broker. */
  readonly key: string;
  readonly cert: string;
  /** PEM, whoever signed the broker's own certificate. */
  readonly ca: string;
}
export interface LinkAddress {
  readonly host: string;
  readonly port: number;
}
export interface Arrived {
  readonly topic: string;
  readonly payload: Uint8Array;
}

const KEEPALIVE_SECONDS = 30;
const RECONNECT_AFTER = 1_000;
const CONNECT_WITHIN = 10_000;

/** The connection over which a fleet server publishes at an outside broker; it comes back by itself. */
export class FleetLink {
  readonly #client: MqttClient;
  readonly #answerWithin: number;

  constructor(parts: {
    at: LinkAddress;
    identity: LinkIdentity;
    clientId: string;
    logger: BrokerLogger;
    answerWithin: Duration;
    onMessage?: (message: Arrived) => void;
    onConnect: (link: FleetLink) => Promise<void>;
  }) {
    this.#answerWithin = parts.answerWithin;
    const options: IClientOptions = {
      protocol: "mqtts",
      host: parts.at.host,
      port: parts.at.port,
      ...parts.identity,
      clientId: parts.clientId,
      clean: true,
      protocolVersion: 4,
      keepalive: KEEPALIVE_SECONDS,
      reconnectPeriod: RECONNECT_AFTER,
      connectTimeout: CONNECT_WITHIN,
      resubscribe: false,
      queueQoSZero: false,
    };
    const client = mqtt.connect({ ...options, manualConnect: true });
    this.#client = client;
    client.on("message", (topic, payload) => parts.onMessage?.({ topic, payload }));
    client.on("error", (error) => parts.logger.warn({ code: codeOf(error) }, "the outside broker cannot be reached"));
    client.on("close", () => Object.assign(client.options, parts.identity));
    client.on("connect", () => {
      parts.onConnect(this).catch((error: unknown) => {
        parts.logger.error({ code: codeOf(error) }, "the outside broker refused the fleet's setup");
        client.stream.destroy();
      });
    });
    client.connect();
  }

  /** Resolves at the broker's PUBACK. Rejects with `broker-unreachable`: at once while there is no connection. */
  async publish(topic: string, payload: string, options: { retain: boolean }): Promise<void> {
    // mqtt.js would keep it and send it later, although its sender was told that it failed.
    if (!this.#client.connected) throw new WardkeyError("broker-unreachable", "the outside broker is not connected");
    await this.#within(this.#client.publishAsync(topic, payload, { qos: 1, retain: options.retain }));
  }

  async subscribe(filters: readonly string[]): Promise<void> {
    const granted = await this.#within(this.#client.subscribeAsync([...filters], { qos: 1 }));
    if (granted.some(({ qos }) => qos > 2))
      throw new WardkeyError("broker-refuses-fleet", "the outside broker does not grant the fleet its topics");
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }

  async #within<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const error = new WardkeyError("broker-unreachable", "the outside broker gave no answer");
      timer = setTimeout(() => reject(error), this.#answerWithin);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
