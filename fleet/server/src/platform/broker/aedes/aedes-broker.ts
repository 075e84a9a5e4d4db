import type { EventEmitter } from "node:events";
import type { TLSSocket } from "node:tls";
import { type Clock, codeOf, WardkeyError } from "@wardkey/protocol";
import type { Client, ConnectPacket } from "aedes";
import { type BrokerLimits, DEFAULT_LIMITS } from "../limits.js";
import type { BrokerLogger, FleetBroker, Gate } from "../port.js";
import { Refusals } from "../refusals.js";
import type { SqlPersistence } from "../store/sql-persistence.js";
import { UpHandling } from "../up-handling.js";
import { AdmissionDesk, CONNACK, type ConnackError, connackError, refuseVersion, speaks311 } from "./admission.js";
import { Intake } from "./intake.js";
import { LiveSessions } from "./live-sessions.js";
import { OrderedAedes } from "./ordered-aedes.js";
import { guardReads } from "./read-guard.js";
import { Session } from "./session.js";
import { listenTls, type TlsListener, type TlsMaterial } from "./tls-listener.js";

const SWEEP_EVERY = 1_000;
const HOUSEKEEPING_EVERY = 3_600_000;
/** Topic, header and packet id of the largest allowed message. */
const FRAME_OVERHEAD = 1_024;

export interface AedesBroker extends FleetBroker {
  readonly kind: "aedes";
  readonly port: number;
  /** Handshakes from now on show the new certificate. */
  renewTls(tls: TlsMaterial): void;
}

interface Parts {
  readonly site: string;
  readonly gate: Gate;
  readonly tls: TlsMaterial;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly persistence: SqlPersistence;
  readonly clock: Clock;
  readonly logger: BrokerLogger;
  readonly limits?: Partial<BrokerLimits>;
}

/** The broker inside the fleet server: MQTT 3.1.1 over TLS 1.3, every device known by its certificate. */
export async function createAedesBroker(parts: Parts): Promise<AedesBroker> {
  const broker = new Broker(parts);
  await broker.start();
  return broker;
}

class Broker implements AedesBroker {
  readonly kind = "aedes";
  readonly #parts: Parts;
  readonly #limits: BrokerLimits;
  readonly #desk: AdmissionDesk;
  readonly #refusals: Refusals;
  readonly #up: UpHandling;
  readonly #intake: Intake;
  readonly #aedes: OrderedAedes;
  readonly #live = new LiveSessions();
  readonly #sessions = new WeakMap<Client, Session>();
  readonly #connects = new WeakMap<Client, ConnectPacket>();
  #listener: TlsListener | undefined;
  #sweeper: NodeJS.Timeout | undefined;
  #housekeptAt: number;

  constructor(parts: Parts) {
    const limits = { ...DEFAULT_LIMITS, ...parts.limits };
    this.#parts = parts;
    this.#limits = limits;
    this.#desk = new AdmissionDesk({ gate: parts.gate, limits, clock: parts.clock });
    this.#refusals = new Refusals(parts.clock);
    this.#up = new UpHandling(limits.handling);
    this.#intake = new Intake({
      site: parts.site,
      payloadBytes: limits.payloadBytes,
      grant: (device) => this.#desk.grant(device),
      up: this.#up,
      refuse: (device, topic, code) => this.#refuse(device, "publish", topic, code),
    });
    this.#housekeptAt = parts.clock.monotonic();
    parts.persistence.keepOnly((device, filter) => this.#desk.mayReceive(device, filter));
    this.#aedes = new OrderedAedes(
      {
        persistence: parts.persistence,
        queueLimit: limits.earlyPackets,
        drainTimeout: limits.drainMs,
        connectTimeout: limits.connectMs,
        heartbeatInterval: limits.heartbeatMs,
        maxInflightInbound: 1,
        preConnect: (client, packet, done) => this.#beforeConnect(client, packet, done),
        authenticate: (client, _user, _password, done) => {
          this.#authenticate(client).then(
            (refusal) => done(refusal, refusal === null),
            (error) => done(connackError(codeOf(error), CONNACK.unavailable), false),
          );
        },
        authorizePublish: (client, packet, done) => {
          this.#intake.take(this.#aedes, client, packet).then(
            () => done(null),
            (error: unknown) => done(error instanceof Error ? error : new Error(codeOf(error))),
          );
        },
        authorizeSubscribe: (client, subscription, done) =>
          done(null, this.#allowSubscription(client, subscription.topic) ? subscription : null),
        authorizeForward: (client, packet) => {
          const session = this.#sessions.get(client);
          const forwards = session?.acknowledged === true && this.#desk.mayReceive(client.id, packet.topic);
          return forwards ? packet : null;
        },
      },
      () => parts.persistence.settled(),
    );
  }

  get port(): number {
    return this.#listener?.port ?? this.#parts.port;
  }

  get url(): string {
    return `mqtts://${this.#parts.host}:${this.port}`;
  }

  async start(): Promise<void> {
    const { tls, host, port, clock, logger } = this.#parts;
    this.#watch();
    await this.#aedes.listen();
    this.#listener = await listenTls({
      tls,
      host,
      port,
      clock,
      limits: this.#limits,
      onSocket: (socket) => this.#accept(socket),
      onRefused: (code) => this.#refuse(null, "connect", null, code),
    }).catch(async (error: unknown) => {
      // What runs already would keep the process alive after its start was refused.
      await this.stop();
      throw error;
    });
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_EVERY);
    this.#sweeper.unref();
    logger.info({ url: this.url }, "the broker takes devices");
  }

  async publish({ topic, payload, retain }: { topic: string; payload: string; retain: boolean }): Promise<void> {
    const packet = { cmd: "publish", topic, payload: Buffer.from(payload), qos: 1, retain, dup: false } as const;
    await this.#aedes.publishNow(packet, null, "stored");
  }

  onUp(handler: Parameters<FleetBroker["onUp"]>[0]): void {
    this.#up.set(handler);
  }

  onRefused(listener: Parameters<FleetBroker["onRefused"]>[0]): () => void {
    return this.#refusals.on(listener);
  }

  onConnection(listener: Parameters<FleetBroker["onConnection"]>[0]): () => void {
    return this.#live.on(listener);
  }

  connected(): readonly string[] {
    return this.#live.connected();
  }

  async grantChanged(device: string): Promise<void> {
    const { persistence } = this.#parts;
    const session = this.#live.of(device);
    const kept = (await persistence.subscriptionsByClient({ id: device })).map(({ topic }) => topic);
    const gone = [...new Set([...kept, ...(session?.filters ?? [])])].filter(
      (one) => !this.#desk.mayReceive(device, one),
    );
    if (gone.length === 0) return;
    await persistence.removeSubscriptions({ id: device }, gone);
    await session?.unsubscribe(gone);
  }

  async cut(device: string): Promise<void> {
    this.#desk.denied();
    this.#listener?.forgetSessions();
    await this.#live.of(device)?.close();
  }

  renewTls(tls: TlsMaterial): void {
    this.#listener?.renew(tls);
  }

  async stop(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.#live.closeAll();
    await this.#listener?.stop();
    await this.#up.idle(this.#limits.stopMs);
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
    await this.#parts.persistence.destroy();
  }

  #watch(): void {
    this.#aedes.on("connackSent", (packet, client) => {
      const session = this.#sessions.get(client);
      if (session !== undefined && packet.returnCode === 0) session.acknowledged = true;
    });
    this.#aedes.on("clientReady", (client) => {
      const session = this.#sessions.get(client);
      if (session !== undefined) this.#live.announce(session);
    });
    this.#aedes.on("unsubscribe", (filters, client) => {
      for (const filter of filters) this.#sessions.get(client)?.filters.delete(filter);
    });
    const emitter: EventEmitter = this.#aedes;
    emitter.on("error", (error: unknown) => {
      this.#parts.logger.error({ code: codeOf(error) }, "the broker's store failed");
    });
  }

  #accept(socket: TLSSocket): void {
    const session = new Session(socket);
    if (session.peer === undefined) {
      this.#refuse(null, "connect", null, "certificate-missing");
      socket.destroy();
      return;
    }
    guardReads(socket, this.#limits.payloadBytes + FRAME_OVERHEAD, (fault) =>
      this.#refuse(session.device ?? null, session.device === undefined ? "connect" : "publish", null, fault),
    );
    const client = this.#aedes.handle(socket);
    session.client = client;
    this.#sessions.set(client, session);
    socket.once("close", () => this.#live.ended(session));
  }

  #beforeConnect(client: Client, packet: ConnectPacket, done: (error: Error | null, ok: boolean) => void): void {
    const socket = this.#sessions.get(client)?.socket;
    if (speaks311(packet) || socket === undefined) {
      this.#connects.set(client, packet);
      done(null, socket !== undefined);
      return;
    }
    this.#refuse(null, "connect", null, "protocol-version");
    refuseVersion(socket).then(
      () => done(new WardkeyError("protocol-version", "not MQTT 3.1.1"), false),
      () => done(null, false),
    );
  }

  /** `null`: it may come in. */
  async #authenticate(client: Client): Promise<ConnackError | null> {
    const session = this.#sessions.get(client);
    const connect = this.#connects.get(client);
    this.#connects.delete(client);
    if (session === undefined || connect === undefined)
      return connackError("certificate-missing", CONNACK.unauthorized);
    const judged = await this.#desk.judge(session, connect);
    if (!judged.ok) {
      this.#refuse(judged.device, "connect", null, judged.code);
      return connackError(judged.code, judged.returnCode);
    }
    session.device = judged.device;
    session.notAfter = judged.notAfter;
    this.#listener?.proved(session.socket);
    await this.#live.replace(judged.device, session);
    return null;
  }

  #allowSubscription(client: Client, filter: string): boolean {
    const session = this.#sessions.get(client);
    if (session === undefined) return false;
    if (!this.#desk.mayReceive(client.id, filter)) {
      this.#refuse(client.id, "subscribe", filter, "topic-refused");
      return false;
    }
    const taken = session.takeFilter(filter, this.#limits.subscriptions);
    if (!taken) this.#refuse(client.id, "subscribe", filter, "subscriptions-exceeded");
    return taken;
  }

  #refuse(
    device: string | null,
    action: "connect" | "publish" | "subscribe",
    topic: string | null,
    code: string,
  ): void {
    this.#refusals.note({ device, action, topic, code });
  }

  #sweep(): void {
    const { clock, logger, persistence } = this.#parts;
    for (const [device, session] of this.#live.endingBy(clock.now())) {
      this.#refuse(device, "connect", null, "certificate-expired");
      session.close().catch(() => undefined);
    }
    const untold = this.#refusals.takeUntold();
    if (untold > 0) logger.warn({ count: untold }, "more refused attempts than were written down one by one");
    const dropped = persistence.takeDropped();
    if (dropped > 0) logger.warn({ count: dropped }, "queues of devices that are away are full: messages were dropped");
    if (clock.monotonic() - this.#housekeptAt < HOUSEKEEPING_EVERY) return;
    this.#housekeptAt = clock.monotonic();
    for (const swept of [this.#desk, this.#refusals, this.#listener]) swept?.sweep();
    this.#listener?.forgetSessions();
    persistence
      .expireSessions(this.#live.devices())
      .catch((error: unknown) => logger.error({ code: codeOf(error) }, "sessions were not tidied up"));
  }
}
