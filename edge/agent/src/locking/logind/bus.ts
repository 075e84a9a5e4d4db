import type { EventEmitter } from "node:events";
import {
  type MessageBus as Connection,
  DBusError,
  Message,
  MessageFlag,
  MessageType,
  sessionBus,
} from "@jellybrick/dbus-next";
import { type Duration, seconds, WardkeyError } from "@wardkey/protocol";
import { pause } from "../bounded.js";
import { Listeners } from "../listeners.js";
import type { LockTime } from "../ports.js";

export const SYSTEM_BUS = "unix:path=/run/dbus/system_bus_socket";
const ANSWER_WITHIN: Duration = seconds(2);
const BUS = { destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus" };

export interface BusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: unknown[];
}

/** `denied`: the caller may not. `gone`: there is no such object or service. `silent`: no answer in time, or no bus. */
export type BusAnswer =
  | { readonly ok: true; readonly body: readonly unknown[] }
  | { readonly ok: false; readonly code: "denied" | "gone" | "silent" | "failed" };

export interface BusSignal {
  readonly sender: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly body: readonly unknown[];
}

/** One connection to a D-Bus. Every call has a deadline; a connection that broke stays broken. */
export class Bus {
  readonly #connection: Connection;
  readonly #time: LockTime;
  readonly #signals = new Listeners<BusSignal>();
  readonly #broken = new AbortController();

  private constructor(connection: Connection, time: LockTime) {
    this.#connection = connection;
    this.#time = time;
    // Without a listener the library's errors would end the process.
    const events: EventEmitter = connection;
    events.on("error", () => this.#broken.abort());
    connection.on("message", (message: Message) => {
      if (message.type !== MessageType.SIGNAL) return;
      const { sender, path, interface: of, member, body } = message;
      this.#signals.tell({ sender, path, interface: of, member, body });
    });
  }

  /** Throws `bus-unreachable`. */
  static async open(address: string, time: LockTime): Promise<Bus> {
    let connection: Connection;
    try {
      connection = sessionBus({ busAddress: address });
    } catch (cause) {
      throw new WardkeyError("bus-unreachable", "the bus cannot be reached", { cause });
    }
    const bus = new Bus(connection, time);
    const answered = await bus.call({ ...BUS, member: "GetId" });
    if (answered.ok) return bus;
    bus.close();
    throw new WardkeyError("bus-unreachable", "the bus does not answer");
  }

  get broken(): boolean {
    return this.#broken.signal.aborted;
  }

  on(listener: (signal: BusSignal) => void): () => void {
    return this.#signals.add(listener);
  }

  /** Asks the bus for signals that match; those sent to this connection alone come in any case, from anybody. */
  match(rule: string): Promise<BusAnswer> {
    return this.call({ ...BUS, member: "AddMatch", signature: "s", body: [rule] });
  }

  /** The connection that a service speaks from; `null`: nobody serves that name. */
  async ownerOf(name: string): Promise<string | null> {
    const answer = await this.call({ ...BUS, member: "GetNameOwner", signature: "s", body: [name] });
    const owner = answer.ok ? answer.body[0] : null;
    return typeof owner === "string" ? owner : null;
  }

  async call(call: BusCall): Promise<BusAnswer> {
    if (this.broken) return { ok: false, code: "silent" };
    const waited = new AbortController();
    const silent = async (): Promise<BusAnswer> => {
      await pause(ANSWER_WITHIN, this.#time, waited.signal, this.#broken.signal);
      return { ok: false, code: "silent" };
    };
    const answer = await Promise.race([this.#ask(call), silent()]);
    waited.abort();
    return answer;
  }

  close(): void {
    this.#broken.abort();
    this.#connection.disconnect();
  }

  async #ask(call: BusCall): Promise<BusAnswer> {
    try {
      const message = new Message({ ...call, flags: MessageFlag.NO_AUTO_START });
      const reply = await this.#connection.call(message);
      return { ok: true, body: reply?.body ?? [] };
    } catch (error) {
      const code = meaningOf(error);
      if (code === "silent") this.#broken.abort();
      return { ok: false, code };
    }
  }
}

const MEANINGS: Readonly<Record<string, "denied" | "gone">> = {
  "org.freedesktop.DBus.Error.AccessDenied": "denied",
  "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired": "denied",
  "org.freedesktop.DBus.Error.AuthFailed": "denied",
  "org.freedesktop.DBus.Error.UnknownObject": "gone",
  "org.freedesktop.DBus.Error.ServiceUnknown": "gone",
  "org.freedesktop.DBus.Error.NameHasNoOwner": "gone",
  "org.freedesktop.login1.NoSuchSession": "gone",
  "org.freedesktop.login1.NoSuchSeat": "gone",
};

/** What the other side refused has a name; everything else means that the connection is of no more use. */
function meaningOf(error: unknown): "denied" | "gone" | "silent" | "failed" {
  return error instanceof DBusError ? (MEANINGS[error.type] ?? "failed") : "silent";
}
