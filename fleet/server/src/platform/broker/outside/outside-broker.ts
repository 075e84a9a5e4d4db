import { type Clock, codeOf, minutes, seconds } from "@wardkey/protocol";
import { FLEET_CLIENT, MAX_UP_BYTES, StatusMessage, type TopicGrant } from "@wardkey/protocol/fleet";
import type { BrokerLogger, FleetBroker, UpMessage } from "../port.js";
import { Refusals } from "../refusals.js";
import { type UpHandler, UpHandling, upMessageOf } from "../up-handling.js";
import { type Arrived, FleetLink, type LinkAddress, type LinkIdentity } from "./fleet-link.js";
import { UpListener } from "./up-listener.js";

export interface OutsideParts {
  readonly site: string;
  /** Where devices connect; goes into `url`. */
  readonly devices: LinkAddress;
  /** Where the fleet connects. */
  readonly fleet: LinkAddress;
  readonly identity: LinkIdentity;
  /** Tells the fleet servers of one site apart; random. */
  readonly instance: string;
  readonly grant: (device: string) => TopicGrant;
  /** Not denied. */
  readonly mayConnect: (device: string) => boolean;
  /** Every device of the site, denied ones too: what a broker missed while it was away is made good. */
  readonly known: () => Iterable<string>;
  readonly clock: Clock;
  readonly logger: BrokerLogger;
}

/** What is each broker's own: how rights are given and taken away. */
export interface Rights {
  /** Puts these rights in place of what the devices had. */
  give(grants: readonly TopicGrant[]): Promise<void>;
  /** No rights, no login where the broker has one, and live sessions ended. */
  take(device: string): Promise<void>;
  close(): Promise<void>;
}

const ANSWER_WITHIN = seconds(10);
const HANDLING = 500;
const GIVE_AT_ONCE = 100;
const TIDY_EVERY = minutes(1);

/**
 * Opens the fleet's connection and gives the broker its rights, now and whenever it comes back: it may have been wiped.
 * Resolves when that is done, or after some seconds without: then `publish` rejects with `broker-unreachable` until the
 * broker is there.
 */
export async function openOutsideBroker(
  kind: "mosquitto" | "rabbitmq",
  parts: OutsideParts,
  own: { rights: Rights; onConnect?: (link: FleetLink) => Promise<void>; onMessage?: (message: Arrived) => void },
): Promise<FleetBroker> {
  const { fleet: at, identity, logger, instance } = parts;
  let given = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    given = resolve;
  });
  const publisher = new FleetLink({
    at,
    identity,
    logger,
    clientId: `${FLEET_CLIENT}-${instance}`,
    answerWithin: ANSWER_WITHIN,
    ...(own.onMessage === undefined ? {} : { onMessage: own.onMessage }),
    onConnect: async (link) => {
      await own.onConnect?.(link);
      await broker.provision();
      given();
    },
  });
  const broker = new OutsideBroker(kind, parts, { rights: own.rights, publisher });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      logger.warn({ host: at.host, port: at.port }, "the outside broker is not there yet: the fleet goes on trying");
      resolve();
    }, ANSWER_WITHIN);
  });
  await Promise.race([ready, late]);
  clearTimeout(timer);
  return broker;
}

/**
 * A broker outside of this process. It carries the same rule as lists of rights; the fleet is one of its clients. Which
 * devices are connected is known by their birth and last will.
 */
class OutsideBroker implements FleetBroker {
  readonly kind: "mosquitto" | "rabbitmq";
  readonly url: string;
  readonly #parts: OutsideParts;
  readonly #rights: Rights;
  readonly #publisher: FleetLink;
  readonly #refusals: Refusals;
  readonly #up = new UpHandling(HANDLING);
  readonly #present = new Set<string>();
  readonly #listeners = new Set<(change: { device: string; connected: boolean }) => void>();
  readonly #tidier: NodeJS.Timeout;
  #listener: UpListener | undefined;

  constructor(kind: "mosquitto" | "rabbitmq", parts: OutsideParts, own: { rights: Rights; publisher: FleetLink }) {
    this.kind = kind;
    this.url = `mqtts://${parts.devices.host}:${parts.devices.port}`;
    this.#parts = parts;
    this.#rights = own.rights;
    this.#publisher = own.publisher;
    this.#refusals = new Refusals(parts.clock);
    this.#tidier = setInterval(() => this.#tidy(), TIDY_EVERY);
    this.#tidier.unref();
  }

  publish({ topic, payload, retain }: { topic: string; payload: string; retain: boolean }): Promise<void> {
    return this.#publisher.publish(topic, payload, { retain });
  }

  onUp(handler: UpHandler): void {
    this.#up.set(handler);
    const { site, fleet: at, identity, logger } = this.#parts;
    // One name for all fleet servers: what came while one listened waits for the next that does.
    this.#listener ??= new UpListener({
      at,
      identity,
      logger,
      clientId: `${FLEET_CLIENT}-up`,
      filter: `wardkey/v1/${site}/device/+/up/#`,
      onMessage: (message) => this.#take(message),
    });
  }

  onRefused(listener: Parameters<FleetBroker["onRefused"]>[0]): () => void {
    return this.#refusals.on(listener);
  }

  onConnection(listener: (change: { device: string; connected: boolean }) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  connected(): readonly string[] {
    return [...this.#present];
  }

  async grantChanged(device: string): Promise<void> {
    if (this.#parts.mayConnect(device)) await this.#rights.give([this.#parts.grant(device)]);
    else await this.cut(device);
  }

  async cut(device: string): Promise<void> {
    await this.#rights.take(device);
    this.#mark(device, false);
  }

  /** What is so at the fleet becomes so at the broker, which may have been wiped, or away while somebody was denied. */
  async provision(): Promise<void> {
    const { known, mayConnect, grant } = this.#parts;
    const grants: TopicGrant[] = [];
    for (const device of known()) {
      if (mayConnect(device)) grants.push(grant(device));
      else await this.cut(device);
    }
    for (let at = 0; at < grants.length; at += GIVE_AT_ONCE) {
      await this.#rights.give(grants.slice(at, at + GIVE_AT_ONCE));
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#tidier);
    await this.#listener?.close();
    await this.#up.idle(ANSWER_WITHIN);
    await this.#publisher.close();
    await this.#rights.close();
  }

  async #take({ topic, payload }: Arrived): Promise<void> {
    const message = upMessageOf(this.#parts.site, topic, payload);
    const code = message === undefined ? "topic-refused" : payload.length > MAX_UP_BYTES ? "packet-too-large" : null;
    if (message === undefined || code !== null) {
      this.#refusals.note({ device: message?.device ?? null, action: "publish", topic, code: code ?? "topic-refused" });
      return;
    }
    // Somebody cleared what was retained.
    if (payload.length === 0) return;
    await this.#up.handle(message);
    if (message.leaf === "status") this.#note(message);
  }

  #note({ device, payload }: UpMessage): void {
    try {
      const status = StatusMessage.safeParse(JSON.parse(Buffer.from(payload).toString()));
      if (status.success) this.#mark(device, status.data.kind === "birth");
    } catch (error) {
      this.#parts.logger.warn({ device, code: codeOf(error) }, "a device's status is not JSON");
    }
  }

  #mark(device: string, connected: boolean): void {
    if (this.#present.has(device) === connected) return;
    if (connected) this.#present.add(device);
    else this.#present.delete(device);
    for (const listener of this.#listeners) listener({ device, connected });
  }

  #tidy(): void {
    this.#refusals.sweep();
    const untold = this.#refusals.takeUntold();
    if (untold > 0)
      this.#parts.logger.warn({ count: untold }, "more refused messages than were written down one by one");
  }
}
