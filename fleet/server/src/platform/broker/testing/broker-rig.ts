import type { Clock } from "@wardkey/protocol";
import type { FleetBroker, RefusedAttempt, UpMessage } from "../port.js";
import { DeviceClient } from "./device-client.js";
import type { TestCa, TestIdentity } from "./test-ca.js";
import type { TestGate } from "./test-gate.js";

export const SITE = "st-mary";
const WITHIN = 10_000;

/** How a broker differs where MQTT, or its own design, leaves it free. */
export interface BrokerTraits {
  /** RabbitMQ hands retained messages to exact filters alone. */
  readonly retainedOnWildcards: boolean;
  /**
   * What a client id does that is not the certificate's name: Mosquitto replaces it; RabbitMQ 3.10 refuses it, but has
   * ended the connection of the device whose id it is by then.
   */
  readonly foreignClientId: "refused" | "replaced" | "disturbs";
  /** aedes asks the handler before it writes the PUBACK; an outside broker keeps the message until the fleet did. */
  readonly acknowledgesAfterHandling: boolean;
  readonly refusesVersions: boolean;
}

/** A broker under test, with the fleet on one side and devices on the other. */
export class BrokerRig {
  readonly ca: TestCa;
  readonly gate: TestGate;
  readonly clock: Clock;
  readonly traits: BrokerTraits;
  readonly ups: { device: string; leaf: string; request: string | null; payload: string }[] = [];
  readonly refused: RefusedAttempt[] = [];
  readonly connections: { device: string; connected: boolean }[] = [];
  /** What the fleet does with a message before it is acknowledged. */
  handle: (message: UpMessage) => Promise<void> = async () => undefined;
  broker: FleetBroker;
  readonly #port: () => number;
  readonly #identities = new Map<string, TestIdentity>();
  readonly #open = new Set<DeviceClient>();
  /** Devices of the test that runs: an outside broker hands retained messages of earlier ones over again. */
  readonly #playing = new Set<string>();
  readonly #start: () => Promise<FleetBroker>;
  readonly #stop: (broker: FleetBroker) => Promise<void>;

  constructor(parts: {
    ca: TestCa;
    gate: TestGate;
    clock: Clock;
    traits: BrokerTraits;
    broker: FleetBroker;
    port: () => number;
    /** Starts the same broker again, over what it has stored. */
    start: () => Promise<FleetBroker>;
    stop: (broker: FleetBroker) => Promise<void>;
  }) {
    this.ca = parts.ca;
    this.gate = parts.gate;
    this.clock = parts.clock;
    this.traits = parts.traits;
    this.broker = parts.broker;
    this.#port = parts.port;
    this.#start = parts.start;
    this.#stop = parts.stop;
    this.#listen();
  }

  get port(): number {
    return this.#port();
  }

  async identity(id: string): Promise<TestIdentity> {
    this.#playing.add(id);
    let identity = this.#identities.get(id);
    if (identity === undefined) {
      identity = await this.ca.device(id);
      this.#identities.set(id, identity);
      await this.broker.grantChanged(id);
    }
    return identity;
  }

  async tls(
    id: string,
    options: { session?: Buffer; identity?: TestIdentity } = {},
  ): Promise<DeviceClient | undefined> {
    this.#playing.add(id);
    const identity = options.identity ?? (await this.identity(id));
    const client = await DeviceClient.open({ port: this.port, ca: this.ca.cert, ...options, identity, id });
    if (client !== undefined) this.#open.add(client);
    return client;
  }

  /** A connected device. */
  async device(id: string, options: Parameters<DeviceClient["connect"]>[0] = {}): Promise<DeviceClient> {
    const client = await this.tls(id);
    const answer = await client?.connect(options);
    if (client === undefined || answer === undefined || answer === "closed" || answer.returnCode !== 0)
      throw new Error(`${id} was not let in: ${JSON.stringify(answer)}`);
    return client;
  }

  async pair(from: string, to: string, channel: string): Promise<void> {
    this.gate.allow(from, to, channel);
    await Promise.all([this.broker.grantChanged(from), this.broker.grantChanged(to)]);
  }

  async until(reached: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const deadline = performance.now() + WITHIN;
    while (!(await reached())) {
      if (performance.now() > deadline) throw new Error(`never: ${what}; the fleet has ${JSON.stringify(this.ups)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Ends every device and forgets what was seen; the broker goes on. */
  async reset(): Promise<void> {
    const clients = [...this.#open];
    this.#open.clear();
    await Promise.all(clients.map((client) => client.disconnect().catch(() => undefined)));
    this.#playing.clear();
    this.handle = async () => undefined;
    for (const list of [this.ups, this.refused, this.connections]) list.length = 0;
  }

  async restart(): Promise<void> {
    await this.#stop(this.broker);
    this.broker = await this.#start();
    this.#listen();
  }

  async close(): Promise<void> {
    await this.reset();
    await this.#stop(this.broker);
  }

  #listen(): void {
    this.broker.onUp(async (message) => {
      if (!this.#playing.has(message.device)) return;
      await this.handle(message);
      const { device, leaf, request, payload } = message;
      this.ups.push({ device, leaf, request, payload: Buffer.from(payload).toString() });
    });
    this.broker.onRefused((attempt) => this.refused.push(attempt));
    this.broker.onConnection((change) => this.connections.push(change));
  }
}
