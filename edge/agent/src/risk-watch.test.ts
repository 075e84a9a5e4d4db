import { instant, minutes } from "@wardkey/protocol";
import type { RiskBody } from "@wardkey/protocol/fleet";
import { describe, expect, it } from "vitest";
import { RiskWatch } from "./risk-watch.js";
import { SimulatedTime } from "./testing/simulated-time.js";

type Level = RiskBody["level"];

/** A kiosk whose site stated this, and what its journal is told. */
async function kiosk(journaled: Level | null = null) {
  const time = new SimulatedTime();
  const told: Level[] = [];
  const site = { risk: null as RiskBody | null, steadyNow: () => instant(time.now()) };
  const latest = journaled === null ? null : { kind: "risk.in-force", body: { level: journaled } };
  const watch = await RiskWatch.open({
    site,
    timers: time,
    journal: {
      latest: async () => latest as never,
      note: (_kind, body) => void told.push((body as { level: Level }).level),
    },
  });
  const states = (level: Level, until: number | null): void => {
    site.risk = { level, reasons: [], until };
    watch.look();
  };
  return { time, told, site, watch, states };
}

describe("the risk that a kiosk works by", () => {
  it("is journaled whenever it is another one, and not when it is said again", async () => {
    const { told, states, watch } = await kiosk();
    watch.look();
    states("raised", null);
    states("raised", null);
    states("high", null);
    states("normal", null);
    expect(told).toEqual(["raised", "high", "normal"]);
  });

  it("is over at its end, without the fleet", async () => {
    const { time, told, states } = await kiosk();
    states("raised", time.now() + minutes(5));
    await time.advance(minutes(5));
    expect(told).toEqual(["raised"]);
    await time.advance(minutes(1));
    expect(told).toEqual(["raised", "normal"]);
  });

  it("goes on after a start from what the journal tells", async () => {
    const same = await kiosk("high");
    same.states("high", null);
    expect(same.told).toEqual([]);
    const over = await kiosk("raised");
    over.watch.look();
    expect(over.told).toEqual(["normal"]);
  });

  it("is not looked at after the stop", async () => {
    const { time, told, states, watch } = await kiosk();
    states("high", time.now() + minutes(5));
    watch.stop();
    await time.advance(minutes(10));
    expect(told).toEqual(["high"]);
  });
});
