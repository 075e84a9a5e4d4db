import { Aedes, type AedesOptions, type Client, type PublishPacket } from "aedes";
import mqemitter from "mqemitter";

type Done = (error?: Error) => void;

const isOwnTopic = (topic: string): boolean => topic.startsWith("$SYS/");

/**
 * aedes with two things mended.
 *
 * Order: aedes numbers messages when they come in and drops, at each subscriber, what has a lower number than what it
 * had before, as a duplicate. A retained message takes longer through the store than one that is not, is overtaken, and
 * would be lost. Here a message is numbered when the one before it has gone out.
 *
 * Acknowledgement: aedes writes the PUBACK first and stores afterwards. `publishNow`, called before the PUBACK, stores,
 * delivers and waits for the disk; aedes' own call for the same packet then does nothing.
 */
export class OrderedAedes extends Aedes {
  readonly #settled: () => Promise<void>;
  readonly #handled = new WeakSet<object>();
  readonly #waiting: (() => void)[] = [];
  #current: { wentOut(): void } | undefined;
  #pumping = false;

  constructor(options: AedesOptions, settled: () => Promise<void>) {
    // No limit on messages under way: one subscriber that does not read would hold up all the others.
    const emitter = mqemitter({ concurrency: 0, matchEmptyLevels: true });
    super({ ...options, mq: emitter, concurrency: 0 });
    this.#settled = settled;
    const emit = emitter.emit.bind(emitter);
    emitter.emit = (message, done) => {
      emit(message, done);
      if (!isOwnTopic(message.topic)) this.#wentOut(this.#current);
      return emitter;
    };
  }

  override publish(packet: PublishPacket, client: Client | null | Done, done?: Done): void {
    const finished = (typeof client === "function" ? client : done) ?? (() => undefined);
    const from = typeof client === "function" ? null : client;
    if (this.#handled.delete(packet)) finished();
    else if (isOwnTopic(packet.topic)) this.#publishAtOnce(packet, from, finished);
    else this.#publishInTurn(packet, from, { finished, wentOut: () => undefined });
  }

  /** Resolves when the message is durable and, if `delivered`, written to everyone who is subscribed. */
  async publishNow(packet: PublishPacket, client: Client | null, until: "stored" | "delivered"): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#publishInTurn(packet, client, {
        finished: (error) => (error ? reject(error) : resolve()),
        wentOut: until === "stored" ? resolve : () => undefined,
      });
    });
    await this.#settled();
  }

  /** aedes' own call for this packet will do nothing. */
  markHandled(packet: PublishPacket): void {
    this.#handled.add(packet);
  }

  #publishInTurn(packet: PublishPacket, client: Client | null, then: { finished: Done; wentOut(): void }): void {
    this.#waiting.push(() => {
      const turn = { wentOut: then.wentOut };
      this.#current = turn;
      this.#publishAtOnce(packet, client, (error) => {
        then.finished(error);
        // One that failed before it went out makes room for the next.
        this.#wentOut(turn);
      });
    });
    this.#pump();
  }

  #publishAtOnce(packet: PublishPacket, client: Client | null, done: Done): void {
    // The type leaves out the sender, which aedes' own code passes.
    Reflect.apply(super.publish, this, [packet, client, done]);
  }

  #wentOut(turn: { wentOut(): void } | undefined): void {
    if (turn === undefined || this.#current !== turn) return;
    this.#current = undefined;
    turn.wentOut();
    this.#pump();
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#current === undefined) {
      const start = this.#waiting.shift();
      if (start === undefined) break;
      start();
    }
    this.#pumping = false;
  }
}
