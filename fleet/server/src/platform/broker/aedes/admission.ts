import type { TLSSocket } from "node:tls";
import { type Clock, WardkeyError } from "@wardkey/protocol";
import { FLEET_CLIENT, mayPublish, mayRetain, maySubscribe, type TopicGrant } from "@wardkey/protocol/fleet";
import type { ConnectPacket } from "aedes";
import type { BrokerLimits } from "../limits.js";
import type { Admission, Gate, PeerCertificate } from "../port.js";
import { KeyedBuckets } from "../token-bucket.js";
import type { Session } from "./session.js";

/** CONNACK return codes, MQTT 3.1.1, 3.2.2.3. */
export const CONNACK = { identifier: 2, unavailable: 3, unauthorized: 5 } as const;
type ReturnCode = (typeof CONNACK)[keyof typeof CONNACK];

export type Judgement =
  | { readonly ok: true; readonly device: string; readonly notAfter: number }
  | { readonly ok: false; readonly device: string | null; readonly code: string; readonly returnCode: ReturnCode };

const MQTT_3_1_1 = 4;
/** 3.2: fixed header, no session, "unacceptable protocol version". */
const WRONG_VERSION = Buffer.from([0x20, 0x02, 0x00, 0x01]);
const MOST_DEVICES = 20_000;

/** Who may connect: asks the gate at every CONNECT, on a resumed TLS session too. */
export class AdmissionDesk {
  readonly #gate: Gate;
  readonly #limits: BrokerLimits;
  readonly #clock: Clock;
  readonly #devices: KeyedBuckets;
  #denials = 0;

  constructor(parts: { gate: Gate; limits: BrokerLimits; clock: Clock }) {
    this.#gate = parts.gate;
    this.#limits = parts.limits;
    this.#clock = parts.clock;
    this.#devices = new KeyedBuckets(parts.limits.connects.device, MOST_DEVICES);
  }

  /** Whatever the gate is being asked now is asked again. */
  denied(): void {
    this.#denials += 1;
  }

  sweep(): void {
    this.#devices.sweep(this.#clock.monotonic());
  }

  grant(device: string): TopicGrant | undefined {
    try {
      return this.#gate.grant(device);
    } catch {
      // A device that the gate no longer knows may nothing.
      return undefined;
    }
  }

  mayReceive(device: string, filter: string): boolean {
    const grant = this.grant(device);
    return grant !== undefined && maySubscribe(grant, filter);
  }

  async judge(session: Session, connect: ConnectPacket): Promise<Judgement> {
    if (session.peer === undefined) return refused(null, "certificate-missing", CONNACK.unauthorized);
    const admission = await this.#ask(session.peer);
    if (!admission.ok) return refused(null, admission.code, CONNACK.unauthorized);
    const { device, notAfter } = admission;
    if (device === FLEET_CLIENT) return refused(device, "device-unknown", CONNACK.unauthorized);
    if (connect.clientId !== device) return refused(device, "client-id-mismatch", CONNACK.identifier);
    if (!this.#devices.take(device, this.#clock.monotonic()))
      return refused(device, "connect-rate", CONNACK.unavailable);
    const { least, most } = this.#limits.keepalive;
    const keepalive = connect.keepalive ?? 0;
    if (keepalive < least || keepalive > most) return refused(device, "keepalive-out-of-range", CONNACK.unauthorized);
    if (!this.#allowsWill(device, connect)) return refused(device, "will-refused", CONNACK.unauthorized);
    return { ok: true, device, notAfter };
  }

  /** An answer from before a denial does not count. */
  async #ask(peer: PeerCertificate): Promise<Admission> {
    for (;;) {
      const denials = this.#denials;
      const admission = await this.#gate.admit(peer);
      if (denials === this.#denials) return admission;
    }
  }

  #allowsWill(device: string, { will }: ConnectPacket): boolean {
    if (will === undefined) return true;
    const grant = this.grant(device);
    return (
      grant !== undefined &&
      (will.qos ?? 0) <= 1 &&
      will.payload.length <= this.#limits.payloadBytes &&
      (will.retain !== true || mayRetain(will.topic)) &&
      mayPublish(grant, will.topic)
    );
  }
}

const refused = (device: string | null, code: string, returnCode: ReturnCode): Judgement => ({
  ok: false,
  device,
  code,
  returnCode,
});

export type ConnackError = Error & { returnCode: ReturnCode };

/** In the form in which aedes takes a refusal. */
export const connackError = (code: string, returnCode: ReturnCode): ConnackError =>
  Object.assign(new WardkeyError(code, "the connection was refused"), { returnCode });

export const speaks311 = ({ protocolId, protocolVersion }: ConnectPacket): boolean =>
  protocolId === "MQTT" && protocolVersion === MQTT_3_1_1;

/** Answers a client of another version, which aedes would partly take. */
export function refuseVersion(socket: TLSSocket): Promise<void> {
  return new Promise((resolve) => socket.end(WRONG_VERSION, () => resolve()));
}
