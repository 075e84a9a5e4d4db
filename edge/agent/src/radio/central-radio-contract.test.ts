import { describe, expect, it, type TestContext } from "vitest";
import { inTheRoom, openRadioRoom, overASimulatedKernel, type RadioRoom, until } from "../testing/radio-room.js";
import type { LinkLostCode, PhoneLink } from "./index.js";

const FOLLOWS = 0x3e;

/** Writes a frame and waits for the phone's echo. */
async function echoed(link: PhoneLink, ...bytes: number[]): Promise<number[]> {
  const frames: number[][] = [];
  const off = link.onFrame((frame) => frames.push(Array.from(frame)));
  const written = await link.write(Uint8Array.from(bytes));
  if (!written.ok) throw new Error(written.code);
  await until("an echo", () => frames.length > 0);
  off();
  return frames[0] ?? [];
}

/** One suite for the adapter of a real machine and for a place in the simulated room. */
describe.each([
  ["over a Linux adapter (its kernel simulated)", overASimulatedKernel],
  ["in the simulated room", inTheRoom],
])("a kiosk's radio %s", { concurrent: true, timeout: 60_000 }, (_, make) => {
  const open = async ({ onTestFinished }: Pick<TestContext, "onTestFinished">): Promise<RadioRoom> => {
    const opened = await openRadioRoom(make);
    onTestFinished(() => opened.close());
    return opened;
  };

  it("hears who advertises, links, and says and hears frames", async (test) => {
    const { phone, heard, linked, radio, states } = await open(test);
    phone("phone", 1, { mtu: 185, address: "c2:00:00:00:00:01" }, { addressType: "random", position: { x: 1, y: 0 } });
    const link = await linked(1);
    const subscribed = await link.subscribe();
    expect({
      heard: heard.get(1),
      ...{ subscribed, state: radio.state(), states, mtu: link.attMtu },
      echo: await echoed(link, 1, 2, 3),
      rssi: await link.rssi(),
    }).toEqual({
      heard: {
        identifier: Uint8Array.of(1, ...new Array<number>(15).fill(7)),
        ...{ address: "c2:00:00:00:00:01", addressType: "random", rssi: -59 },
      },
      ...{ subscribed: { ok: true }, state: "ok", states: ["ok"], mtu: 185 },
      echo: [1, 2, 3],
      rssi: -59,
    });
    const lost: LinkLostCode[] = [];
    link.onLost((code) => lost.push(code));
    await link.close();
    await link.close();
    expect({ lost, write: await link.write(Uint8Array.of(1)) }).toEqual({
      lost: ["closed"],
      write: { ok: false, code: "closed" },
    });
  });

  it.for([
    ["knows no larger MTU", { mtu: 23 }],
    ["does not support exchanging MTUs", { mtu: { error: 0x06 } }],
    ["calls an exchange of MTUs invalid", { mtu: { error: 0x04 } }],
  ] as const)("speaks in frames of 20 bytes to a phone that %s", async ([, options], test) => {
    const { phone, linked } = await open(test);
    phone("phone", 1, options);
    const link = await linked(1);
    await link.subscribe();
    const twenty = Array.from({ length: 20 }, (__, index) => index);
    expect([link.attMtu, await echoed(link, ...twenty)]).toEqual([23, twenty]);
  });

  it("says why a phone is of no use, and the next one is linked", async (test) => {
    const { phone, connect, linked, log } = await open(test);
    const refusals: string[] = [];
    phone("hangs-up", 1, { hangsUp: { reason: 0x13, times: 9 } });
    phone("serves-nothing", 2, { offers: undefined });
    phone("refuses-to-tell", 3, { refuses: "subscribe" });
    phone("refuses-to-hear", 4, { refuses: "write" });
    phone("honest", 5);
    for (const first of [1, 2]) {
      const connected = await connect(first);
      refusals.push(connected.ok ? "linked" : connected.code);
    }
    const untold = await linked(3);
    refusals.push(JSON.stringify(await untold.subscribe()));
    const unheard = await linked(4);
    await unheard.subscribe();
    refusals.push(JSON.stringify(await unheard.write(Uint8Array.of(1))));
    const link = await linked(5);
    await link.subscribe();
    expect({ refusals, log, echo: await echoed(link, 9) }).toEqual({
      refusals: [
        "phone-lost",
        "service-missing",
        '{"ok":false,"code":"phone-refused"}',
        '{"ok":false,"code":"phone-refused"}',
      ],
      log: [],
      echo: [9],
    });
  });

  it("asks a second time when the phone did not hear the first", async (test) => {
    const { phone, linked } = await open(test);
    const deaf = phone("phone", 1, { hangsUp: { reason: FOLLOWS, times: 1 } });
    const link = await linked(1);
    expect([deaf.accepted >= 2, link.attMtu]).toEqual([true, 23]);
  });

  it("finds a phone again that advertises from another address", async (test) => {
    const { phone, heard, connect, linked, deafen } = await open(test);
    const moving = phone("phone", 1, { address: "c2:00:00:00:00:01" }, { position: { x: 1, y: 0 } });
    await until("the phone", () => heard.has(1));
    moving.stopAdvertising();
    const before = await connect(1);
    const again = phone("phone-2", 1, { address: "c2:00:00:00:00:02" });
    deafen();
    await linked(1);
    expect({ before, address: heard.get(1)?.address, connected: again.connected }).toEqual({
      before: { ok: false, code: "connect-timeout" },
      address: "c2:00:00:00:00:02",
      connected: true,
    });
  });

  it("is down while its adapter is unplugged, and hears and links when it is back", async (test) => {
    const { phone, linked, radio, unplug, plugIn, deafen, heard, states } = await open(test);
    phone("phone", 1);
    const lost: LinkLostCode[] = [];
    (await linked(1)).onLost((code) => lost.push(code));
    await unplug();
    await until("the radio is down", () => radio.state() === "down");
    const meanwhile = await radio.connect(
      { address: heard.get(1)?.address ?? "", addressType: "public" },
      new AbortController().signal,
    );
    plugIn();
    await until("the radio is back", () => radio.state() === "ok");
    deafen();
    const again = await linked(1);
    await again.subscribe();
    expect({ lost, meanwhile, states, echo: await echoed(again, 4) }).toEqual({
      lost: ["radio-down"],
      meanwhile: { ok: false, code: "radio-down" },
      states: ["ok", "down", "ok"],
      echo: [4],
    });
  });

  it("begins a scan anew that stalled", async (test) => {
    const { phone, heard, faults, later, deafen, log } = await open(test);
    phone("phone", 1);
    await until("the phone", () => heard.has(1));
    faults().stalls = true;
    deafen();
    later(5_000);
    await until("the phone again", () => heard.has(1));
    expect(log).toEqual(["radio-scan-restarted"]);
  });

  it("resets an adapter that says it scans and does not, without calling itself down", async (test) => {
    const { phone, heard, faults, later, deafen, log, states } = await open(test);
    phone("phone", 1);
    await until("the phone", () => heard.has(1));
    faults().scansInVain = true;
    deafen();
    later(120_000);
    await until("the phone again", () => heard.has(1));
    expect({ log, states }).toEqual({ log: ["radio-silent"], states: ["ok"] });
  });

  it("opens an adapter anew that hangs", async (test) => {
    const { phone, heard, faults, later, log, radio, states } = await open(test);
    phone("phone", 1);
    await until("the phone", () => heard.has(1));
    faults().hangs = true;
    later(5_000);
    await until("a scan in vain", () => log.includes("radio-scan-restarted"));
    later(5_000);
    await until("the radio is down", () => radio.state() === "down");
    faults().hangs = false;
    await until("the radio is back", () => radio.state() === "ok");
    expect({ log: log.slice(0, 2), states }).toEqual({
      log: ["radio-scan-restarted", "radio-hung"],
      states: ["ok", "down", "ok"],
    });
  });

  it("ends a link whose end it is never told, keeps serving others, and then frees the phone", async (test) => {
    const { phone, linked, faults, log } = await open(test);
    const kept = phone("kept", 1);
    phone("other", 2);
    const link = await linked(1);
    const other = await linked(2);
    await other.subscribe();
    faults().keepsLinks = true;
    await link.close();
    const meanwhile = { log: [...log], kept: kept.connected, echo: await echoed(other, 5) };
    faults().keepsLinks = false;
    await other.close();
    await until("the phone is free", () => !kept.connected);
    expect(meanwhile).toEqual({ log: ["radio-link-stuck"], kept: true, echo: [5] });
    const again = await linked(1);
    expect(await again.subscribe()).toEqual({ ok: true });
  });

  it("leaves no connection behind that came about without its knowing", async (test) => {
    const { phone, connect, linked, faults, log } = await open(test);
    const secret = phone("phone", 1);
    faults().hidesConnections = true;
    const hidden = await connect(1);
    faults().hidesConnections = false;
    await until("the phone is free", () => !secret.connected);
    expect({ hidden, log: [...log] }).toEqual({
      hidden: { ok: false, code: "connect-timeout" },
      log: ["radio-connect-stuck"],
    });
    const link = await linked(1);
    expect(await link.subscribe()).toEqual({ ok: true });
  });
});
