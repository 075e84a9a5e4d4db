import { isState } from "@wardkey/protocol/fleet";
import type { GroupCommit } from "./group-commit.js";
import { packetFromText, packetToText, type StoredPacket } from "./packet.js";

interface Message {
  readonly id: number;
  references: number;
}
interface Entry {
  readonly seq: number;
  readonly message: Message;
  readonly bytes: number;
  packet: StoredPacket;
}

/** Everything waits in memory too: a thousand of the largest messages would be 64 MB for each device that is away. */
const MOST_BYTES = 8 * 1024 * 1024;

/** What waits for the PUBACK of each persistent session, in order; a message for many of them is stored once. */
export class OutgoingQueues {
  readonly #commit: GroupCommit;
  readonly #most: number;
  readonly #queues = new Map<string, Map<string, Entry>>();
  readonly #bytes = new Map<string, number>();
  #nextSeq = 1;
  #nextMessage = 1;
  #dropped = 0;

  readonly #mostBytes: number;

  /**
   * `most`: messages a client. Beyond them the oldest state gives way, which its topic retains anyway: a command must
   * not be lost to what was said of the log since. Where no state waits, what comes is dropped.
   */
  constructor(commit: GroupCommit, most: number, mostBytes = MOST_BYTES) {
    this.#commit = commit;
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  load(
    messages: readonly { id: number; value: string }[],
    entries: readonly { seq: number; client: string; message: number }[],
  ): void {
    const known = new Map<number, { message: Message; packet: StoredPacket }>();
    for (const { id, value } of messages) {
      known.set(id, { message: { id, references: 0 }, packet: packetFromText(value) });
      this.#nextMessage = Math.max(this.#nextMessage, id + 1);
    }
    for (const { seq, client, message } of entries) {
      this.#nextSeq = Math.max(this.#nextSeq, seq + 1);
      const found = known.get(message);
      if (found === undefined) {
        this.#commit.dequeue(seq);
        continue;
      }
      found.message.references += 1;
      // The counter of the run that took it means nothing any more; `seq` keeps entries apart.
      const packet = { ...found.packet, brokerId: "before", brokerCounter: seq, messageId: undefined };
      this.#put(client, { seq, message: found.message, packet, bytes: packet.payload.length });
    }
    for (const { message } of known.values()) if (message.references === 0) this.#commit.removeMessage(message.id);
  }

  /** Since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  add(clients: Iterable<string>, packet: StoredPacket): void {
    let message: Message | undefined;
    for (const client of new Set(clients)) {
      const bytes = packet.payload.length;
      if (!this.#makeRoom(client, bytes)) {
        this.#dropped += 1;
        continue;
      }
      if (message === undefined) {
        message = { id: this.#nextMessage++, references: 0 };
        this.#commit.addMessage(message.id, packetToText(copyOf(packet)));
      }
      message.references += 1;
      const entry = { seq: this.#nextSeq++, message, packet: copyOf(packet), bytes };
      this.#put(client, entry);
      this.#commit.enqueue(entry.seq, { client, message: message.id });
    }
  }

  /** Notes under which packet id it is on its way, or (QoS 2) that only its release is left. */
  update(client: string, packet: StoredPacket): void {
    const queue = this.#queues.get(client);
    if (queue === undefined) return;
    if (packet.brokerId !== undefined) {
      const entry = queue.get(originOf(packet));
      if (entry !== undefined) entry.packet.messageId = packet.messageId;
      return;
    }
    for (const entry of queue.values()) {
      if (entry.packet.messageId === packet.messageId) {
        entry.packet = packet;
        return;
      }
    }
  }

  /** The client has it. Without a packet id nothing is meant: what was not sent stays. */
  clear(client: string, messageId: number | undefined): StoredPacket | undefined {
    const queue = this.#queues.get(client);
    if (queue === undefined || messageId === undefined) return undefined;
    for (const [origin, entry] of queue) {
      if (entry.packet.messageId !== messageId) continue;
      this.#remove(client, origin, entry);
      return entry.packet;
    }
    return undefined;
  }

  forget(client: string): void {
    for (const entry of this.#queues.get(client)?.values() ?? []) this.#release(entry);
    this.#queues.delete(client);
    this.#bytes.delete(client);
  }

  waiting(client: string): StoredPacket[] {
    return [...(this.#queues.get(client)?.values() ?? [])].map(({ packet }) => packet);
  }

  clients(): Iterable<string> {
    return this.#queues.keys();
  }

  #makeRoom(client: string, bytes: number): boolean {
    const queue = this.#queues.get(client);
    const isFull = (): boolean =>
      (queue?.size ?? 0) >= this.#most || (this.#bytes.get(client) ?? 0) + bytes > this.#mostBytes;
    while (isFull()) {
      // What is on its way already is answered by its packet id.
      const oldest = firstState(queue ?? new Map());
      if (oldest === undefined) return false;
      this.#remove(client, ...oldest);
      this.#dropped += 1;
    }
    return true;
  }

  #put(client: string, entry: Entry): void {
    const queue = this.#queues.get(client) ?? new Map<string, Entry>();
    this.#queues.set(client, queue);
    queue.set(originOf(entry.packet), entry);
    this.#bytes.set(client, (this.#bytes.get(client) ?? 0) + entry.bytes);
  }

  #remove(client: string, origin: string, entry: Entry): void {
    const queue = this.#queues.get(client);
    queue?.delete(origin);
    this.#release(entry);
    this.#bytes.set(client, (this.#bytes.get(client) ?? 0) - entry.bytes);
    if (queue?.size !== 0) return;
    this.#queues.delete(client);
    this.#bytes.delete(client);
  }

  #release({ seq, message }: Entry): void {
    this.#commit.dequeue(seq);
    message.references -= 1;
    if (message.references === 0) this.#commit.removeMessage(message.id);
  }
}

function firstState(queue: ReadonlyMap<string, Entry>): [string, Entry] | undefined {
  for (const [origin, entry] of queue) {
    if (entry.packet.messageId === undefined && isState(entry.packet.topic)) return [origin, entry];
  }
  return undefined;
}

const originOf = ({ brokerId, brokerCounter }: StoredPacket): string => `${brokerId}:${brokerCounter}`;

function copyOf({ cmd, brokerId, brokerCounter, topic, payload, qos, dup }: StoredPacket): StoredPacket {
  // [MQTT-3.3.1-9]: what reaches an established subscription does not carry RETAIN.
  const fields = { brokerId, brokerCounter, topic, payload, qos, retain: false, dup: dup ?? false };
  return { cmd: cmd ?? "publish", ...fields, messageId: undefined };
}
