import { milliseconds, seconds } from "@wardkey/protocol";
import { FleetBodies, JournalBodies, LiveTopic } from "@wardkey/protocol/fleet";
import { beforeEach, describe, expect, it } from "vitest";
import { SimulatedTime } from "../devices/testing/simulated-time.js";
import { createLive, type Live, type News, topicsOfKind } from "./index.js";

let time: SimulatedTime;
let live: Live;
let heard: News[];
beforeEach(() => {
  time = new SimulatedTime();
  live = createLive({ after: (delay, act) => time.after(delay, act), run: "run" });
  heard = [];
  live.listen((news) => heard.push(news));
});

describe("what open pages are told", () => {
  it("tells a change of a quiet site at once", () => {
    live.tell("approvals");
    expect(heard).toEqual([{ id: "run-1", topics: ["approvals"] }]);
  });

  it("gathers what changes meanwhile and tells it a quarter of a second later, each topic once", async () => {
    live.tell("people");
    for (const topic of ["risk", "people", "risk", "alarms"] as const) live.tell(topic);
    await time.move(milliseconds(249));
    expect(heard).toHaveLength(1);
    await time.move(milliseconds(1));
    expect(heard[1]).toEqual({ id: "run-2", topics: ["people", "risk", "alarms"] });
    await time.move(seconds(5));
    expect(heard).toHaveLength(2);
  });

  it("speaks at most four times a second, and of a busy topic once, however much happens in four seconds", async () => {
    for (let turn = 0; turn < 40; turn += 1) {
      for (let event = 0; event < 50; event += 1) for (const topic of ["events", "risk"] as const) live.tell(topic);
      await time.move(milliseconds(100));
    }
    const of = (topic: LiveTopic) => heard.filter(({ topics }) => topics.includes(topic)).length;
    expect([heard.length, of("risk"), of("events")]).toEqual([17, 16, 5]);
  });

  it("forgets nothing that was told while a topic rested", async () => {
    live.tell("devices");
    live.tell("devices");
    await time.move(seconds(1));
    expect(heard.map(({ topics }) => topics)).toEqual([["devices"], ["devices"]]);
  });

  it("ends with the page", () => {
    const others: News[] = [];
    const off = live.listen((news) => others.push(news));
    off();
    live.tell("risk");
    expect([others, live.newest()]).toEqual([[], "run-1"]);
  });
});

describe("what an event changes", () => {
  const cases: readonly [string, readonly LiveTopic[]][] = [
    ["session.unlocked", ["events", "overview"]],
    ["audit.alarm", ["events", "overview", "alarms"]],
    ["device.quarantined", ["events", "overview", "devices"]],
    ["credential.lost", ["events", "overview", "people"]],
    ["policy.rollout-halted", ["events", "overview", "policy", "rollout"]],
    ["emergency-card.spent", ["events", "overview", "people", "break-glass"]],
    ["break-glass.opened", ["events", "overview", "break-glass"]],
    ["approval.voted", ["events", "overview", "approvals"]],
  ];
  it.each(cases)("%s: %j", (kind, topics) => expect(topicsOfKind(kind)).toEqual(topics));

  it("knows a topic for every kind that anybody journals", () => {
    const kinds = [...Object.keys(JournalBodies), ...Object.keys(FleetBodies)];
    for (const kind of kinds) expect(LiveTopic.array().min(2).safeParse(topicsOfKind(kind)).success).toBe(true);
  });
});
