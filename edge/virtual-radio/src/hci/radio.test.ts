import { describe, expect, it } from "vitest";
import { createRawHost, type RawHost } from "../attackers/raw-host.js";
import type { RawLink } from "../attackers/raw-link.js";
import { createManualClock, type ManualClock } from "../room/manual-clock.js";
import type { JoinOptions, Participant } from "../room/participant.js";
import { createRoom, type Room } from "../room/room.js";
import { CALM, joined } from "../testing/phone-and-kiosk.js";
import { addressBytes } from "./address.js";
import * as codes from "./codes.js";
import { encodeAcl, encodeCommand } from "./packets.js";

interface Scene {
  readonly clock: ManualClock;
  readonly room: Room;
  readonly phone: RawHost;
  readonly phoneRadio: Participant;
  readonly phoneAddress: string;
  readonly kiosk: RawHost;
  readonly kioskRadio: Participant;
}

const DATA = Uint8Array.of(2, 1, 6);
const ANSWER = Uint8Array.of(3, 8, 0x70, 0x68);

/** A phone that advertises each 100 ms and a kiosk beside it, both as bare hosts, on a clock that stands still. */
function scene(phoneOptions: JoinOptions = {}): Scene {
  const clock = createManualClock();
  const room = createRoom({ seed: 1, clock, pathLoss: CALM });
  const phoneRadio = joined(room, "phone", phoneOptions);
  const phoneAddress = room.state().participants[0]?.address ?? "";
  const kioskRadio = joined(room, "kiosk");
  const phone = createRawHost(phoneRadio, clock);
  phone.advertise({ data: DATA, scanResponse: ANSWER });
  return { clock, room, phone, phoneRadio, phoneAddress, kioskRadio, kiosk: createRawHost(kioskRadio, clock) };
}

function scan(radio: Participant, options: { active: boolean; filterDuplicates: boolean }): void {
  const parameters = Uint8Array.of(options.active ? 1 : 0, 0x10, 0, 0x10, 0, 0, 0);
  radio.send(encodeCommand(codes.LE_SET_SCAN_PARAMETERS, parameters));
  radio.send(encodeCommand(codes.LE_SET_SCAN_ENABLE, Uint8Array.of(1, options.filterDuplicates ? 1 : 0)));
}

async function connected(one: Scene): Promise<RawLink> {
  const pending = one.kiosk.connect(one.phoneAddress, "public", 1_000);
  await one.clock.advance(1_000);
  const link = await pending;
  if (link === undefined) throw new Error("the phone was not reached");
  return link;
}

/** What noble asks a controller for: listen 30 of each 60 ms, then a link with events each 7.5 ms. */
function wishFor(address: string): Uint8Array {
  return Uint8Array.of(0x60, 0, 0x30, 0, 0, 0, ...addressBytes(address), 0, 6, 0, 18, 0, 0, 0, 42, 0, 4, 0, 6, 0);
}

/** The HCI events of one code that a host gets from now on. */
function events(radio: Participant, code: number): number[][] {
  const got: number[][] = [];
  radio.onPacket((packet) => {
    if (packet[0] === 4 && packet[1] === code) got.push(Array.from(packet.slice(3)));
  });
  return got;
}

describe("a radio", () => {
  it.each([
    { name: "passive", active: false, filterDuplicates: true, types: [0] },
    { name: "active", active: true, filterDuplicates: true, types: [0, 4] },
    { name: "active, with duplicates", active: true, filterDuplicates: false, types: [0, 4, 0, 4, 0, 4] },
  ])("reports what a scan hears: $name", async ({ active, filterDuplicates, types }) => {
    const one = scene();
    const heard: number[] = [];
    one.kiosk.onReport(({ type }) => heard.push(type));
    scan(one.kioskRadio, { active, filterDuplicates });
    await one.clock.advance(290);
    expect(heard).toEqual(types);
  });

  it("connects as random to an address that is random, and not as public", async () => {
    const one = scene({ address: "c2:00:00:00:00:01", addressType: "random" });
    const asPublic = one.kiosk.connect("c2:00:00:00:00:01", "public", 1_000);
    await one.clock.advance(1_100);
    const asRandom = one.kiosk.connect("c2:00:00:00:00:01", "random", 1_000);
    await one.clock.advance(1_100);
    expect([await asPublic, (await asRandom)?.peer]).toEqual([undefined, "c2:00:00:00:00:01"]);
  });

  it("needs more advertisements to connect while it listens half the time than while it listens all the time", async () => {
    const waits = { "as-asked": 0, continuously: 0 };
    for (const initiatorScans of ["as-asked", "continuously"] as const) {
      const one = scene();
      for (let count = 0; count < 40; count++) {
        const radio = joined(one.room, `kiosk-${count}`, { initiatorScans });
        const meta = events(radio, 0x3e);
        radio.send(encodeCommand(codes.LE_CREATE_CONNECTION, wishFor(one.phoneAddress)));
        for (; meta.length === 0; waits[initiatorScans]++) await one.clock.advance(110);
        await radio.close();
        one.phone.advertise({ data: DATA, scanResponse: ANSWER });
        await one.clock.advance(500);
        one.phone.advertise({ data: DATA, scanResponse: ANSWER });
      }
    }
    expect({ all: waits.continuously, half: waits["as-asked"] > 50 && waits["as-asked"] < 120 }).toEqual({
      all: 40,
      half: true,
    });
  });

  it("stops advertising when it is connected, and takes no more links than it has room for", async () => {
    const one = scene({ maxConnections: 1 });
    await connected(one);
    const { participants } = await one.room.control.state();
    const answers = events(one.phoneRadio, 0x0e);
    one.phoneRadio.send(encodeCommand(codes.LE_SET_ADVERTISE_ENABLE, Uint8Array.of(1)));
    await one.clock.advance(0);
    expect({ advertising: participants.map(({ advertising }) => advertising), answers }).toEqual({
      advertising: [false, false],
      answers: [[1, 0x0a, 0x20, codes.CONNECTION_LIMIT_EXCEEDED]],
    });
  });

  it("ends a wish to connect when it is cancelled", async () => {
    const one = scene();
    await one.room.control.place("phone", { x: 5_000, y: 0 });
    const meta = events(one.kioskRadio, 0x3e);
    const pending = one.kiosk.connect("00:00:00:00:00:01", "public", 500);
    await one.clock.advance(600);
    expect({ link: await pending, status: meta.map(([kind, status]) => [kind, status]) }).toEqual({
      link: undefined,
      status: [[0x01, codes.UNKNOWN_CONNECTION]],
    });
  });

  it("tells both hosts of new connection parameters", async () => {
    const one = scene();
    const { handle } = await connected(one);
    const told = [events(one.kioskRadio, 0x3e), events(one.phoneRadio, 0x3e)];
    const parameters = Uint8Array.of(handle, 0, 24, 0, 24, 0, 0, 0, 200, 0, 0, 0, 0, 0);
    one.kioskRadio.send(encodeCommand(codes.LE_CONNECTION_UPDATE, parameters));
    await one.clock.advance(100);
    const update = [0x03, 0, handle, 0, 24, 0, 0, 0, 200, 0];
    expect(told).toEqual([[update], [update]]);
  });

  it("gives buffers back as packets leave, and reports a host that sends more than they hold", async () => {
    const one = scene();
    const { handle } = await connected(one);
    const completed = events(one.kioskRadio, 0x13);
    const overflow = events(one.kioskRadio, 0x1a);
    for (let count = 0; count < 9; count++) one.kioskRadio.send(encodeAcl(handle, 0, Uint8Array.of(1, 0, 4, 0, count)));
    await one.clock.advance(100);
    const returned = completed.reduce((sum, [, , , count = 0]) => sum + count, 0);
    expect({ returned, overflow }).toEqual({ returned: 8, overflow: [[1]] });
  });

  it("forgets everything at reset", async () => {
    const one = scene();
    await connected(one);
    one.phoneRadio.send(encodeCommand(codes.RESET));
    await one.clock.advance(1_000);
    expect((await one.room.control.state()).participants.map(({ connectedTo }) => connectedTo)).toEqual([[], []]);
  });
});
