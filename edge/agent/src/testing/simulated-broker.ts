import { X509Certificate } from "node:crypto";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { Aedes, type Client } from "aedes";
import { cutOff, listen } from "./listen.js";

export interface BrokerSettings {
  readonly site: string;
  readonly admits: (certificate: Uint8Array | undefined) => boolean;
}

interface Heard {
  readonly device: string;
  readonly leaf: string;
  readonly payload: unknown;
}

/** A broker over mutual TLS in this process; sessions and retained messages outlive `stop`, as on a disk. */
export class SimulatedBroker {
  /** Everything that devices published under their own `up/`. */
  readonly heard: Heard[] = [];
  /** Of the certificates that were let in. */
  readonly serials: string[] = [];
  /** Turns every filter away while it is set. */
  refusesFilters = false;
  onUp: (device: string, leaf: string, payload: unknown) => Promise<void> = async () => {};
  readonly #settings: BrokerSettings;
  readonly #sockets = new Set<TLSSocket>();
  readonly #certificates = new WeakMap<object, Uint8Array | undefined>();
  #broker: Aedes | null = null;
  #server: Server | null = null;
  #port = 0;

  constructor(settings: BrokerSettings) {
    this.#settings = settings;
  }

  get url(): string {
    return `mqtts://127.0.0.1:${this.#port}`;
  }

  get connected(): readonly string[] {
    return [...this.#sockets].map((socket) => String(this.#names.get(socket) ?? "")).filter((name) => name !== "");
  }

  readonly #names = new WeakMap<TLSSocket, string>();

  async start(tls: { key: string; cert: string }): Promise<void> {
    this.#broker ??= await this.#open();
    const broker = this.#broker;
    const server = createServer(
      { ...tls, minVersion: "TLSv1.3", requestCert: true, rejectUnauthorized: false },
      (socket) => {
        this.#sockets.add(socket);
        this.#certificates.set(socket, socket.getPeerCertificate().raw);
        socket.on("close", () => this.#sockets.delete(socket));
        socket.on("error", () => {});
        broker.handle(socket);
      },
    );
    this.#port = await listen(server, this.#port);
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server !== null) await cutOff(server);
  }

  async end(): Promise<void> {
    const broker = this.#broker;
    this.#broker = null;
    if (broker !== null) await new Promise<void>((resolve) => broker.close(() => resolve()));
  }

  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async publish(topic: string, payload: string, retain: boolean): Promise<void> {
    const broker = this.#broker;
    if (broker === null) return;
    await new Promise<void>((resolve, reject) =>
      broker.publish(
        { cmd: "publish", topic, payload: Buffer.from(payload), qos: 1, retain, dup: false },
        (error?: Error | null) => (error ? reject(error) : resolve()),
      ),
    );
  }

  /** The newest of this leaf that this device published. */
  latest(device: string, leaf: string): unknown {
    return this.heard.findLast((each) => each.device === device && each.leaf === leaf)?.payload;
  }

  async #open(): Promise<Aedes> {
    const broker = await Aedes.createBroker();
    broker.authenticate = (client: Client, _user, _password, done) => {
      const certificate = this.#certificates.get(client.conn);
      const admitted = this.#settings.admits(certificate);
      if (admitted && certificate !== undefined) this.serials.push(new X509Certificate(certificate).serialNumber);
      if (admitted) this.#names.set(client.conn as TLSSocket, client.id);
      if (admitted) done(null, true);
      else done(Object.assign(new Error("refused"), { returnCode: 5 }), false);
    };
    broker.authorizeSubscribe = (_client, filter, done) => done(null, this.refusesFilters ? null : filter);
    broker.authorizePublish = (client, packet, done) => {
      const mine = `wardkey/v1/${this.#settings.site}/device/${client?.id}/up/`;
      if (client === null || !packet.topic.startsWith(mine)) return done(new Error("topic-refused"));
      const leaf = packet.topic.slice(mine.length);
      const payload: unknown = JSON.parse(packet.payload.toString());
      this.heard.push({ device: client.id, leaf, payload });
      this.onUp(client.id, leaf, payload).then(
        () => done(null),
        (error: unknown) => done(error instanceof Error ? error : new Error("unexpected")),
      );
    };
    return broker;
  }
}
