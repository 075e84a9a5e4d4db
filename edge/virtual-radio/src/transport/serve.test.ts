import { statSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectControl, createRoom, joinRoom, type Participant, type Room, serveRoom } from "../index.js";
import { CALM, joined, openSession, startKiosk, startPhone } from "../testing/phone-and-kiosk.js";
import { temporarySocket } from "../testing/socket-path.js";
import { encodeFrame, encodeJsonFrame } from "./frames.js";

describe("a room behind a socket", () => {
  let room: Room;
  let place: ReturnType<typeof temporarySocket>;
  let stop: () => Promise<void>;

  beforeEach(async () => {
    room = createRoom({ seed: 4, pathLoss: CALM });
    place = temporarySocket();
    const serving = await serveRoom(room, place);
    if (serving.outcome === "refused") throw new Error(serving.reason);
    stop = serving.close;
  });

  afterEach(async () => {
    await stop();
    await room.close();
    place.remove();
  });

  async function remote(name: string): Promise<Participant> {
    const outcome = await joinRoom({ socketPath: place.socketPath, name });
    if (outcome.outcome === "refused") throw new Error(outcome.reason);
    return outcome.participant;
  }

  /** Sends raw bytes as a client of its own; resolves when the room has closed that client. */
  function sendRaw(...frames: ReadonlyArray<Uint8Array>): Promise<void> {
    return new Promise((resolve) => {
      const socket = createConnection(place.socketPath);
      socket.on("error", () => {});
      socket.on("close", () => resolve());
      socket.resume();
      for (const frame of frames) socket.write(frame);
    });
  }

  it("carries a whole session between a remote phone and a remote kiosk", async () => {
    const phone = await startPhone(await remote("phone"));
    const session = await openSession(await startKiosk(await remote("kiosk")));
    await session.write.writeAsync(Buffer.alloc(150, 9), false);
    phone.notify(Buffer.from("heard"));
    await session.heardCount(1);
    expect({ written: phone.written, heard: session.heard }).toEqual({
      written: [Buffer.alloc(150, 9)],
      heard: [Buffer.from("heard")],
    });
  });

  it("is moved and read over the socket", async () => {
    const connected = await connectControl(place);
    if (connected.outcome === "refused") throw new Error(connected.reason);
    await remote("phone");
    await remote("kiosk");
    const replies = [
      await connected.control.place("phone", { x: 3, y: 4 }),
      await connected.control.setPocket("phone", true),
      await connected.control.setLoss(0.1, ["phone", "kiosk"]),
      await connected.control.setLatency(5),
      await connected.control.setPathLoss({ exponent: 2 }),
      await connected.control.place("phone", { x: 1e9, y: 0 }),
    ];
    const { pairs } = await connected.control.state();
    await connected.close();
    const refused = { outcome: "refused", reason: "invalid-request" };
    expect({ replies, pairs }).toEqual({
      replies: [...Array.from({ length: 5 }, () => ({ outcome: "done" })), refused],
      pairs: [{ between: ["phone", "kiosk"], metres: 5, meanRssiDbm: -81 }],
    });
  });

  it("lets links of a process that dies end by timeout at their peers", async () => {
    const participant = await remote("phone");
    await startPhone(participant);
    const session = await openSession(await startKiosk(joined(room, "kiosk")));
    const reason = new Promise<number>((resolve) => session.peripheral.once("disconnect", resolve));
    await participant.close();
    expect(await reason).toBe(8);
  });

  it("drops whoever sends garbage, and nobody else notices", async () => {
    const phone = await startPhone(await remote("phone"));
    const session = await openSession(await startKiosk(await remote("kiosk")));
    const hello = encodeJsonFrame("hello", { version: 1, join: { name: "rogue", options: {} } });
    await sendRaw(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    await sendRaw(encodeFrame("hci", Uint8Array.of(1, 3, 12, 0)));
    await sendRaw(hello, encodeFrame("hci", Uint8Array.of(0x77)));
    await sendRaw(hello, encodeFrame("request", Buffer.from("{")));
    await sendRaw(hello, encodeJsonFrame("transmit", { advertisements: [{ address: "x" }] }));
    await sendRaw(hello, encodeFrame("hci", new Uint8Array(5_000)));
    await session.write.writeAsync(Buffer.from("unharmed"), false);
    expect({ written: phone.written, present: presentIn(room) }).toEqual({
      written: [Buffer.from("unharmed")],
      present: ["phone", "kiosk"],
    });
  });

  it("survives any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 5, maxLength: 200 }), async (bytes) => {
        // A length that no client may send, so that the room answers by closing.
        await sendRaw(Uint8Array.of(0x7f, ...bytes));
        expect(presentIn(room)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    { name: "a taken name", hello: { version: 1, join: { name: "phone", options: {} } }, reason: "name-taken" },
    { name: "a later version", hello: { version: 2 }, reason: "unsupported-version" },
    { name: "more than is known", hello: { version: 1, root: true }, reason: "invalid-request" },
  ])("refuses $name with its reason", async ({ hello, reason }) => {
    await remote("phone");
    const answer = await new Promise<string>((resolve) => {
      const socket = createConnection(place.socketPath);
      socket.once("data", (data) => resolve(data.subarray(5).toString()));
      socket.write(encodeJsonFrame("hello", hello));
    });
    expect(JSON.parse(answer)).toEqual({ outcome: "refused", reason });
  });

  it("is closed to other users, and to a second room", async () => {
    expect({
      mode: statSync(place.socketPath).mode & 0o777,
      second: await serveRoom(room, place),
    }).toEqual({ mode: 0o600, second: { outcome: "refused", reason: "room-already-running" } });
  });

  it("leaves a file alone that is no socket", async () => {
    const path = `${place.socketPath}.txt`;
    writeFileSync(path, "notes");
    const outcome = await serveRoom(room, { socketPath: path });
    expect(outcome).toMatchObject({ outcome: "refused", reason: "socket-path-unusable" });
    expect(statSync(path).size).toBe(5);
  });

  it("cannot be reached where there is none", async () => {
    expect(await joinRoom({ socketPath: `${place.socketPath}.none`, name: "phone" })).toEqual({
      outcome: "refused",
      reason: "room-unreachable",
    });
  });

  it("tells its clients when it goes", async () => {
    const participant = await remote("phone");
    const told = new Promise<void>((resolve) => participant.onClose(() => resolve()));
    await stop();
    await told;
    expect(participant.closed).toBe(true);
  });
});

function presentIn(room: Room): string[] {
  return room
    .state()
    .participants.filter(({ present }) => present)
    .map(({ name }) => name);
}
