import { EventEmitter } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../time.js";
import type { OpenedAdapter } from "./adapter.js";
import type { Advert, CentralRadio } from "./index.js";
import { createCentralRadio } from "./index.js";

/** A simulated noble that is up at once, as on a system without HCI; a test says what fails in it. */
class SimulatedNoble extends EventEmitter {
  _state = "poweredOn";
  readonly _bindings = {};
  scans = 0;
  startScanning(): void {
    this.scans++;
    this.emit("scanStart");
  }
  stopScanning(): void {}
  cancelConnect(): void {}
  reset(): void {}
}

/** A simulated phone: whoever links to it hears that it failed, unless it throws. */
class SimulatedPeripheral extends EventEmitter {
  readonly id = "phone";
  readonly address = "c2:00:00:00:00:01";
  readonly addressType = "random";
  readonly connectable = true;
  readonly advertisement = { serviceUuids: ["ab".repeat(16)] };
  readonly rssi = -50;
  readonly mtu = null;
  readonly state = "disconnected";
  fails: "answers" | "throws" | "hangs" = "answers";
  connect(): void {
    if (this.fails === "answers") this.emit("connect", new Error("refused"));
    if (this.fails === "throws") throw new Error("the link went");
  }
  cancelConnect(): void {
    if (this.fails === "throws") throw new Error("the socket is gone");
  }
}

let radio: CentralRadio;
afterEach(() => radio.stop());

const opened = (noble: EventEmitter, close: () => Promise<void> = async () => {}): OpenedAdapter => ({
  ok: true,
  noble,
  close,
});
const never = (): Promise<never> => new Promise(() => {});

function listen(open: () => Promise<OpenedAdapter>) {
  const [states, log]: [string[], string[]] = [[], []];
  radio = createCentralRadio({ adapter: { open }, clock: systemClock, log: ({ code }) => log.push(code) });
  radio.onState((state) => states.push(state));
  return { states, log };
}

describe("a radio over noble", () => {
  it("links to the next phone although noble threw over the one before", async () => {
    const noble = new SimulatedNoble();
    const { log } = listen(async () => opened(noble));
    const heard: Advert[] = [];
    radio.onAdvert(({ address, addressType, rssi, identifier }) =>
      heard.push({ address, addressType, rssi, identifier: identifier.slice() }),
    );
    await radio.start();
    const phone = new SimulatedPeripheral();
    noble.emit("discover", phone);
    const [to] = heard;
    if (to === undefined) throw new Error("not heard");
    const { signal } = new AbortController();
    phone.fails = "throws";
    expect(await radio.connect(to, signal)).toEqual({ ok: false, code: "connect-failed" });
    phone.fails = "answers";
    expect(await radio.connect(to, signal)).toEqual({ ok: false, code: "connect-failed" });
    expect(await radio.connect({ ...to, address: "c2:00:00:00:00:02" }, signal)).toMatchObject({ ok: false });
    expect([radio.state(), log]).toEqual(["ok", ["unexpected"]]);
  });

  it("says that it is down and goes on looking when its adapter fails as nobody expects", async () => {
    const noble = new SimulatedNoble();
    const answers: (() => Promise<OpenedAdapter>)[] = [
      async () => opened(noble),
      async () => Promise.reject(new Error("no file is left")),
      async () => opened(new EventEmitter()),
    ];
    const next = new SimulatedNoble();
    const { states, log } = listen(() => (answers.shift() ?? (async () => opened(next)))());
    await radio.start();
    noble._state = "poweredOff";
    noble.emit("stateChange", "poweredOff");
    await expect.poll(() => next.scans, { timeout: 15_000 }).toBe(1);
    expect(states).toEqual(["ok", "down", "ok"]);
    expect(log).toEqual(["adapter-off", "unexpected", "radio-stack-unknown"]);
  }, 20_000);

  it("does not wait for ever for an adapter that never opens, or never closes", async () => {
    const noble = new SimulatedNoble();
    const late: ((adapter: OpenedAdapter) => void)[] = [];
    const next = new SimulatedNoble();
    const answers: (() => Promise<OpenedAdapter>)[] = [
      async () => opened(noble, never),
      () => new Promise((resolve) => late.push(resolve)),
    ];
    const { states, log } = listen(() => (answers.shift() ?? (async () => opened(next, never)))());
    await radio.start();
    noble._state = "poweredOff";
    noble.emit("stateChange", "poweredOff");
    await expect.poll(() => next.scans, { timeout: 15_000 }).toBe(1);
    let closed = false;
    late[0]?.(
      opened(new SimulatedNoble(), async () => {
        closed = true;
      }),
    );
    await expect.poll(() => closed).toBe(true);
    expect([states, log]).toEqual([
      ["ok", "down", "ok"],
      ["adapter-off", "adapter-stuck", "adapter-stuck"],
    ]);
    const begun = performance.now();
    await radio.stop();
    expect(performance.now() - begun).toBeLessThan(3_000);
  }, 20_000);
});
