import type { TLSSocket } from "node:tls";
import type { Client } from "aedes";
import type { PeerCertificate } from "../port.js";

/** One connection, from the end of its handshake on. */
export class Session {
  readonly socket: TLSSocket;
  readonly peer: PeerCertificate | undefined;
  readonly filters = new Set<string>();
  /** Known once the gate has admitted it. */
  device: string | undefined;
  notAfter = 0;
  /** CONNACK is out: before that nothing else may be sent, [MQTT-3.2.0-1]. */
  acknowledged = false;
  /** Whether `onConnection` was told of it. */
  announced = false;
  #client: Client | undefined;

  constructor(socket: TLSSocket) {
    this.socket = socket;
    // In TLS 1.3 a resumed session presents no certificate: this is the one of the handshake that began it.
    const certificate = socket.getPeerX509Certificate()?.raw;
    if (certificate !== undefined) this.peer = { certificate, resumed: socket.isSessionReused() };
  }

  set client(client: Client) {
    this.#client = client;
  }

  /** False when it would be one more than `most`. */
  takeFilter(filter: string, most: number): boolean {
    if (!this.filters.has(filter) && this.filters.size >= most) return false;
    this.filters.add(filter);
    return true;
  }

  unsubscribe(filters: readonly string[]): Promise<void> {
    const client = this.#client;
    if (client === undefined) return Promise.resolve();
    // Without a packet id: nobody asked for it, so that nobody is answered.
    const packet = { cmd: "unsubscribe" as const, unsubscriptions: [...filters] };
    return new Promise((resolve) => client.unsubscribe(packet, () => resolve()));
  }

  /** Ends it as if the network had: its last will is published. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#client === undefined) {
        this.socket.destroy();
        resolve();
        return;
      }
      this.#client.close(() => {
        this.socket.destroy();
        resolve();
      });
    });
  }
}
