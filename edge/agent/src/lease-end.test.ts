import { type Duration, hours, milliseconds } from "@wardkey/protocol";
import { beforeEach, expect, it } from "vitest";
import { watchLease } from "./lease-end.js";
import { SimulatedTime } from "./testing/simulated-time.js";

let time: SimulatedTime;
let endsAt: number;
let changed: () => void;
let looks: number[];
let stop: () => void;

const site = {
  leaseLeft: (): Duration => milliseconds(Math.max(0, endsAt - time.monotonic())),
  onChange(listener: () => void) {
    changed = listener;
    return () => {
      changed = () => {};
    };
  },
};

beforeEach(() => {
  time = new SimulatedTime();
  endsAt = time.monotonic() + hours(24);
  looks = [];
  stop = watchLease({ site, timers: time, ended: () => looks.push(endsAt - time.monotonic()) });
});

it("looks at the moment at which the lease ends, although nothing else happens", async () => {
  await time.advance(hours(24) - 1);
  expect(looks).toEqual([]);
  await time.advance(1);
  expect(looks).toEqual([0]);
  await time.advance(hours(24));
  expect(looks).toHaveLength(1);
});

it("looks when a lease ends that was renewed, or came later", async () => {
  await time.advance(hours(12));
  endsAt += hours(12);
  changed();
  await time.advance(hours(24));
  expect(looks).toEqual([0]);
  endsAt = time.monotonic() + hours(1);
  changed();
  await time.advance(hours(1));
  expect(looks).toEqual([0, 0]);
});

it("looks again when the site's time is a hair behind", async () => {
  endsAt += 0.5;
  await time.advance(hours(24) + 1);
  expect(looks).toEqual([0.5, 0]);
});

it("looks no more once it is stopped", async () => {
  stop();
  await time.advance(hours(48));
  expect(looks).toEqual([]);
});
