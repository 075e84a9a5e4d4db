import { type Duration, seconds } from "@wardkey/protocol";
import { beforeEach, expect, it } from "vitest";
import { repeat } from "./timers.js";

let waiting: (() => void)[];
let rounds: number;
let end: (how: "done" | Error) => void;
let failures: unknown[];
let stop: () => Promise<void>;

const timers = {
  after(_delay: Duration, act: () => void) {
    waiting.push(act);
    return () => void waiting.splice(waiting.indexOf(act), 1);
  },
};
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  [waiting, rounds, failures] = [[], 0, []];
  stop = repeat({
    timers,
    every: seconds(5),
    run() {
      rounds += 1;
      return new Promise((resolve, reject) => {
        end = (how) => (how === "done" ? resolve(how) : reject(how));
      });
    },
    failed: (error) => failures.push(error),
  });
});

it("goes on after a round that failed, never two at once", async () => {
  waiting.shift()?.();
  expect([rounds, waiting.length]).toEqual([1, 0]);
  const failure = new Error("no database");
  end(failure);
  await settle();
  expect([failures, waiting.length]).toEqual([[failure], 1]);
});

it("stops when what is under way has ended, and begins nothing after", async () => {
  waiting.shift()?.();
  let stopped = false;
  const stopping = stop().then(() => {
    stopped = true;
  });
  await settle();
  expect(stopped).toBe(false);
  end("done");
  await stopping;
  expect(waiting).toEqual([]);
});

it("begins nothing when it is stopped between two rounds", async () => {
  await stop();
  expect([waiting, rounds]).toEqual([[], 0]);
});
