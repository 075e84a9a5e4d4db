import type { Socket } from "node:net";
import { assertNever } from "../assert-never.js";
import type { Participant } from "../room/participant.js";
import type { Room } from "../room/room.js";
import { createFrameReader, encodeFrame, encodeJsonFrame, type Frame, jsonOf, MAX_CLIENT_BODY } from "./frames.js";
import { fromWire, Hello, heardToWire, PROTOCOL_VERSION, Request, Sniff, Transmit } from "./messages.js";

/** Beyond this a reader is slow: it gets no more advertising reports. */
const CONGESTED_BYTES = 256 * 1024;
/** Beyond this it is gone. */
const DROPPED_BYTES = 4 * 1024 * 1024;
const HELLO_MS = 5_000;

/** Speaks with one client of the room. Whatever cannot be read ends that client, and nobody else notices. */
export function serveClient(room: Room, socket: Socket): void {
  const reader = createFrameReader(MAX_CLIENT_BODY);
  let greeted = false;
  let participant: Participant | undefined;
  let stopSniffing = (): void => {};

  const helloDeadline = setTimeout(() => socket.destroy(), HELLO_MS);
  const drop = (): void => {
    socket.destroy();
  };
  const send = (frame: Buffer): void => {
    if (socket.destroyed) return;
    if (socket.writableLength > DROPPED_BYTES) drop();
    else socket.write(frame);
  };

  socket.on("error", drop);
  socket.on("close", () => {
    clearTimeout(helloDeadline);
    stopSniffing();
    void participant?.close();
  });
  socket.on("data", (chunk) => {
    const { frames, malformed } = reader.push(chunk);
    for (const frame of frames) {
      if (socket.destroyed) return;
      if (handle(frame) === "malformed") return drop();
    }
    if (malformed) drop();
  });

  function handle(frame: Frame): "handled" | "malformed" {
    if (!greeted) return frame.kind === "hello" ? greet(frame) : "malformed";
    switch (frame.kind) {
      case "hci":
        return participant?.send(frame.body) === "accepted" ? "handled" : "malformed";
      case "request": {
        const read = Request.safeParse(jsonOf(frame));
        if (!read.success) return "malformed";
        send(encodeJsonFrame("reply", { id: read.data.id, reply: room.ask(read.data.request) }));
        return "handled";
      }
      case "transmit": {
        const read = Transmit.safeParse(jsonOf(frame));
        if (!read.success || participant === undefined) return "malformed";
        for (const wire of read.data.advertisements) participant.transmit(fromWire(wire));
        return "handled";
      }
      case "sniff": {
        const read = Sniff.safeParse(jsonOf(frame));
        if (!read.success || participant === undefined) return "malformed";
        stopSniffing();
        stopSniffing = read.data.on
          ? participant.sniff((heard) => {
              if (!congested()) send(encodeJsonFrame("heard", heardToWire(heard)));
            })
          : () => {};
        return "handled";
      }
      case "hello":
      case "welcome":
      case "reply":
      case "heard":
        return "malformed";
      default:
        return assertNever(frame.kind);
    }
  }

  const congested = (): boolean => socket.writableLength > CONGESTED_BYTES;

  function greet(frame: Frame): "handled" | "malformed" {
    const said = jsonOf(frame);
    const read = Hello.safeParse(said);
    if (!read.success) {
      const otherVersion = typeof said === "object" && said !== null && "version" in said;
      const reason = otherVersion && said.version !== PROTOCOL_VERSION ? "unsupported-version" : "invalid-request";
      refuse(reason);
      return "handled";
    }
    greeted = true;
    clearTimeout(helloDeadline);
    if (read.data.join !== undefined) {
      const { name, options } = read.data.join;
      const joined = room.join(name, options, congested);
      if (joined.outcome === "refused") {
        refuse(joined.reason);
        return "handled";
      }
      participant = joined.participant;
      participant.onPacket((packet) => send(encodeFrame("hci", packet)));
      participant.onClose(drop);
    }
    send(encodeJsonFrame("welcome", { outcome: "welcome" }));
    return "handled";
  }

  function refuse(reason: string): void {
    clearTimeout(helloDeadline);
    socket.end(encodeJsonFrame("welcome", { outcome: "refused", reason }));
  }
}
