import { afterEach, describe, expect, it } from "vitest";
import { type Bleno, createRoom, loadBleno, loadNoble, type Noble, type NoblePeripheral, type Room } from "../index.js";
import type { JoinOptions, Participant } from "../room/participant.js";

const SERVICE = "0f9b1c2d3e4f4a5b8c7d6e5f40312233";
const WRITE = "0f9b1c2d3e4f4a5b8c7d6e5f40312234";
const NOTIFY = "0f9b1c2d3e4f4a5b8c7d6e5f40312235";

describe("noble and bleno in one room", () => {
  const rooms: Room[] = [];
  const calm = { shadowingSigmaDb: 0, fadingSigmaDb: 0 };

  function room(): Room {
    const created = createRoom({ seed: 7, pathLoss: calm });
    rooms.push(created);
    return created;
  }

  function join(room: Room, name: string, options: JoinOptions = {}): Participant {
    const joined = room.join(name, options);
    if (joined.outcome !== "joined") throw new Error(joined.reason);
    return joined.participant;
  }

  afterEach(async () => {
    await Promise.all(rooms.splice(0).map((one) => one.close()));
  });

  it("finds a phone, connects, writes and hears notifications", async () => {
    const air = room();
    const phone = await phoneOn(join(air, "phone", { position: { x: 1, y: 0 } }));
    const noble = await kioskOn(join(air, "kiosk"));
    const peripheral = await discover(noble);
    await peripheral.connectAsync();
    const { characteristics } = await peripheral.discoverSomeServicesAndCharacteristicsAsync([SERVICE], []);
    expect(characteristics.map(({ uuid, properties }) => ({ uuid, properties }))).toEqual([
      { uuid: WRITE, properties: ["write"] },
      { uuid: NOTIFY, properties: ["notify"] },
    ]);
    const [write, notify] = characteristics;
    const heard: Buffer[] = [];
    const heardOne = new Promise<void>((resolve) =>
      notify?.on("data", (data) => {
        heard.push(data);
        resolve();
      }),
    );
    await notify?.subscribeAsync();
    await write?.writeAsync(Buffer.alloc(150, 5), false);
    phone.notify(Buffer.from("hello"));
    await heardOne;
    expect({ written: phone.written, heard, mtu: peripheral.mtu, rssi: await peripheral.updateRssiAsync() }).toEqual({
      written: [Buffer.alloc(150, 5)],
      heard: [Buffer.from("hello")],
      mtu: 256,
      rssi: -59,
    });
    await peripheral.disconnectAsync();
  });
});

async function phoneOn(
  participant: Participant,
): Promise<{ bleno: Bleno; written: Buffer[]; notify(data: Buffer): void }> {
  const bleno = loadBleno(participant);
  const written: Buffer[] = [];
  const updates = new Map<number, (data: Buffer) => void>();
  await bleno.waitForPoweredOnAsync();
  const write = new bleno.Characteristic({
    uuid: WRITE,
    properties: ["write"],
    onWriteRequest(_connection, data, _offset, _withoutResponse, callback) {
      written.push(data);
      callback(bleno.Characteristic.RESULT_SUCCESS);
    },
  });
  const notify = new bleno.Characteristic({
    uuid: NOTIFY,
    properties: ["notify"],
    onSubscribe: (connection, _max, update) => updates.set(connection, update),
    onUnsubscribe: (connection) => updates.delete(connection),
  });
  await bleno.setServicesAsync([new bleno.PrimaryService({ uuid: SERVICE, characteristics: [write, notify] })]);
  await bleno.startAdvertisingAsync("", [SERVICE]);
  return {
    bleno,
    written,
    notify(data) {
      for (const update of updates.values()) update(data);
    },
  };
}

async function kioskOn(participant: Participant): Promise<Noble> {
  const noble = loadNoble(participant);
  await new Promise<void>((resolve) => noble.on("stateChange", (state) => state === "poweredOn" && resolve()));
  return noble;
}

async function discover(noble: Noble): Promise<NoblePeripheral> {
  const found = new Promise<NoblePeripheral>((resolve) => noble.once("discover", resolve));
  await noble.startScanningAsync([SERVICE], false);
  return found;
}
