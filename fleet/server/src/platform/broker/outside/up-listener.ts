import { connect, type TLSSocket } from "node:tls";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import mqtt, { type Packet } from "mqtt-packet";
import type { BrokerLogger } from "../port.js";
import type { Arrived, LinkAddress, LinkIdentity } from "./fleet-link.js";

const KEEPALIVE_SECONDS = 30;
const RECONNECT_AFTER = 1_000;
const ANSWER_WITHIN = 10_000;
/** Messages under way; while there are so many the socket is not read. */
const MOST_UNDERWAY = 500;
const SUBSCRIBE_ID = 1;

interface Underway {
  readonly messageId: number | undefined;
  handled: boolean;
}

/**
 * The fleet's persistent session at an outside broker, which comes back by itself. Many messages are handled at once;
 * each is acknowledged, in the order in which they came [MQTT-4.6.0-2], when its handler resolved. One that fails ends
 * the connection, so that the broker sends it again. (mqtt.js takes one message at a time.)
 */
export class UpListener {
  readonly #parts: Parts;
  #socket: TLSSocket | undefined;
  #again: NodeJS.Timeout | undefined;
  #stopped = false;
  #subscribed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#open();
  }

  async close(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#again);
    const socket = this.#socket;
    if (socket === undefined || socket.closed) return;
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.end(mqtt.generate({ cmd: "disconnect" }));
    const hard = setTimeout(() => socket.destroy(), RECONNECT_AFTER);
    await closed;
    clearTimeout(hard);
  }

  #open(): void {
    const { at, identity, logger } = this.#parts;
    const socket = connect({ ...at, ...identity, minVersion: "TLSv1.3" });
    this.#socket = socket;
    const underway: Underway[] = [];
    const parser = mqtt.parser();
    parser.on("packet", (packet) => this.#take(socket, packet, underway));
    parser.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      socket.setTimeout(KEEPALIVE_SECONDS * 1_500);
      parser.parse(chunk);
    });
    socket.setTimeout(ANSWER_WITHIN, () => socket.destroy());
    const pinging = setInterval(() => socket.write(mqtt.generate({ cmd: "pingreq" })), KEEPALIVE_SECONDS * 500);
    pinging.unref();
    socket.once("secureConnect", () => this.#introduce(socket));
    socket.on("error", (error) => logger.warn({ code: codeOf(error) }, "the outside broker cannot be reached"));
    socket.once("close", () => {
      clearInterval(pinging);
      if (!this.#stopped) this.#again = setTimeout(() => this.#open(), RECONNECT_AFTER);
    });
  }

  #introduce(socket: TLSSocket): void {
    const { clientId } = this.#parts;
    const fields = { protocolId: "MQTT", protocolVersion: 4, clean: false, keepalive: KEEPALIVE_SECONDS } as const;
    socket.write(mqtt.generate({ cmd: "connect", clientId, ...fields }));
  }

  #take(socket: TLSSocket, packet: Packet, underway: Underway[]): void {
    switch (packet.cmd) {
      case "connack":
        this.#connected(socket, packet.returnCode ?? -1, packet.sessionPresent);
        break;
      case "suback":
        if (packet.granted.some((granted) => Number(granted) > 2)) this.#refused(socket, 128);
        else this.#subscribed = true;
        break;
      case "publish": {
        const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
        const entry = { messageId: packet.qos === 1 ? packet.messageId : undefined, handled: false };
        underway.push(entry);
        if (underway.length >= MOST_UNDERWAY) socket.pause();
        this.#handle({ topic: packet.topic, payload }, { socket, entry, underway }).catch(() => socket.destroy());
        break;
      }
      default:
        // PINGRESP and the like: that something came is all that they say.
        break;
    }
  }

  async #handle(
    message: Arrived,
    { socket, entry, underway }: { socket: TLSSocket; entry: Underway; underway: Underway[] },
  ): Promise<void> {
    try {
      await this.#parts.onMessage(message);
    } catch (error) {
      const { logger } = this.#parts;
      logger.warn({ code: codeOf(error) }, "a device's message was not taken: the broker will send it again");
      throw error;
    }
    entry.handled = true;
    while (underway[0]?.handled) {
      const messageId = underway.shift()?.messageId;
      if (messageId !== undefined && socket.writable) socket.write(mqtt.generate({ cmd: "puback", messageId }));
    }
    if (underway.length < MOST_UNDERWAY) socket.resume();
  }

  #connected(socket: TLSSocket, returnCode: number, kept: boolean): void {
    if (returnCode !== 0) {
      this.#refused(socket, returnCode);
      return;
    }
    // Subscribing anew would bring every retained message again.
    if (kept && this.#subscribed) return;
    const subscriptions = [{ topic: this.#parts.filter, qos: 1 as const }];
    socket.write(mqtt.generate({ cmd: "subscribe", messageId: SUBSCRIBE_ID, subscriptions }));
  }

  #refused(socket: TLSSocket, returnCode: number): void {
    const error = new WardkeyError("broker-refuses-fleet", "the outside broker does not let the fleet listen");
    this.#parts.logger.error({ code: error.code, returnCode }, error.message);
    socket.destroy();
  }
}

interface Parts {
  readonly at: LinkAddress;
  readonly identity: LinkIdentity;
  readonly clientId: string;
  readonly filter: string;
  readonly logger: BrokerLogger;
  readonly onMessage: (message: Arrived) => Promise<void>;
}
