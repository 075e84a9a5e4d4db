import { bundledProfiles } from "@wardkey/firmware-profiles";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PCPROX, PHIDGET, relayBoard, type SimulatedDevice, SimulatedHidBus } from "../testing/simulated-hid-bus.js";
import { SimulatedTime } from "../testing/simulated-time.js";
import { createNodeHidBus, Peripherals, surveyHid } from "./index.js";

const profiles = await bundledProfiles();
const TAG = "00000000000100";

let bus: SimulatedHidBus;
let time: SimulatedTime;
let codes: string[];
let events: unknown[];
let peripherals: Peripherals;

beforeEach(() => {
  bus = new SimulatedHidBus();
  time = new SimulatedTime();
  codes = [];
  events = [];
  peripherals = new Peripherals({
    ...{ bus, profiles, clock: time, timers: time },
    log: ({ code }) => codes.push(code),
  });
  peripherals.badges.on((event) => events.push(event));
  peripherals.start();
});
afterEach(() => peripherals.stop());

const read = (uid: string) => ({ type: "read", badge: { kind: "uid-only", uid } });

describe("a badge reader", () => {
  it("is found when it is plugged in, read, and missed when it is pulled out", async () => {
    await time.advance(10_000);
    expect(peripherals.badges.attached).toBe(false);
    const path = bus.plug(PHIDGET);
    await time.advance(2_000);
    expect(bus.sent).toEqual(["output 0008000000"]);
    bus.say(path, TAG);
    bus.pull(path);
    await time.advance(0);
    expect(events).toEqual([{ type: "attached" }, read("0000000001"), { type: "detached" }]);
    expect(peripherals.badges.attached).toBe(false);
  });

  it("that is pulled out without a word is missed at the next look", async () => {
    const path = bus.plug(PHIDGET);
    await time.advance(2_000);
    bus.pull(path, { silently: true });
    await time.advance(2_000);
    expect(events).toEqual([{ type: "attached" }, { type: "detached" }]);
    expect(bus.closed).toBe(bus.opened);
  });

  it("tells of a badge once for as long as it lies there, and again when it comes back", async () => {
    const path = bus.plug(PHIDGET);
    await time.advance(2_000);
    for (let times = 0; times < 20; times += 1) {
      bus.say(path, TAG);
      await time.advance(500);
    }
    await time.advance(3_000);
    bus.say(path, TAG);
    expect(events).toEqual([{ type: "attached" }, read("0000000001"), read("0000000001")]);
  });

  it("that has to be asked is asked, and its silence ends the talk", async () => {
    let card = "00".repeat(9);
    let asked: "card" | "info" = "card";
    let speaks = true;
    bus.plug({
      ...PCPROX,
      sent: (_kind, report) => {
        asked = report.startsWith("008e") ? "info" : "card";
        return "taken";
      },
      feature: () => {
        if (!speaks) return null;
        if (bus.sent.at(-1)?.startsWith("feature 0080") === true) return "000000111a00002880";
        return asked === "info" ? "001818000000000000" : card;
      },
    });
    await time.advance(3_000);
    expect(events).toEqual([{ type: "attached" }]);
    card = "006eb27b0000000000";
    await time.advance(1_000);
    expect(events.at(-1)).toEqual(read("187bb26e"));
    speaks = false;
    await time.advance(1_500);
    expect(events.at(-1)).toEqual({ type: "detached" });
    expect(peripherals.seen()).toMatchObject([{ refused: "device-late" }]);
    speaks = true;
    await time.advance(10_000);
    expect(peripherals.seen()).toMatchObject([{ refused: null }]);
  });

  it("that would type what it reads is not used, and its device is let go", async () => {
    bus.plug({ ...PCPROX, feature: () => "000000111a00002800" });
    await time.advance(3_000);
    expect(peripherals.badges.attached).toBe(false);
    expect(peripherals.seen()).toMatchObject([{ profile: "rf-ideas-pcprox-125", refused: "reader-types" }]);
    expect(bus.closed).toBe(bus.opened);
  });
});

describe("what nobody asked for", () => {
  it.each<[string, SimulatedDevice["device"], string]>([
    [
      "a keyboard",
      { vendor: 0x046d, product: 0xc31c, name: "Keyboard", interface: 0, usage: { page: 1, id: 6 } },
      "keyboard",
    ],
    [
      "a wedge",
      { vendor: 0x08ff, product: 9, name: "RFID", interface: 0, usage: { page: 1, id: 6 } },
      "keyboard-wedge",
    ],
    ["an unknown device", { vendor: 1, product: 2, name: null, interface: null, usage: null }, "device-unknown"],
  ])("%s is never opened", async (_what, device, refused) => {
    const path = bus.plug({ device });
    await time.advance(60_000);
    bus.say(path, TAG);
    expect({ opened: bus.opened, sent: bus.sent, events }).toEqual({ opened: 0, sent: [], events: [] });
    expect(peripherals.seen()).toMatchObject([{ refused }]);
    expect(await surveyHid(bus, profiles)).toMatchObject([{ refused }]);
  });

  it("is bounded: a reader that floods is dropped, then let go until somebody pulls it out", async () => {
    const path = bus.plug(PHIDGET);
    await time.advance(2_000);
    for (let report = 0; report < 5_000; report += 1) bus.say(path, `00${report.toString(16).padStart(10, "0")}00`);
    await time.advance(600_000);
    expect(events.length).toBeLessThan(110);
    expect(peripherals.seen()).toMatchObject([{ refused: "device-floods" }]);
    expect(bus.opened).toBe(1);
    bus.pull(path);
    bus.plug(PHIDGET);
    await time.advance(2_000);
    expect(peripherals.seen()).toMatchObject([{ refused: null }]);
  });

  it("is asked less and less often while it cannot be opened", async () => {
    bus.refuses = "permission denied";
    let tries = 0;
    const open = bus.open.bind(bus);
    bus.open = (path) => {
      tries += 1;
      return open(path);
    };
    bus.plug(PHIDGET);
    await time.advance(600_000);
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(20);
    expect(codes).toEqual(["device-unopened"]);
  });
});

describe("a relay board", () => {
  it("switches what it is told, and tells that it did", async () => {
    const relay = peripherals.relay({});
    expect(await relay.set(1, true)).toEqual({ ok: false, code: "relay-missing" });
    bus.plug(relayBoard());
    await time.advance(2_000);
    expect([relay.attached, relay.channels]).toEqual([true, [1, 2]]);
    expect(await relay.set(2, true)).toEqual({ ok: true });
    expect(await relay.set(3, true)).toEqual({ ok: false, code: "relay-channel-unknown" });
    expect(bus.sent).toEqual(["feature 00ff02000000000000"]);
  });

  it("that answers that it did not switch has failed", async () => {
    const relay = peripherals.relay({ profile: "dcttech-usbrelay-2" });
    bus.plug({ ...relayBoard(), feature: () => "4249544654000000" });
    await time.advance(2_000);
    expect(await relay.set(1, true)).toEqual({ ok: false, code: "relay-failed" });
  });

  it("carries out the newest order of a channel and tells the older that it was overtaken", async () => {
    const relay = peripherals.relay({});
    bus.plug(relayBoard());
    await time.advance(2_000);
    const answers = Promise.all([relay.set(1, true), relay.set(1, false), relay.set(1, true), relay.set(1, false)]);
    expect(await answers).toEqual([{ ok: true }, overtaken, overtaken, { ok: true }]);
    expect(bus.sent.at(-1)).toBe("feature 00fd01000000000000");
  });

  it("that is pulled out while it hangs answers all the same", async () => {
    const relay = peripherals.relay({});
    const gone: string[] = [];
    relay.on(({ type }) => gone.push(type));
    bus.plug({ ...relayBoard(), sent: () => "hangs" });
    await time.advance(2_000);
    const answers = Promise.all([relay.set(1, true), relay.set(2, true)]);
    await time.advance(1_500);
    expect(await answers).toEqual([
      { ok: false, code: "relay-failed" },
      { ok: false, code: "relay-missing" },
    ]);
    expect(gone.slice(0, 2)).toEqual(["attached", "detached"]);
  });

  it("is in one place alone", async () => {
    const [one, other] = [peripherals.relay({}), peripherals.relay({})];
    bus.plug(relayBoard());
    await time.advance(2_000);
    expect([one.attached, other.attached]).toEqual([true, false]);
  });
});

it("lets go of devices that new profiles retire, and takes those that they bring", async () => {
  const path = bus.plug(PHIDGET);
  await time.advance(2_000);
  peripherals.use(profiles.with({ profiles: [], retired: ["phidget-rfid-1023"] }));
  await time.advance(2_000);
  bus.say(path, TAG);
  expect(events).toEqual([{ type: "attached" }, { type: "detached" }]);
  peripherals.use(profiles);
  await time.advance(2_000);
  expect(peripherals.badges.attached).toBe(true);
});

it("reads this machine's own HID interfaces through node-hid", async () => {
  const devices = await createNodeHidBus().devices();
  for (const device of devices)
    expect(Object.keys(device).sort()).toEqual(["interface", "name", "path", "product", "usage", "vendor"]);
  await expect(createNodeHidBus().open("/dev/hidraw-that-is-not-there")).rejects.toThrow();
});

const overtaken = { ok: false, code: "relay-overtaken" };
