import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { createRoom, serveRoom } from "../index.js";
import { CALM, discover, joined, SERVICE, startKiosk } from "../testing/phone-and-kiosk.js";
import { temporarySocket } from "../testing/socket-path.js";

// A phone in another process that knows nothing but the frames: it joins, advertises one UUID and then sleeps.
const PHONE = `
import { createConnection } from "node:net";
const [socketPath, uuid] = process.argv.slice(1);
const frame = (kind, body) => {
  const bytes = Buffer.alloc(5 + body.length);
  bytes.writeUInt32BE(body.length, 0);
  bytes.writeUInt8(kind, 4);
  body.copy(bytes, 5);
  return bytes;
};
const command = (opcode, parameters) =>
  frame(3, Buffer.from([1, opcode & 255, opcode >> 8, parameters.length, ...parameters]));
const socket = createConnection(socketPath);
socket.write(frame(1, Buffer.from(JSON.stringify({ version: 1, join: { name: "phone", options: {} } }))));
socket.write(command(0x2006, [160, 0, 160, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0]));
socket.write(command(0x2008, [18, 17, 7, ...Buffer.from(uuid, "hex").reverse(), ...Buffer.alloc(13)]));
socket.write(command(0x200a, [1]));
socket.resume();
`;

describe("a participant in another process", () => {
  it("is heard by noble here, and gone from the room when its process is killed", async () => {
    const room = createRoom({ seed: 2, pathLoss: CALM });
    const place = temporarySocket();
    const serving = await serveRoom(room, place);
    if (serving.outcome === "refused") throw new Error(serving.reason);
    const phone = spawn(process.execPath, ["--input-type=module", "-e", PHONE, "--", place.socketPath, SERVICE]);
    try {
      const peripheral = await discover(await startKiosk(joined(room, "kiosk")));
      const exited = new Promise<void>((resolve) => phone.once("exit", () => resolve()));
      phone.kill("SIGKILL");
      await exited;
      while (room.state().participants.some(({ name, present }) => name === "phone" && present)) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(peripheral.advertisement.serviceUuids).toEqual([SERVICE]);
    } finally {
      phone.kill("SIGKILL");
      await serving.close();
      await room.close();
      place.remove();
    }
  });
});
