import { createRoom, createSimulatedKernel, nobleModulesOver, type SimulatedKernel } from "@wardkey/virtual-radio";
import { describe, expect, it, type TestContext } from "vitest";
import { until } from "../testing/radio-room.js";
import { systemClock } from "../time.js";
import { createCentralRadio, systemAdapter } from "./index.js";

function radioOn(kernel: SimulatedKernel, { onTestFinished }: Pick<TestContext, "onTestFinished">) {
  const log: string[] = [];
  const adapter = systemAdapter({ modules: () => nobleModulesOver(kernel), platform: "linux" });
  const radio = createCentralRadio({ adapter, clock: systemClock, log: ({ code }) => log.push(code) });
  onTestFinished(() => radio.stop());
  return { radio, log };
}

function participants({ onTestFinished }: Pick<TestContext, "onTestFinished">) {
  const room = createRoom({ seed: 2 });
  onTestFinished(() => room.close());
  let count = 0;
  return () => {
    count += 1;
    const joined = room.join(`kiosk-${count}`);
    if (joined.outcome === "refused") throw new Error(joined.reason);
    return joined.participant;
  };
}

const processListeners = (): number[] => [process.listenerCount("exit"), process.listenerCount("SIGINT")];

describe("the adapter of this machine, its kernel simulated", { concurrent: true }, () => {
  it("may be plugged in after the start, which says once that it is missing", async (test) => {
    const join = participants(test);
    const kernel = createSimulatedKernel();
    const { radio, log } = radioOn(kernel, test);
    await radio.start();
    const before = radio.state();
    kernel.plugIn(join());
    await until("the radio", () => radio.state() === "ok");
    expect({ before, log }).toEqual({ before: "down", log: ["adapter-missing"] });
  });

  it("is down while it is switched off, however often that is", async (test) => {
    const join = participants(test);
    const kernel = createSimulatedKernel();
    const plugged = kernel.plugIn(join());
    plugged.switchTo("off");
    const { radio, log } = radioOn(kernel, test);
    await radio.start();
    for (let times = 0; times < 2; times += 1) {
      plugged.switchTo("on");
      await until("the radio", () => radio.state() === "ok");
      plugged.switchTo("off");
      await until("no radio", () => radio.state() === "down");
    }
    expect(log).toEqual(["adapter-off", "adapter-off", "adapter-off"]);
  });

  it("is left alone, with a word, while this process may not speak to it", async (test) => {
    const join = participants(test);
    const kernel = createSimulatedKernel();
    kernel.plugIn(join());
    kernel.permit(false);
    const { radio, log } = radioOn(kernel, test);
    await radio.start();
    const forbidden = { state: radio.state(), log: [...log] };
    kernel.permit(true);
    await until("the radio", () => radio.state() === "ok");
    expect(forbidden).toEqual({ state: "down", log: ["adapter-forbidden"] });
  });

  it("is no error on a machine that knows no Bluetooth", async (test) => {
    const { radio, log } = radioOn(createSimulatedKernel({ hasBluetooth: false }), test);
    await radio.start();
    expect([radio.state(), log]).toEqual(["down", ["bluetooth-unsupported"]]);
  });

  it("is the one that is asked for", async (test) => {
    const join = participants(test);
    const kernel = createSimulatedKernel();
    const [first, second] = [kernel.plugIn(join()), kernel.plugIn(join())];
    const open = (device?: number) =>
      systemAdapter({
        modules: () => nobleModulesOver(kernel),
        platform: "linux",
        ...(device === undefined ? {} : { device }),
      }).open();
    first.switchTo("off");
    const refused = await open(first.device);
    const missing = await open(7);
    expect([refused, missing, (await open(second.device)).ok, (await open()).ok]).toEqual([
      { ok: false, code: "adapter-off" },
      { ok: false, code: "adapter-missing" },
      true,
      true,
    ]);
  });
});

describe("the process around the adapter", () => {
  it("has the listeners that it had before, when the radio stops", async (test) => {
    const before = processListeners();
    const kernel = createSimulatedKernel();
    kernel.plugIn(participants(test)());
    const { radio } = radioOn(kernel, test);
    await radio.start();
    const during = processListeners();
    await radio.stop();
    expect({ during, after: processListeners() }).toEqual({ during: before.map((count) => count + 1), after: before });
  });
});
