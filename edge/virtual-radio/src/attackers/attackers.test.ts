import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createRawHost,
  createRogueCentral,
  createRoom,
  forgedStrength,
  type HeardReport,
  type Recording,
  type Room,
  replayAdvertisement,
  replayPackets,
  replayPhone,
  startAdvertisingFlood,
  startRecorder,
  startRelay,
} from "../index.js";
import { createManualClock } from "../room/manual-clock.js";
import {
  CALM,
  disconnected,
  discover,
  joined,
  NOTIFY,
  openSession,
  SERVICE,
  startKiosk,
  startPhone,
  WRITE,
} from "../testing/phone-and-kiosk.js";

const FAR = { position: { x: 1_000, y: 0 } };
const NEAR_FAR = { position: { x: 1_001, y: 0 } };
const isAdvertisingService = ({ type, data }: HeardReport): boolean =>
  type === 0 && Buffer.from(data).includes(Buffer.from(SERVICE, "hex").reverse());

describe("attackers", () => {
  let room: Room;

  beforeEach(() => {
    room = createRoom({ seed: 11, pathLoss: CALM });
  });

  afterEach(() => room.close());

  it.each([0, 30])("relay a whole session with a phone out of reach, %i ms later each way", async (delayMs) => {
    const phone = await startPhone(joined(room, "phone", FAR));
    const relay = startRelay({
      nearPhone: joined(room, "relay-phone", NEAR_FAR),
      nearKiosk: joined(room, "relay-kiosk", { position: { x: 1, y: 0 } }),
      isVictim: isAdvertisingService,
      delayMs,
    });
    const session = await openSession(await startKiosk(joined(room, "kiosk")));
    await session.write.writeAsync(Buffer.alloc(150, 3), false);
    phone.notify(Buffer.from("from afar"));
    await session.heardCount(1);
    const gone = new Promise<void>((resolve) => phone.bleno.once("disconnect", () => resolve()));
    await session.peripheral.disconnectAsync();
    await gone;
    expect({ written: phone.written, heard: session.heard, sessions: relay.sessions }).toEqual({
      written: [Buffer.alloc(150, 3)],
      heard: [Buffer.from("from afar")],
      sessions: 1,
    });
    relay.stop();
  });

  it("record a session that they overhear, and play the kiosk's part to the phone again", async () => {
    const { phone, recording } = await recordedSession();
    const thief = createRawHost(joined(room, "thief"));
    const link = await thief.connect(recordedAddress(recording), "public");
    if (link === undefined) throw new Error("the phone was not reached");
    await replayPackets(link, recording, { from: "kiosk", gapMs: 40 });
    expect(phone.written).toEqual([Buffer.from("secret"), Buffer.from("secret")]);
  });

  it("hear nothing of a session that is too far away", async () => {
    const recording = startRecorder(joined(room, "recorder", FAR));
    await startPhone(joined(room, "phone"));
    const session = await openSession(await startKiosk(joined(room, "kiosk")));
    await session.write.writeAsync(Buffer.from("secret"), false);
    expect({ packets: recording.packets, advertisements: recording.advertisements }).toEqual({
      packets: [],
      advertisements: [],
    });
  });

  it("play a recorded phone to a kiosk, with its advertisement, address and notifications", async () => {
    const { recording, kiosk, phoneParticipant } = await recordedSession();
    await phoneParticipant.close();
    await kiosk.close();
    const ghost = replayPhone(joined(room, "ghost"), recording, "phone");
    const session = await openSession(await startKiosk(joined(room, "kiosk-2")));
    await session.write.writeAsync(Buffer.from("secret"), false);
    await session.heardCount(1);
    expect({ address: session.peripheral.address, heard: session.heard }).toEqual({
      address: recordedAddress(recording),
      heard: [Buffer.from("answer")],
    });
    ghost.stop();
  });

  it("advertise a recorded advertisement long after its phone left", async () => {
    const { recording, phoneParticipant } = await recordedSession();
    await phoneParticipant.close();
    const [first] = recording.advertisements;
    if (first === undefined) throw new Error("nothing was recorded");
    const stop = replayAdvertisement(joined(room, "ghost"), first.advertisement);
    const peripheral = await discover(await startKiosk(joined(room, "kiosk-2")));
    stop();
    expect({ address: peripheral.address, uuids: peripheral.advertisement.serviceUuids }).toEqual({
      address: first.advertisement.address,
      uuids: [SERVICE],
    });
  });

  it("connect to a phone as a rogue kiosk and exchange what they like", async () => {
    const phone = await startPhone(joined(room, "phone"));
    const rogue = createRogueCentral(joined(room, "rogue"));
    const found = await rogue.find(isAdvertisingService, 5_000);
    const session = found && (await rogue.connect(found));
    if (session === undefined) throw new Error("the phone was not reached");
    const heard = new Promise<Uint8Array>(
      (resolve) => void session.subscribe(NOTIFY, resolve).then(() => phone.notify(Buffer.from("to a rogue"))),
    );
    const answer = await session.write(WRITE, Buffer.from("any bytes"));
    const missing = await session.write("00".repeat(16), Buffer.from("x"));
    expect({ mtu: session.mtu, answer, missing, written: phone.written, heard: Buffer.from(await heard) }).toEqual({
      mtu: 256,
      answer: { outcome: "answered", pdu: Uint8Array.of(0x13) },
      missing: { outcome: "no-answer" },
      written: [Buffer.from("any bytes")],
      heard: Buffer.from("to a rogue"),
    });
  });

  it("do not end a phone's process with a malformed ATT packet, only their own link", async () => {
    const faults: unknown[] = [];
    const phone = await startPhone(joined(room, "phone"), { onFault: (fault) => faults.push(fault) });
    const rogue = createRogueCentral(joined(room, "rogue"));
    const found = await rogue.find(isAdvertisingService, 5_000);
    const session = found && (await rogue.connect(found));
    if (session === undefined) throw new Error("the phone was not reached");
    const ended = new Promise<number>((resolve) => session.link.onEnded(resolve));
    session.sendRaw(Uint8Array.of(0x12));
    const reason = await ended;
    const honest = await openSession(await startKiosk(joined(room, "kiosk")));
    await honest.write.writeAsync(Buffer.from("served"), false);
    expect({ reason, faults: faults.length, written: phone.written }).toEqual({
      reason: 0x13,
      faults: 1,
      written: [Buffer.from("served")],
    });
  });

  it("are heard as if they touched the kiosk, from any distance", async () => {
    await startPhone(joined(room, "liar", { ...forgedStrength(), ...FAR, maxConnections: 2 }));
    const noble = await startKiosk(joined(room, "kiosk"));
    const peripheral = await discover(noble);
    await room.control.place("liar", { x: 3, y: 0 });
    await peripheral.connectAsync();
    expect({ heard: peripheral.rssi, read: await peripheral.updateRssiAsync() }).toEqual({ heard: -30, read: -30 });
  });

  it("flood the air with the asked number of advertisements a second, each with another UUID", async () => {
    const clock = createManualClock();
    const flooded = createRoom({ seed: 1, clock, pathLoss: CALM });
    const kiosk = createRawHost(joined(flooded, "kiosk"), clock);
    const uuids = new Set<string>();
    kiosk.onReport(({ type, data }) => type === 0 && uuids.add(Buffer.from(data.slice(5)).toString("hex")));
    kiosk.scan();
    const flood = startAdvertisingFlood(joined(flooded, "flood"), { perSecond: 1_000, seed: 1, clock });
    await clock.advance(1_000);
    flood.stop();
    await clock.advance(1_000);
    expect({ sent: flood.sent, heard: uuids.size }).toEqual({ sent: 1_000, heard: 1_000 });
  });

  it("do not keep noble from finding and serving a real phone while they flood", async () => {
    const flood = startAdvertisingFlood(joined(room, "flood"), { perSecond: 2_000, seed: 1, addresses: "one" });
    const phone = await startPhone(joined(room, "phone"));
    const session = await openSession(await startKiosk(joined(room, "kiosk")));
    await session.write.writeAsync(Buffer.from("through"), false);
    flood.stop();
    expect(phone.written).toEqual([Buffer.from("through")]);
  });

  interface Recorded {
    readonly phone: Awaited<ReturnType<typeof startPhone>>;
    readonly phoneParticipant: ReturnType<typeof joined>;
    readonly kiosk: ReturnType<typeof joined>;
    readonly recording: Recording;
  }

  /** One write and one notification between a kiosk and a phone, overheard from beside them. */
  async function recordedSession(): Promise<Recorded> {
    const recording = startRecorder(joined(room, "recorder", { position: { x: 2, y: 0 } }));
    const phoneParticipant = joined(room, "phone");
    const phone = await startPhone(phoneParticipant);
    const kiosk = joined(room, "kiosk");
    const session = await openSession(await startKiosk(kiosk));
    await session.write.writeAsync(Buffer.from("secret"), false);
    phone.notify(Buffer.from("answer"));
    await session.heardCount(1);
    const ended = disconnected(session.peripheral);
    await session.peripheral.disconnectAsync();
    await ended;
    recording.stop();
    return { phone, phoneParticipant, kiosk, recording };
  }
});

function recordedAddress(recording: Recording): string {
  const address = recording.advertisements.find(({ from }) => from === "phone")?.advertisement.address;
  if (address === undefined) throw new Error("no advertisement was recorded");
  return address;
}
