import { WardkeyError } from "@wardkey/protocol";
import { mayPublish, mayRetain, type TopicGrant } from "@wardkey/protocol/fleet";
import type { Client, PublishPacket } from "aedes";
import { type UpHandling, upMessageOf } from "../up-handling.js";
import type { OrderedAedes } from "./ordered-aedes.js";

/** What devices publish, last wills among it: the rule, then everything that a PUBACK promises. */
export class Intake {
  readonly #site: string;
  readonly #payloadBytes: number;
  readonly #grant: (device: string) => TopicGrant | undefined;
  readonly #up: UpHandling;
  readonly #refuse: (device: string, topic: string, code: string) => void;

  constructor(parts: {
    site: string;
    payloadBytes: number;
    grant: (device: string) => TopicGrant | undefined;
    up: UpHandling;
    refuse: (device: string, topic: string, code: string) => void;
  }) {
    this.#site = parts.site;
    this.#payloadBytes = parts.payloadBytes;
    this.#grant = parts.grant;
    this.#up = parts.up;
    this.#refuse = parts.refuse;
  }

  /** Resolves when aedes may write the PUBACK. A rejection makes it close the connection: 3.1.1 has no other refusal. */
  async take(aedes: OrderedAedes, client: Client | null, packet: PublishPacket): Promise<void> {
    // A last will that an earlier run of this broker left has no client, but names it.
    const device = client?.id ?? ("clientId" in packet ? String(packet.clientId) : "");
    const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
    const code = this.#faultOf(device, packet, payload.length);
    if (code !== undefined) {
      this.#refuse(device, packet.topic, code);
      throw new WardkeyError(code, "the message was refused");
    }
    const up = upMessageOf(this.#site, packet.topic, payload);
    if (up !== undefined) await this.#up.handle(up);
    if (up === undefined && packet.qos === 0 && !packet.retain) return;
    // Nobody but the fleet hears `up/`: what is not retained ends here.
    if (up === undefined || packet.retain) await aedes.publishNow(packet, client, "delivered");
    aedes.markHandled(packet);
  }

  #faultOf(device: string, packet: PublishPacket, length: number): string | undefined {
    if (packet.qos > 1) return "qos-unsupported";
    if (length > this.#payloadBytes) return "packet-too-large";
    const grant = this.#grant(device);
    if (grant === undefined || !mayPublish(grant, packet.topic)) return "topic-refused";
    return packet.retain && !mayRetain(packet.topic) ? "retain-refused" : undefined;
  }
}
