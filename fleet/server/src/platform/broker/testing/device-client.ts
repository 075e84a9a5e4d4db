import { connect, type TLSSocket } from "node:tls";
import mqtt from "mqtt-packet";
import type { TestIdentity } from "./test-ca.js";

const WITHIN = 8_000;

export interface Received {
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
  readonly retain: boolean;
  readonly dup: boolean;
}
type Closed = "closed";

interface ConnectOptions {
  readonly clean?: boolean;
  readonly keepalive?: number;
  readonly clientId?: string;
  readonly will?: { topic: string; payload: string; qos?: 0 | 1 | 2; retain?: boolean };
  readonly version?: 3 | 4 | 5;
}

/** A device that speaks MQTT packet by packet, so that a test can also leave one out or send a wrong one. */
export class DeviceClient {
  readonly id: string;
  readonly socket: TLSSocket;
  readonly received: Received[] = [];
  /** False: takes messages and does not acknowledge them. */
  acknowledges = true;
  /** The newest ticket of this connection's TLS session. */
  session: Buffer | undefined;
  readonly closed: Promise<void>;
  isClosed = false;
  readonly #waiting = new Set<() => void>();
  readonly #answers: mqtt.Packet[] = [];
  #messageId = 0;

  private constructor(id: string, socket: TLSSocket) {
    this.id = id;
    this.socket = socket;
    const parser = mqtt.parser();
    parser.on("packet", (packet) => this.#take(packet));
    parser.on("error", () => socket.destroy());
    socket.on("data", (chunk) => parser.parse(chunk));
    socket.on("error", () => undefined);
    socket.on("session", (session) => {
      this.session = session;
    });
    this.closed = new Promise((resolve) => {
      socket.once("close", () => {
        this.isClosed = true;
        resolve();
        this.#wake();
      });
    });
  }

  /** After the TLS handshake, before CONNECT; `undefined` when the broker ended it. */
  static async open(at: {
    port: number;
    ca: string;
    identity?: TestIdentity;
    id: string;
    session?: Buffer;
  }): Promise<DeviceClient | undefined> {
    const { key, cert } = at.identity ?? {};
    const socket = connect({
      port: at.port,
      host: "127.0.0.1",
      servername: "localhost",
      ca: at.ca,
      ...(key !== undefined && cert !== undefined ? { key, cert } : {}),
      ...(at.session === undefined ? {} : { session: at.session }),
    });
    const client = new DeviceClient(at.id, socket);
    await Promise.race([new Promise<void>((resolve) => socket.once("secureConnect", resolve)), client.closed]);
    return client.isClosed ? undefined : client;
  }

  /** Zero-length client id; [MQTT-3.1.3-8] wants it refused when the session is not clean. */
  async connectUnnamed(clean: boolean): Promise<{ returnCode: number; sessionPresent: boolean } | Closed> {
    const flags = clean ? 0x02 : 0x00;
    const body = [0, 4, ...Buffer.from("MQTT"), 4, flags, 0, 30, 0, 0];
    this.socket.write(Buffer.from([0x10, body.length, ...body]));
    return this.#connack();
  }

  async connect(options: ConnectOptions = {}): Promise<{ returnCode: number; sessionPresent: boolean } | Closed> {
    const { will } = options;
    const version = options.version ?? 4;
    this.send({
      cmd: "connect",
      protocolId: version === 3 ? "MQIsdp" : "MQTT",
      protocolVersion: version,
      clean: options.clean ?? true,
      clientId: options.clientId ?? this.id,
      keepalive: options.keepalive ?? 30,
      ...(will === undefined
        ? {}
        : {
            will: {
              topic: will.topic,
              payload: will.payload as never,
              qos: will.qos ?? 1,
              retain: will.retain ?? true,
            },
          }),
    });
    return this.#connack();
  }

  async #connack(): Promise<{ returnCode: number; sessionPresent: boolean } | Closed> {
    const answer = await this.#answer((packet) => packet.cmd === "connack");
    if (answer === "closed" || answer.cmd !== "connack") return "closed";
    return { returnCode: answer.returnCode ?? -1, sessionPresent: answer.sessionPresent };
  }

  /** With QoS 1 resolves at the PUBACK. */
  async publish(
    topic: string,
    payload: string | Buffer,
    options: { qos?: 0 | 1 | 2; retain?: boolean } = {},
  ): Promise<"sent" | "acknowledged" | Closed> {
    const qos = options.qos ?? 1;
    const messageId = this.#nextId();
    this.send({ cmd: "publish", topic, payload, qos, retain: options.retain ?? false, dup: false, messageId });
    if (qos === 0) return "sent";
    const answer = await this.#answer(
      (packet) => (packet.cmd === "puback" || packet.cmd === "pubrec") && packet.messageId === messageId,
    );
    if (answer === "closed") return "closed";
    if (answer.cmd === "pubrec") {
      this.send({ cmd: "pubrel", messageId });
      await this.#answer((packet) => packet.cmd === "pubcomp" && packet.messageId === messageId);
    }
    return "acknowledged";
  }

  /** The granted QoS of each filter, 128 for a refused one. */
  async subscribe(filters: readonly string[], qos: 0 | 1 | 2 = 1): Promise<readonly number[] | Closed> {
    const messageId = this.#nextId();
    this.send({ cmd: "subscribe", messageId, subscriptions: filters.map((topic) => ({ topic, qos })) });
    const answer = await this.#answer((packet) => packet.cmd === "suback" && packet.messageId === messageId);
    if (answer === "closed" || answer.cmd !== "suback") return "closed";
    return answer.granted.map(Number);
  }

  async unsubscribe(filters: readonly string[]): Promise<"done" | Closed> {
    const messageId = this.#nextId();
    this.send({ cmd: "unsubscribe", messageId, unsubscriptions: [...filters] });
    const answer = await this.#answer((packet) => packet.cmd === "unsuback" && packet.messageId === messageId);
    return answer === "closed" ? "closed" : "done";
  }

  async ping(): Promise<"pong" | Closed> {
    this.send({ cmd: "pingreq" });
    return (await this.#answer((packet) => packet.cmd === "pingresp")) === "closed" ? "closed" : "pong";
  }

  send(packet: mqtt.Packet): void {
    if (!this.isClosed) this.socket.write(mqtt.generate(packet));
  }

  /** Resolves with everything received once there are `count` messages. */
  async messages(count: number): Promise<readonly Received[]> {
    await this.#until(() => this.received.length >= count);
    return this.received;
  }

  disconnect(): Promise<void> {
    if (!this.isClosed) this.socket.end(mqtt.generate({ cmd: "disconnect" }));
    return this.closed;
  }

  /** As if the cable was pulled. */
  drop(): Promise<void> {
    this.socket.destroy();
    return this.closed;
  }

  #take(packet: mqtt.Packet): void {
    if (packet.cmd === "publish") {
      const { topic, payload, qos, retain, dup, messageId } = packet;
      this.received.push({ topic, payload: payload.toString(), qos, retain, dup });
      if (qos === 1 && this.acknowledges && messageId !== undefined) this.send({ cmd: "puback", messageId });
    } else {
      this.#answers.push(packet);
    }
    this.#wake();
  }

  async #answer(wanted: (packet: mqtt.Packet) => boolean): Promise<mqtt.Packet | Closed> {
    let found: mqtt.Packet | undefined;
    await this.#until(() => {
      const at = this.#answers.findIndex(wanted);
      if (at >= 0) [found] = this.#answers.splice(at, 1);
      return found !== undefined || this.isClosed;
    });
    return found ?? "closed";
  }

  async #until(reached: () => boolean): Promise<void> {
    if (reached()) return;
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`${this.id} waited in vain; it has ${JSON.stringify(this.received.slice(0, 5))}`));
      }, WITHIN);
      const check = (): void => {
        if (!reached()) return;
        clearTimeout(late);
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
    });
  }

  #wake(): void {
    for (const check of [...this.#waiting]) check();
  }

  #nextId(): number {
    this.#messageId = (this.#messageId % 65_535) + 1;
    return this.#messageId;
  }
}
