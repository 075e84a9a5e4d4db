import { afterEach, describe, expect, it } from "vitest";
import { createRoom, loadNoble, type NoblePeripheral, type Room } from "../index.js";
import {
  CALM,
  disconnected,
  discover,
  joined,
  openSession,
  startKiosk,
  startPhone,
  WRITE,
} from "../testing/phone-and-kiosk.js";

describe("noble and bleno, unmodified, in one simulated room", () => {
  const rooms: Room[] = [];

  function openRoom(): Room {
    const room = createRoom({ seed: 7, pathLoss: CALM });
    rooms.push(room);
    return room;
  }

  afterEach(async () => {
    await Promise.all(rooms.splice(0).map((room) => room.close()));
  });

  it("finds a phone, connects, writes 150 bytes with an answer and hears a notification", async () => {
    const room = openRoom();
    const phone = await startPhone(joined(room, "phone", { position: { x: 1, y: 0 } }));
    const session = await openSession(await startKiosk(joined(room, "kiosk")));
    await session.write.writeAsync(Buffer.alloc(150, 5), false);
    phone.notify(Buffer.from("hello"));
    await session.heardCount(1);
    const { peripheral } = session;
    expect({
      written: phone.written,
      heard: session.heard,
      mtu: peripheral.mtu,
      rssi: await peripheral.updateRssiAsync(),
      name: peripheral.advertisement.localName,
    }).toEqual({
      written: [Buffer.alloc(150, 5)],
      heard: [Buffer.from("hello")],
      mtu: 256,
      rssi: -59,
      name: undefined,
    });
  });

  it("carries 100 acknowledged writes and 100 notifications without losing one", async () => {
    const room = openRoom();
    const phone = await startPhone(joined(room, "phone"));
    const session = await openSession(await startKiosk(joined(room, "kiosk")));
    const sent = Array.from({ length: 100 }, (_, index) => Buffer.alloc(150, index));
    for (const data of sent) await session.write.writeAsync(data, false);
    for (const data of sent) phone.notify(data);
    await session.heardCount(100);
    expect({ written: phone.written, heard: session.heard }).toEqual({ written: sent, heard: sent });
  });

  it("keeps to 23 bytes with a peer that agrees to no larger MTU, whichever side it is", async () => {
    const room = openRoom();
    const small = await startPhone(joined(room, "phone", { maxAttMtu: 23 }));
    const first = await openSession(await startKiosk(joined(room, "kiosk")));
    small.notify(Buffer.alloc(100, 1));
    await first.heardCount(1);
    const seen = [{ mtu: first.peripheral.mtu, heard: first.heard }];
    const other = openRoom();
    const phone = await startPhone(joined(other, "phone"));
    const second = await openSession(await startKiosk(joined(other, "kiosk", { maxAttMtu: 23 })));
    phone.notify(Buffer.alloc(100, 1));
    await second.heardCount(1);
    seen.push({ mtu: second.peripheral.mtu, heard: second.heard });
    expect(seen).toEqual([
      { mtu: 23, heard: [Buffer.alloc(20, 1)] },
      { mtu: 23, heard: [Buffer.alloc(20, 1)] },
    ]);
  });

  it("lets a phone that serves one kiosk be found by the next, and serves both apart", async () => {
    const room = openRoom();
    const phone = await startPhone(joined(room, "phone"));
    const first = await openSession(await startKiosk(joined(room, "kiosk-a")));
    const second = await openSession(await startKiosk(joined(room, "kiosk-b")));
    const [toFirst, toSecond] = Array.from(phone.subscribers.values());
    toFirst?.(Buffer.from("for a"));
    toSecond?.(Buffer.from("for b"));
    await Promise.all([first.heardCount(1), second.heardCount(1)]);
    await first.peripheral.disconnectAsync();
    await second.write.writeAsync(Buffer.from("still here"), false);
    expect({ first: first.heard, second: second.heard, written: phone.written, left: phone.left.length }).toEqual({
      first: [Buffer.from("for a")],
      second: [Buffer.from("for b")],
      written: [Buffer.from("still here")],
      left: 1,
    });
  });

  it("lets one kiosk hold several phones", async () => {
    const room = openRoom();
    const phones = [await startPhone(joined(room, "phone-a")), await startPhone(joined(room, "phone-b"))];
    const noble = await startKiosk(joined(room, "kiosk"));
    const first = await discover(noble);
    await first.connectAsync();
    // What the first phone had advertised before it was connected may still come, more than once.
    let second = await discover(noble);
    while (second === first) second = await discover(noble);
    await second.connectAsync();
    for (const peripheral of [first, second]) {
      const { characteristics } = await peripheral.discoverAllServicesAndCharacteristicsAsync();
      await characteristics.find(({ uuid }) => uuid === WRITE)?.writeAsync(Buffer.from(peripheral.address), false);
    }
    expect(phones.flatMap(({ written }) => written.map(String)).sort()).toEqual([first.address, second.address].sort());
  });

  it("tells both ends when the phone goes out of range", async () => {
    const room = openRoom();
    const phone = await startPhone(joined(room, "phone"));
    const session = await openSession(await startKiosk(joined(room, "kiosk")));
    const told = disconnected(session.peripheral);
    const phoneTold = new Promise<void>((resolve) => phone.bleno.once("disconnect", () => resolve()));
    await room.control.place("phone", { x: 5_000, y: 0 });
    // Core 5.3 Vol 1 F 2.8: 8 is "connection timeout".
    const reason = await told;
    await phoneTold;
    expect({ reason, left: phone.left.length }).toEqual({ reason: 8, left: 1 });
  });

  it("tells the phone that the kiosk ended the connection", async () => {
    const room = openRoom();
    const phone = await startPhone(joined(room, "phone"));
    const session = await openSession(await startKiosk(joined(room, "kiosk")));
    const gone = new Promise<void>((resolve) => phone.bleno.once("disconnect", () => resolve()));
    await session.peripheral.disconnectAsync();
    await gone;
    expect({ left: phone.left.length, state: session.peripheral.state }).toEqual({ left: 1, state: "disconnected" });
  });

  it("outlives a phone that disconnects at any moment of a session", async () => {
    const room = openRoom();
    const phone = await startPhone(joined(room, "phone"));
    const noble = await startKiosk(joined(room, "kiosk"));
    for (const afterMs of [1, 8, 20, 45, 90]) {
      const peripheral = await discover(noble);
      await peripheral.connectAsync();
      const ended = disconnected(peripheral);
      const timer = setTimeout(() => phone.bleno.disconnect(), afterMs);
      // Never answered once the phone has gone: that is noble's way, and no failure of this wait.
      void writeForever(peripheral);
      await ended;
      clearTimeout(timer);
      // What noble still waited for in a dead session would answer in the next one, and replace its characteristics.
      peripheral.removeAllListeners();
    }
    const session = await openSession(noble);
    await session.write.writeAsync(Buffer.from("well"), false);
    expect(phone.written.at(-1)).toEqual(Buffer.from("well"));
  });

  it("gives up connecting to a phone that left, and connects to it when it is back", async () => {
    const room = openRoom();
    await startPhone(joined(room, "phone"));
    const peripheral = await discover(await startKiosk(joined(room, "kiosk")));
    await room.control.place("phone", { x: 5_000, y: 0 });
    const refused = peripheral.connectAsync().catch((error: unknown) => String(error));
    peripheral.cancelConnect();
    const outcome = await refused;
    await room.control.place("phone", { x: 1, y: 0 });
    await new Promise((resolve) => setImmediate(resolve));
    await peripheral.connectAsync();
    expect({ outcome, state: peripheral.state }).toEqual({
      outcome: "Error: connection canceled!",
      state: "connected",
    });
  });

  it("moves a phone to another address when its owner asks", async () => {
    const room = openRoom();
    const phone = await startPhone(joined(room, "phone", { addressType: "random" }));
    phone.bleno.setAddress("c2:00:00:00:00:07");
    const { address, addressType } = await discover(await startKiosk(joined(room, "kiosk")));
    expect({ address, addressType }).toEqual({ address: "c2:00:00:00:00:07", addressType: "random" });
  });

  it("never tells the name of the machine", async () => {
    const room = openRoom();
    await startPhone(joined(room, "phone"));
    const peripheral = await discover(await startKiosk(joined(room, "kiosk")));
    await peripheral.connectAsync();
    const { characteristics } = await peripheral.discoverAllServicesAndCharacteristicsAsync();
    const name = await characteristics.find(({ uuid }) => uuid === "2a00")?.readAsync();
    expect({ scanned: peripheral.advertisement.localName, read: name?.toString() }).toEqual({
      scanned: undefined,
      read: "",
    });
  });

  it("leaves no listener on the process behind", async () => {
    const before = { exit: process.listenerCount("exit"), interrupt: process.listenerCount("SIGINT") };
    const room = openRoom();
    await startPhone(joined(room, "phone"));
    await startKiosk(joined(room, "kiosk"));
    const open = { exit: process.listenerCount("exit"), interrupt: process.listenerCount("SIGINT") };
    await room.close();
    const after = { exit: process.listenerCount("exit"), interrupt: process.listenerCount("SIGINT") };
    expect({ open, after }).toEqual({
      open: { exit: before.exit + 2, interrupt: before.interrupt + 2 },
      after: before,
    });
  });

  it("says that it is powered off when its radio is gone", async () => {
    const room = openRoom();
    const phone = await startPhone(joined(room, "phone"));
    const noble = await startKiosk(joined(room, "kiosk"));
    const states: string[] = [];
    noble.on("stateChange", (state) => states.push(state));
    phone.bleno.on("stateChange", (state) => states.push(state));
    await room.close();
    expect(states).toEqual(["poweredOff", "poweredOff"]);
  });

  it("gives each participant a stack of its own", () => {
    const room = openRoom();
    expect(loadNoble(joined(room, "kiosk-a"))).not.toBe(loadNoble(joined(room, "kiosk-b")));
  });
});

async function writeForever(peripheral: NoblePeripheral): Promise<void> {
  const { characteristics } = await peripheral.discoverAllServicesAndCharacteristicsAsync();
  const write = characteristics.find(({ uuid }) => uuid === WRITE);
  while (peripheral.state === "connected") await write?.writeAsync(Buffer.alloc(200), false);
}
