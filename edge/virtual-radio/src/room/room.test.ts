import { describe, expect, it } from "vitest";
import { createRawHost, type HeardReport } from "../attackers/raw-host.js";
import { createRoom, type PathLoss, type Room } from "../index.js";
import { CALM, joined } from "../testing/phone-and-kiosk.js";
import { createManualClock, type ManualClock } from "./manual-clock.js";

interface Scene {
  readonly clock: ManualClock;
  readonly room: Room;
  readonly reports: HeardReport[];
}

/** A phone that advertises each 100 ms and a kiosk that scans, on a clock that stands still. */
function scene(options: { seed?: number; pathLoss?: Partial<PathLoss> } = {}): Scene {
  const clock = createManualClock();
  const room = createRoom({ seed: options.seed ?? 1, clock, pathLoss: options.pathLoss ?? CALM });
  const phone = createRawHost(joined(room, "phone", { position: { x: 1, y: 0 } }), clock);
  const kiosk = createRawHost(joined(room, "kiosk"), clock);
  const reports: HeardReport[] = [];
  kiosk.onReport((report) => {
    if (report.type === 0) reports.push(report);
  });
  phone.advertise({ data: Uint8Array.of(2, 1, 6) });
  kiosk.scan();
  return { clock, room, reports };
}

const strengths = ({ reports }: Scene): number[] => reports.map(({ rssi }) => rssi);

describe("a simulated room", () => {
  it("carries an advertisement each interval plus at most 10 ms", async () => {
    const one = scene();
    await one.clock.advance(10_000);
    expect({ few: one.reports.length >= 90, many: one.reports.length <= 101 }).toEqual({ few: true, many: true });
  });

  it("gives the same strengths for the same seed, and others for another", async () => {
    const [first, second, other] = [
      scene({ seed: 5, pathLoss: {} }),
      scene({ seed: 5, pathLoss: {} }),
      scene({ seed: 6, pathLoss: {} }),
    ];
    for (const one of [first, second, other]) await one.clock.advance(5_000);
    expect(strengths(second)).toEqual(strengths(first));
    expect(strengths(other)).not.toEqual(strengths(first));
  });

  it("hears a phone weaker from further away and out of a pocket", async () => {
    const one = scene();
    const heard: number[] = [];
    const steps = [
      () => one.room.control.place("phone", { x: 1, y: 0 }),
      () => one.room.control.place("phone", { x: 10, y: 0 }),
      () => one.room.control.setPocket("phone", true),
      () => one.room.control.place("phone", { x: 1, y: 0 }),
    ];
    for (const step of steps) {
      await step();
      await one.clock.advance(300);
      heard.push(strengths(one).at(-1) ?? 0);
    }
    expect(heard).toEqual([-59, -81, -89, -67]);
  });

  it("hears nothing below its sensitivity", async () => {
    const one = scene();
    await one.room.control.place("phone", { x: 200, y: 0 });
    await one.clock.advance(2_000);
    expect(one.reports).toEqual([]);
  });

  it("loses about the share of advertisements that it was told to", async () => {
    const one = scene();
    await one.room.control.setLoss(0.5, ["kiosk", "phone"]);
    await one.clock.advance(40_000);
    const share = one.reports.length / 380;
    expect({ share, about: share > 0.4 && share < 0.6 }).toEqual({ share, about: true });
  });

  it("delays what is heard by the latency that it was told", async () => {
    const one = scene();
    await one.room.control.setLatency(2_000);
    await one.clock.advance(1_900);
    const before = one.reports.length;
    await one.clock.advance(1_000);
    expect({ before, after: one.reports.length > 5 }).toEqual({ before: 0, after: true });
  });

  it("says where everybody is and how far apart", async () => {
    const { room } = scene();
    await room.control.place("phone", { x: 3, y: 4 });
    await room.control.setPocket("phone", true);
    const { participants, pairs } = await room.control.state();
    const seen = participants.map(({ name, position, inPocket, advertising, scanning, connectedTo }) => ({
      ...{ name, position, inPocket, advertising, scanning, connectedTo },
    }));
    expect({ seen, pairs }).toEqual({
      seen: [
        {
          name: "phone",
          position: { x: 3, y: 4 },
          inPocket: true,
          advertising: true,
          scanning: false,
          connectedTo: [],
        },
        {
          name: "kiosk",
          position: { x: 0, y: 0 },
          inPocket: false,
          advertising: false,
          scanning: true,
          connectedTo: [],
        },
      ],
      pairs: [{ between: ["phone", "kiosk"], metres: 5, meanRssiDbm: -82 }],
    });
  });

  it.each([
    { name: "a taken name", join: ["phone", {}], reason: "name-taken" },
    { name: "a name that is none", join: ["Her Phone", {}], reason: "invalid-request" },
    { name: "an impossible option", join: ["new", { maxAttMtu: 5 }], reason: "invalid-request" },
  ] as const)("refuses $name", ({ join: [name, options], reason }) => {
    expect(scene().room.join(name, options)).toEqual({ outcome: "refused", reason });
  });

  it.each([
    { ask: "place", name: "phone", position: { x: Number.NaN, y: 0 } },
    { ask: "place", name: "../etc", position: { x: 1, y: 0 } },
    { ask: "loss", probability: 2 },
    { ask: "latency", milliseconds: -1 },
    { ask: "path-loss", change: { exponent: 2, more: 1 } },
    { ask: "destroy" },
    null,
    "place",
  ])("refuses the request %j and changes nothing", (request) => {
    const { room } = scene();
    const before = room.state();
    expect(room.ask(request)).toEqual({ outcome: "refused", reason: "invalid-request" });
    expect(room.state()).toEqual(before);
  });

  it("remembers where a name stood after its radio left", async () => {
    const clock = createManualClock();
    const room = createRoom({ seed: 1, clock });
    await room.control.place("phone", { x: 9, y: 9 });
    await joined(room, "phone").close();
    joined(room, "phone");
    expect(room.state().participants.map(({ name, position }) => ({ name, position }))).toEqual([
      { name: "phone", position: { x: 9, y: 9 } },
    ]);
  });

  it("is silent when it is closed", async () => {
    const one = scene();
    await one.room.close();
    await one.clock.advance(1_000);
    expect({ reports: one.reports, join: one.room.join("late"), ask: one.room.ask({ ask: "state" }) }).toEqual({
      reports: [],
      join: { outcome: "refused", reason: "room-closed" },
      ask: { outcome: "refused", reason: "room-closed" },
    });
  });
});
