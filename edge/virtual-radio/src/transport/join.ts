import { createConnection, type Socket } from "node:net";
import type { z } from "zod";
import { assertNever } from "../assert-never.js";
import type { HeardFrame } from "../room/air.js";
import { controlOver, type RoomControl, type RoomReply } from "../room/control.js";
import type { JoinOptions, Participant } from "../room/participant.js";
import { createFrameReader, encodeFrame, encodeJsonFrame, type Frame, jsonOf, MAX_FRAME_BODY } from "./frames.js";
import { Heard, heardFromWire, PROTOCOL_VERSION, Reply, toWire, type WELCOME_REFUSALS, Welcome } from "./messages.js";

export interface ConnectOptions {
  readonly socketPath: string;
  /** How long to wait for the room. */
  readonly timeoutMs?: number;
}

export interface JoinRoomOptions extends ConnectOptions {
  readonly name: string;
  readonly options?: JoinOptions;
}

export type ConnectRefusal =
  | (typeof WELCOME_REFUSALS)[number]
  | "room-unreachable"
  | "room-timeout"
  | "room-unreadable";
export interface ConnectRefused {
  readonly outcome: "refused";
  readonly reason: ConnectRefusal;
}

export type JoinRoomOutcome =
  | { readonly outcome: "joined"; readonly participant: Participant; readonly control: RoomControl }
  | ConnectRefused;

export type ConnectControlOutcome =
  | { readonly outcome: "connected"; readonly control: RoomControl; close(): Promise<void> }
  | ConnectRefused;

const DEFAULT_TIMEOUT_MS = 5_000;

/** Adds a radio to a room in another process. Refuses with a `ConnectRefusal`; closing the participant leaves. */
export async function joinRoom(options: JoinRoomOptions): Promise<JoinRoomOutcome> {
  const join = { name: options.name, options: options.options ?? {} };
  const connected = await connect(options, { version: PROTOCOL_VERSION, join });
  if (connected.outcome === "refused") return connected;
  const { control } = connected.connection;
  return { outcome: "joined", participant: remoteParticipant(options.name, connected.connection), control };
}

/** The controls of a room in another process, without a radio. Refuses with a `ConnectRefusal`. */
export async function connectControl(options: ConnectOptions): Promise<ConnectControlOutcome> {
  const connected = await connect(options, { version: PROTOCOL_VERSION });
  if (connected.outcome === "refused") return connected;
  const { control, close } = connected.connection;
  return { outcome: "connected", control, close };
}

interface Connection {
  readonly control: RoomControl;
  write(frame: Buffer): void;
  readonly closed: boolean;
  readonly packets: Set<(packet: Uint8Array) => void>;
  readonly heard: Set<(frame: HeardFrame) => void>;
  readonly onClose: Set<() => void>;
  close(): Promise<void>;
}

function connect(
  options: ConnectOptions,
  hello: object,
): Promise<{ outcome: "connected"; connection: Connection } | ConnectRefused> {
  return new Promise((resolve) => {
    const socket = createConnection(options.socketPath);
    const refuse = (reason: ConnectRefusal): void => {
      clearTimeout(deadline);
      socket.destroy();
      resolve({ outcome: "refused", reason });
    };
    const deadline = setTimeout(() => refuse("room-timeout"), options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const welcome = (answer: z.infer<typeof Welcome>): void => {
      clearTimeout(deadline);
      if (answer.outcome === "refused") refuse(answer.reason);
      else resolve({ outcome: "connected", connection });
    };
    const connection = openConnection(socket, { welcome, unreadable: () => refuse("room-unreadable") });
    socket.once("error", () => refuse("room-unreachable"));
    socket.once("close", () => refuse("room-unreachable"));
    socket.once("connect", () => socket.write(encodeJsonFrame("hello", hello)));
  });
}

interface Expected {
  readonly welcome: (answer: z.infer<typeof Welcome>) => void;
  readonly unreadable: () => void;
}

function openConnection(socket: Socket, expected: Expected): Connection {
  const reader = createFrameReader(MAX_FRAME_BODY);
  const waiting = new Map<number, (reply: RoomReply) => void>();
  const packets = new Set<(packet: Uint8Array) => void>();
  const heard = new Set<(frame: HeardFrame) => void>();
  const onClose = new Set<() => void>();
  let requests = 0;
  let closed = false;

  const write = (frame: Buffer): void => {
    if (!closed) socket.write(frame);
  };

  function receive(frame: Frame): boolean {
    switch (frame.kind) {
      case "hci":
        // One packet in a turn: host stacks finish one before the next.
        setImmediate(() => {
          if (!closed) for (const listener of packets) listener(frame.body);
        });
        return true;
      case "welcome": {
        const read = Welcome.safeParse(jsonOf(frame));
        if (read.success) expected.welcome(read.data);
        return read.success;
      }
      case "reply": {
        const read = Reply.safeParse(jsonOf(frame));
        if (!read.success) return false;
        waiting.get(read.data.id)?.(read.data.reply);
        waiting.delete(read.data.id);
        return true;
      }
      case "heard": {
        const read = Heard.safeParse(jsonOf(frame));
        if (read.success) for (const listener of heard) listener(heardFromWire(read.data));
        return read.success;
      }
      case "hello":
      case "request":
      case "transmit":
      case "sniff":
        return false;
      default:
        return assertNever(frame.kind);
    }
  }

  socket.on("data", (chunk) => {
    const { frames, malformed } = reader.push(chunk);
    const unread = frames.some((frame) => !receive(frame));
    if (unread || malformed) {
      expected.unreadable();
      socket.destroy();
    }
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    closed = true;
    for (const answer of waiting.values()) answer({ outcome: "refused", reason: "room-closed" });
    waiting.clear();
    for (const listener of onClose) listener();
  });

  return {
    get closed() {
      return closed;
    },
    ...{ write, packets, heard, onClose },
    control: controlOver(
      (request) =>
        new Promise((resolve) => {
          if (closed) {
            resolve({ outcome: "refused", reason: "room-closed" });
            return;
          }
          const id = requests++;
          const deadline = setTimeout(() => {
            waiting.delete(id);
            resolve({ outcome: "refused", reason: "no-answer" });
          }, DEFAULT_TIMEOUT_MS);
          waiting.set(id, (reply) => {
            clearTimeout(deadline);
            resolve(reply);
          });
          write(encodeJsonFrame("request", { id, request }));
        }),
    ),
    close: () =>
      new Promise((resolve) => {
        if (closed) resolve();
        else {
          socket.once("close", () => resolve());
          socket.destroy();
        }
      }),
  };
}

function remoteParticipant(name: string, connection: Connection): Participant {
  return {
    name,
    get closed() {
      return connection.closed;
    },
    send(packet) {
      connection.write(encodeFrame("hci", packet));
      return "accepted";
    },
    onPacket(listener) {
      connection.packets.add(listener);
      return () => connection.packets.delete(listener);
    },
    transmit: (advertisement) =>
      connection.write(encodeJsonFrame("transmit", { advertisements: [toWire(advertisement)] })),
    sniff(listener) {
      connection.heard.add(listener);
      if (connection.heard.size === 1) connection.write(encodeJsonFrame("sniff", { on: true }));
      return () => {
        connection.heard.delete(listener);
        if (connection.heard.size === 0) connection.write(encodeJsonFrame("sniff", { on: false }));
      };
    },
    onClose(listener) {
      connection.onClose.add(listener);
    },
    close: connection.close,
  };
}
