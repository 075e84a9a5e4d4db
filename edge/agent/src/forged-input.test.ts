import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AgentWard, type ScreenPage } from "./testing/agent-ward.js";
import { PHIDGET, relayBoard, SimulatedHidBus } from "./testing/simulated-hid-bus.js";

const KEYBOARD = {
  device: { vendor: 0x046d, product: 0xc31c, name: "USB Keyboard", interface: 0, usage: { page: 1, id: 6 } },
};
const random = (length: number): string =>
  Buffer.from(Array.from({ length }, () => Math.floor(Math.random() * 256))).toString("hex");

let ward: AgentWard;
let bus: SimulatedHidBus;
let page: ScreenPage;
/** How many badges the fleet was asked about. */
let asked: number;
beforeEach(async () => {
  ward = await AgentWard.open();
  await ward.certify();
  asked = 0;
  ward.fleet.on("POST /v1/kiosk/identify", async () => {
    asked += 1;
    return {
      status: 200,
      body: JSON.stringify({ staffId: "carla", displayName: "Carla", role: "nurse", way: "badge", weak: true }),
    };
  });
  bus = new SimulatedHidBus();
});
afterEach(() => ward.close());

async function started(): Promise<void> {
  page = await ward.page(await ward.start({ peripherals: { kind: "hid" } }, { hid: bus }));
  await page.until((view) => view.health.fleet === "ok" && view.session.state === "locked");
}
const journaled = async () =>
  (await ward.journaled()).filter(({ kind }) => kind.startsWith("session.")).map(({ kind }) => kind);

// threats.md, row 17.
describe("what comes over USB", () => {
  it("as keystrokes, forged reports or a flood changes no state of a locked kiosk", async () => {
    const keyboard = bus.plug(KEYBOARD);
    const reader = bus.plug(PHIDGET);
    await started();
    await page.until((view) => view.ways?.badge === "ready");
    for (let report = 0; report < 3_000; report += 1) {
      bus.say(keyboard, random(8));
      bus.say(reader, random(1 + (report % 64)));
    }
    await page.until((view) => view.ways?.badge !== "ready");
    const { session } = await page.until((view) => view.session.state === "locked");
    expect([session.state, asked, await journaled()]).toEqual(["locked", 0, []]);
    expect(bus.opened).toBe(1);
  });

  it("opens nothing with a badge that says a number alone, though its PIN is right", async () => {
    const reader = bus.plug(PHIDGET);
    await started();
    await page.until((view) => view.ways?.badge === "ready");
    bus.say(reader, "00010203040500");
    await page.until((view) => view.ways?.badge === "read");
    page.say({ type: "enter-pin", of: "badge", pin: "402913" });
    expect(await page.refusal()).toMatchObject({ command: "enter-pin", code: "badge-weak" });
    expect([asked, await journaled()]).toEqual([1, []]);
    expect(JSON.stringify(await ward.journaled())).not.toContain("0102030405");
  });

  it("is not touched at all while the configuration wants no peripherals", async () => {
    bus.plug(PHIDGET);
    bus.plug(relayBoard());
    page = await ward.page(await ward.start({}, { hid: bus }));
    const { ways } = await page.until((view) => view.health.fleet === "ok");
    expect([ways?.badge ?? "none", bus.opened]).toEqual(["none", 0]);
  });
});
