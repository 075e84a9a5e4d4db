import { describe, expect, it } from "vitest";
import { createScreenLocker, type Locker, RecordedLocker } from "./index.js";

const lockers: [string, () => Locker][] = [
  ["the screen's overlay", () => createScreenLocker()],
  ["the recorded locker", () => new RecordedLocker()],
];

describe.each(lockers)("%s", (_name, create) => {
  it("is locked from the start", () => {
    expect(create().locked).toBe(true);
  });

  it("is locked after every lock, however often it is asked", () => {
    const locker = create();
    locker.unlock();
    expect(locker.locked).toBe(false);
    locker.lock();
    locker.lock();
    expect(locker.locked).toBe(true);
  });
});

it("tells only of changes", () => {
  const changes: boolean[] = [];
  const locker = createScreenLocker((locked) => changes.push(locked));
  locker.lock();
  locker.unlock();
  locker.unlock();
  locker.lock();
  expect(changes).toEqual([false, true]);
});
