import type { TopicGrant } from "@wardkey/protocol/fleet";

/** A client certificate as a listener read it: from the handshake, or from the session that a handshake resumed. */
export interface PeerCertificate {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly resumed: boolean;
}

export type Admission =
  | {
      readonly ok: true;
      readonly device: string;
      readonly profile: string;
      readonly serial: string;
      readonly notAfter: number;
    }
  /** `certificate-untrusted`, `certificate-expired`, `certificate-not-yet-valid`, `certificate-denied`, `certificate-usage`, `certificate-unknown`, `device-denied`, `device-unknown`. */
  | { readonly ok: false; readonly code: string };

/** What every listener asks the fleet, at every CONNECT and every request, also on a resumed TLS session. */
export interface Gate {
  admit(peer: PeerCertificate): Promise<Admission>;
  /** What this device may publish and subscribe to now. */
  grant(device: string): TopicGrant;
}

/** An attempt that a broker refused; goes into the audit. */
export interface RefusedAttempt {
  readonly device: string | null;
  readonly action: "connect" | "publish" | "subscribe";
  readonly topic: string | null;
  readonly code: string;
}

/** What a device said under its own `up/`: the broker has checked by certificate that it is this device's topic. */
export interface UpMessage {
  readonly device: string;
  readonly leaf: "status" | "reported" | "event" | "res";
  /** Of `res` alone. */
  readonly request: string | null;
  readonly payload: Uint8Array;
}

/**
 * The broker as the fleet server needs it: aedes in this process, or an outside Mosquitto or RabbitMQ. One contract
 * suite holds for all three.
 */
export interface FleetBroker {
  readonly kind: "aedes" | "mosquitto" | "rabbitmq";
  /** `mqtts://host:port` for devices. */
  readonly url: string;
  /** Resolves when the broker has taken it (QoS 1). A retained message with an empty payload clears its topic. */
  publish(message: { topic: string; payload: string; retain: boolean }): Promise<void>;
  /** One handler. The device's PUBACK (aedes), or the fleet's own towards an outside broker, waits for it to resolve. */
  onUp(handler: (message: UpMessage) => Promise<void>): void;
  /** Returns "off". */
  onRefused(listener: (attempt: RefusedAttempt) => void): () => void;
  /** Returns "off". */
  onConnection(listener: (change: { device: string; connected: boolean }) => void): () => void;
  connected(): readonly string[];
  /** The grant of this device changed, or it may now connect for the first time. */
  grantChanged(device: string): Promise<void>;
  /** Ends its live sessions now and lets it in no more until the gate does. */
  cut(device: string): Promise<void>;
  stop(): Promise<void>;
}

/** The part of pino that a broker uses. */
export interface BrokerLogger {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}
