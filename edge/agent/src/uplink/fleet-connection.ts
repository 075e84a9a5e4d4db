import { codeOf, type Duration, seconds, WardkeyError } from "@wardkey/protocol";
import mqtt, { type MqttClient } from "mqtt";
import type { Timers } from "../time.js";
import { BackOff } from "./back-off.js";
import type { Identity } from "./identity.js";

const KEEPALIVE_SECONDS = 30;
const CONNECT_WITHIN: Duration = seconds(10);
/** A message that the broker has not taken by then: the connection is made anew, the message is sent again by whoever keeps it. */
const TAKEN_WITHIN: Duration = seconds(20);
const GOODBYE_WITHIN: Duration = seconds(2);
/** MQTT 3.1.1 3.9.3: what the broker answers to a filter that it refuses. */
const REFUSED_FILTER = 0x80;

/** Where to connect and as whom; `null` while that is not known. */
export interface Berth {
  readonly url: string;
  readonly authorities: readonly string[];
  readonly identity: Identity;
  readonly will: { readonly topic: string; readonly payload: string };
  readonly filters: readonly string[];
}

export interface ConnectionSettings {
  readonly berth: () => Berth | null;
  readonly timers: Timers;
  /** Of what is on the wire: the world's, also where a test moves the other time. */
  readonly deadlines: Timers;
  readonly random: () => number;
  /** The broker keeps the message until this resolves. It must not wait for anything to be published. */
  readonly received: (topic: string, payload: Uint8Array) => Promise<void>;
  /** Connected and subscribed. */
  readonly up: () => void;
  readonly down: (code: string) => void;
}

interface Line {
  readonly client: MqttClient;
  subscribed: boolean;
  over: boolean;
  readonly waiting: Set<(code: string) => void>;
}

/**
 * The line to the broker: mqtt.js over mutual TLS 1.3 with a session that the broker keeps (3.1.1 clean = false). Every
 * attempt is a new client with the certificates of that moment; what must arrive is kept by the outbox, not here.
 */
export class FleetConnection {
  readonly #settings: ConnectionSettings;
  readonly #backOff: BackOff;
  #line: Line | null = null;
  #cancel: (() => void) | null = null;
  #stopped = true;
  /** Of the line that was left last; the next one begins after it. */
  #goodbye: Promise<void> = Promise.resolve();

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
    this.#backOff = new BackOff({ first: seconds(1), longest: seconds(60), random: settings.random });
  }

  get connected(): boolean {
    return this.#line?.subscribed === true;
  }

  start(): void {
    this.#stopped = false;
    this.#connect();
  }

  /** Identity, roots or address changed: says goodbye on the old line and comes back on a new one. */
  async renew(): Promise<void> {
    if (this.#stopped) return;
    const line = this.#line;
    if (line === null) await this.#goodbye;
    else await this.#leave(line, "renewed");
    if (!this.#stopped && this.#line === null) this.#connect();
  }

  /** Resolves when the broker has taken it. Throws `not-connected`, `not-taken`. */
  publish(topic: string, payload: string, { retain }: { retain: boolean }): Promise<void> {
    const line = this.#line;
    if (line === null || !line.subscribed) return Promise.reject(notPublished("not-connected"));
    return new Promise((resolve, reject) => {
      const settled = (finish: () => void) => (): void => {
        if (!line.waiting.delete(fail)) return;
        giveUp();
        finish();
      };
      const fail = (code: string): void => settled(() => reject(notPublished(code)))();
      line.waiting.add(fail);
      const giveUp = this.#settings.deadlines.after(TAKEN_WITHIN, () => {
        fail("not-taken");
        this.#lose(line, "not-taken");
      });
      line.client.publish(topic, payload, { qos: 1, retain }, (error) =>
        error ? fail(codeOf(error)) : settled(resolve)(),
      );
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    if (this.#line !== null) await this.#leave(this.#line, "stopped");
  }

  #connect(): void {
    this.#cancel?.();
    this.#cancel = null;
    const berth = this.#settings.berth();
    if (this.#stopped || berth === null) {
      this.#later();
      return;
    }
    const { hostname, port } = new URL(berth.url);
    // TLS's own option, which mqtt.js hands on without knowing it.
    const tls = { minVersion: "TLSv1.3" } as const;
    const client = mqtt.connect({
      ...tls,
      protocol: "mqtts",
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port),
      protocolVersion: 4,
      clientId: berth.identity.device,
      clean: false,
      keepalive: KEEPALIVE_SECONDS,
      connectTimeout: CONNECT_WITHIN,
      reconnectPeriod: 0,
      resubscribe: false,
      ca: [...berth.authorities],
      cert: berth.identity.certificatePem,
      key: berth.identity.keyPem,
      rejectUnauthorized: true,
      will: { topic: berth.will.topic, payload: Buffer.from(berth.will.payload), qos: 1, retain: true },
    });
    const line: Line = { client, subscribed: false, over: false, waiting: new Set() };
    this.#line = line;
    // mqtt.js acknowledges a message when this has called back: after its meaning is on the disk.
    client.handleMessage = (packet, done) => {
      const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
      this.#settings.received(packet.topic, payload).then(
        () => done(),
        (error: unknown) => this.#lose(line, codeOf(error)),
      );
    };
    client.on("connect", () => this.#subscribe(line, berth.filters));
    client.on("error", (error) => this.#lose(line, refusalOf(error)));
    client.on("close", () => this.#lose(line, "connection-closed"));
    const giveUp = this.#settings.deadlines.after(CONNECT_WITHIN, () => {
      if (!line.subscribed) this.#lose(line, "connect-timeout");
    });
    client.once("close", giveUp);
  }

  #subscribe(line: Line, filters: readonly string[]): void {
    line.client.subscribe([...filters], { qos: 1 }, (error, granted) => {
      if (line.over) return;
      const refused = granted?.some(({ qos }) => Number(qos) === REFUSED_FILTER) === true;
      if (error || refused) return this.#lose(line, "subscription-refused");
      line.subscribed = true;
      this.#backOff.worked();
      this.#settings.up();
    });
  }

  #lose(line: Line, code: string): void {
    if (line.over) return;
    this.#close(line, code);
    line.client.end(true);
    this.#later();
    this.#settings.down(code);
  }

  async #leave(line: Line, code: string): Promise<void> {
    if (line.over) return;
    const said = new Promise<void>((resolve) => {
      const giveUp = this.#settings.deadlines.after(GOODBYE_WITHIN, () => {
        line.client.end(true);
        resolve();
      });
      line.client.end(false, () => {
        giveUp();
        resolve();
      });
    });
    this.#goodbye = said;
    this.#close(line, code);
    // Before anybody can be on the next line, which would be taken for the one that went.
    this.#settings.down(code);
    await said;
  }

  #close(line: Line, code: string): void {
    line.over = true;
    if (this.#line === line) this.#line = null;
    for (const fail of [...line.waiting]) fail(code);
    // What the dead client may still report is of no interest, but must not end the process.
    line.client.removeAllListeners("close");
    line.client.on("error", () => {});
  }

  #later(): void {
    this.#cancel?.();
    this.#cancel = this.#stopped ? null : this.#settings.timers.after(this.#backOff.next(), () => this.#connect());
  }
}

const notPublished = (code: string): WardkeyError => new WardkeyError(code, "the broker did not take a message");

/** MQTT 3.1.1 3.2.2.3: 5 is "not authorized"; the rest of TLS and the network keeps its own code. */
function refusalOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "number") {
    return error.code === 5 ? "broker-refused-identity" : `broker-refused-${error.code}`;
  }
  return codeOf(error);
}
