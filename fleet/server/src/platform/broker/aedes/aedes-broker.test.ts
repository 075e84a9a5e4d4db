import { topics } from "@wardkey/protocol/fleet";
import { afterEach, describe, expect, it } from "vitest";
import type { BrokerLimits } from "../limits.js";
import { aedesRig } from "../testing/aedes-rig.js";
import { SITE } from "../testing/broker-rig.js";

type Rig = Awaited<ReturnType<typeof aedesRig>>;
let opened: Rig | undefined;
const open = async (limits: Partial<BrokerLimits> = {}): Promise<Rig> => {
  opened = await aedesRig(limits);
  return opened;
};
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const refusedCodes = (rig: Rig): string[] => rig.refused.map(({ code }) => code);

describe("row 14: who is denied while connected, or resumes a TLS session", () => {
  it("asks the gate again, with the session's own certificate, when TLS is resumed", async () => {
    const rig = await open();
    const first = await rig.device("bed-7");
    await first.ping();
    const { session } = first;
    expect(session).toBeDefined();
    await first.drop();
    rig.gate.denied.add("bed-7");
    const resumed = await rig.tls("bed-7", session === undefined ? {} : { session });
    expect([await resumed?.connect(), resumed?.socket.isSessionReused(), rig.gate.asked.at(-1)]).toEqual([
      { returnCode: 5, sessionPresent: false },
      true,
      { device: "bed-7", resumed: true },
    ]);
    expect(rig.refused).toEqual([{ device: null, action: "connect", topic: null, code: "device-denied" }]);
  });

  it("takes no ticket from before a denial", async () => {
    const rig = await open();
    const first = await rig.device("bed-7");
    await first.ping();
    const { session } = first;
    await rig.broker.cut("bed-8");
    const again = await rig.tls("bed-7", session === undefined ? {} : { session });
    expect([(await again?.connect()) !== "closed", again?.socket.isSessionReused()]).toEqual([true, false]);
  });

  it("does not let a device in whose denial came while the gate was being asked", async () => {
    const rig = await open();
    const admit = rig.gate.admit.bind(rig.gate);
    let asked = 0;
    rig.gate.admit = async (peer) => {
      const admission = await admit(peer);
      if (++asked > 1) return admission;
      rig.gate.denied.add("bed-7");
      await rig.broker.cut("bed-7");
      return admission;
    };
    const client = await rig.tls("bed-7");
    expect([await client?.connect(), rig.broker.connected()]).toEqual([{ returnCode: 5, sessionPresent: false }, []]);
  });

  it("ends a session when its certificate does", async () => {
    const rig = await open();
    const identity = await rig.ca.device("bed-7", { from: -100, to: -10 });
    const device = await rig.tls("bed-7", { identity });
    expect(await device?.connect()).toEqual({ returnCode: 0, sessionPresent: false });
    rig.clock.forward(41 * 3_600_000);
    await device?.closed;
    await rig.until(() => rig.broker.connected().length === 0, "nobody connected");
    expect(rig.refused).toEqual([{ device: "bed-7", action: "connect", topic: null, code: "certificate-expired" }]);
  });
});

describe("row 13 on the live broker", () => {
  it("hears nothing from a few hundred generated topics but the device's own", async () => {
    const rig = await open();
    const id = "bed-7";
    const words = [
      "wardkey",
      "v1",
      SITE,
      "device",
      "bed-8",
      id,
      "up",
      "down",
      "all",
      "event",
      "m2m",
      "",
      "$SYS",
      "a b",
    ];
    const own = topics.event(SITE, id).split("/");
    let state = 7;
    const next = (below: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state % below;
    };
    const witness = await rig.device("bed-8");
    await witness.subscribe([`wardkey/v1/${SITE}/device/bed-8/down/#`, `wardkey/v1/${SITE}/all/#`]);
    let device = await rig.device(id);
    for (let count = 0; count < 300; count++) {
      const levels = [...own];
      for (let change = 0; change <= next(2); change++)
        levels.splice(next(levels.length), next(2), words[next(words.length)] ?? "");
      await device.publish(levels.join("/"), levels.join("/"));
      if (device.isClosed) device = await rig.device(id);
    }
    await rig.broker.publish({ topic: topics.desired(SITE, "bed-8"), payload: "marker", retain: false });
    expect((await witness.messages(1)).map(({ payload }) => payload)).toEqual(["marker"]);
    expect(rig.ups.every((up) => up.device === id && up.payload === topics.event(SITE, id))).toBe(true);
  });
});

describe("what a device has the broker keep", () => {
  it("is its status and its report: answers, events and last words under other names are not retained", async () => {
    const rig = await open();
    const kept = await rig.device("bed-7");
    expect(await kept.publish(topics.reported(SITE, "bed-7"), "state", { retain: true })).toBe("acknowledged");
    await kept.drop();
    for (const topic of [topics.response(SITE, "bed-7", "r-1"), topics.event(SITE, "bed-7")]) {
      const device = await rig.device("bed-7");
      expect(await device.publish(topic, "kept for ever", { retain: true })).toBe("closed");
    }
    expect([refusedCodes(rig), rig.ups.map(({ leaf }) => leaf)]).toEqual([
      ["retain-refused", "retain-refused"],
      ["reported"],
    ]);
  });
});

describe("the acknowledgement", () => {
  it("comes after the fleet's handler, not before", async () => {
    const rig = await open();
    const device = await rig.device("bed-7");
    let finish = (): void => undefined;
    rig.handle = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    let acknowledged = false;
    const published = device.publish(topics.event(SITE, "bed-7"), "e1").then(() => {
      acknowledged = true;
    });
    // The answer to a ping sent afterwards came: an acknowledgement would have come before it.
    await device.ping();
    expect(acknowledged).toBe(false);
    finish();
    await published;
    expect(rig.ups.length).toBe(1);
  });

  it("bounds how many messages are handled at once, and handles all of them", async () => {
    const rig = await open({ handling: 3 });
    const device = await rig.device("bed-7");
    let running = 0;
    let most = 0;
    rig.handle = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    await Promise.all(Array.from({ length: 50 }, (_, at) => device.publish(topics.event(SITE, "bed-7"), String(at))));
    expect([most, rig.ups.length]).toEqual([3, 50]);
  });

  it("handles the last will of a session that is taken over before the next one's birth", async () => {
    const rig = await open();
    const status = topics.status(SITE, "bed-7");
    const will = { topic: status, payload: "death" };
    let delay = true;
    rig.handle = async () => {
      if (delay) await new Promise((resolve) => setTimeout(resolve, 50));
      delay = false;
    };
    await rig.device("bed-7", { will });
    const second = await rig.device("bed-7", { will });
    await second.publish(status, "birth", { retain: true });
    expect(rig.ups.map(({ payload }) => payload)).toEqual(["death", "birth"]);
    expect([rig.connections, rig.broker.connected()]).toEqual([
      [
        { device: "bed-7", connected: true },
        { device: "bed-7", connected: false },
        { device: "bed-7", connected: true },
      ],
      ["bed-7"],
    ]);
  });
});

describe("what the broker refuses at CONNECT, with its code", () => {
  it("a will outside the rule, a keepalive out of bounds, another's id, no certificate", async () => {
    const rig = await open({ keepalive: { least: 5, most: 60 } });
    const attempts = [
      { will: { topic: topics.status(SITE, "bed-8"), payload: "x" } },
      { will: { topic: topics.status(SITE, "bed-7"), payload: "x", qos: 2 as const } },
      { keepalive: 0 },
      { keepalive: 61 },
      { clientId: "bed-8" },
    ];
    const answers = [];
    for (const attempt of attempts) answers.push(await (await rig.tls("bed-7"))?.connect(attempt));
    expect(answers.map((answer) => (typeof answer === "object" ? answer.returnCode : answer))).toEqual([5, 5, 5, 5, 2]);
    expect(refusedCodes(rig)).toEqual([
      "will-refused",
      "will-refused",
      "keepalive-out-of-range",
      "keepalive-out-of-range",
      "client-id-mismatch",
    ]);
  });

  it("more connections than its limits, before a handshake", async () => {
    const once = { perSecond: 0.001, burst: 2 };
    const many = { perSecond: 1, burst: 100 };
    const rig = await open({ connects: { all: many, address: once, device: many } });
    const clients = [await rig.tls("bed-1"), await rig.tls("bed-2"), await rig.tls("bed-3")];
    expect(clients.map((client) => client !== undefined)).toEqual([true, true, false]);
    expect(refusedCodes(rig)).toEqual(["connect-rate"]);
  });

  it("a device that connects in a loop", async () => {
    const many = { perSecond: 1, burst: 100 };
    const rig = await open({ connects: { all: many, address: many, device: { perSecond: 0.001, burst: 2 } } });
    const answers = [];
    for (let count = 0; count < 3; count++) answers.push(await (await rig.tls("bed-1"))?.connect());
    expect(answers.map((answer) => (typeof answer === "object" ? answer.returnCode : answer))).toEqual([0, 0, 3]);
  });

  it("more subscriptions than its limit", async () => {
    const rig = await open({ subscriptions: 2 });
    const device = await rig.device("bed-7");
    const filters = ["desired", "risk", "nudge"].map((leaf) => `wardkey/v1/${SITE}/device/bed-7/down/${leaf}`);
    expect(await device.subscribe(filters)).toEqual([1, 1, 128]);
    await device.unsubscribe(filters.slice(0, 1));
    expect(await device.subscribe(filters.slice(2))).toEqual([1]);
    expect(refusedCodes(rig)).toEqual(["subscriptions-exceeded"]);
  });

  it("and tells of a device that tries without end at a bounded rate", async () => {
    const rig = await open();
    for (let count = 0; count < 40; count++) {
      const device = await rig.device("bed-7");
      await device.publish(topics.event(SITE, "bed-8"), "x");
    }
    expect(rig.refused.length).toBeLessThanOrEqual(25);
    expect(rig.refused[0]).toEqual({
      device: "bed-7",
      action: "publish",
      topic: topics.event(SITE, "bed-8"),
      code: "topic-refused",
    });
  });
});
