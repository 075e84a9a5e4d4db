import { instant, minutes, seconds } from "@wardkey/protocol";
import { describe, expect, it } from "vitest";
import { NOON } from "../testing/reports.js";
import { SimulatedTime } from "../testing/simulated-time.js";
import { DownQueue, type Outgoing } from "./down-queue.js";

const command = (id: string): Outgoing => ({
  ...{ id, topic: id, retain: false, epoch: 1, urgent: false, expiresAt: instant(NOON + minutes(60)) },
  payload: async () => id,
});
const state = (topic: string, epoch: number, urgent = false): Outgoing => ({
  ...{ id: `${topic}-${epoch}`, topic, retain: true, epoch, urgent, expiresAt: null },
  payload: async () => `${topic} ${epoch}`,
});

function queueOf(most: number) {
  const time = new SimulatedTime();
  const sent: string[] = [];
  const broker = { up: false };
  const queue = new DownQueue({
    ...{ clock: time, timers: time, random: () => 0.5, log: () => undefined, most },
    publish: async ({ payload }) => {
      if (!broker.up) throw new Error("down");
      sent.push(payload);
    },
  });
  return { queue, time, sent, broker };
}

describe("what waits for the broker", () => {
  it("is bounded, and news of what waits already takes its place", async () => {
    const { queue, time, sent, broker } = queueOf(3);
    queue.add(state("risk", 1));
    await time.move(seconds(1));
    expect([queue.add(command("a")), queue.add(command("b"))]).not.toContain(null);
    expect([queue.add(command("c")), queue.add(state("other", 1))]).toEqual([null, null]);
    expect(queue.add(state("risk", 2))).not.toBeNull();
    expect(queue.waiting).toBe(3);
    broker.up = true;
    await time.move(minutes(1));
    expect([...sent].sort()).toEqual(["a", "b", "risk 2"]);
  });

  it("lets what is urgent go first when the broker is back", async () => {
    const { queue, time, sent, broker } = queueOf(100);
    for (const id of ["a", "b", "c"]) queue.add(state(id, 1));
    await time.move(seconds(1));
    queue.add(state("deny-list", 7, true));
    broker.up = true;
    await time.move(minutes(1));
    expect(sent.slice(0, 1)).toEqual(["deny-list 7"]);
    expect(sent).toHaveLength(4);
  });

  it("asks a silent broker with one message at a time, less and less often", async () => {
    const { queue, time } = queueOf(100);
    let asked = 0;
    const counting = new DownQueue({
      ...{ clock: time, timers: time, random: () => 0.5, log: () => undefined },
      publish: async () => {
        asked += 1;
        throw new Error("down");
      },
    });
    await queue.stop();
    for (let index = 0; index < 50; index += 1) counting.add(state(`t-${index}`, 1));
    await time.move(seconds(1));
    const atFirst = asked;
    await time.move(minutes(2));
    expect([atFirst <= 40, asked - atFirst <= 16, asked > atFirst]).toEqual([true, true, true]);
    await counting.stop();
    expect(counting.waiting).toBe(0);
  });
});
