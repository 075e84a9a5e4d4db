import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { KioskBench } from "./kiosk-bench.js";

/** One browser for the tests of a file, a fresh agent for each of them. To be called once, at the top of the file. */
export function benchOfThisFile(): KioskBench {
  const bench = new KioskBench();
  beforeAll(() => bench.start());
  afterAll(() => bench.stop());
  beforeEach(() => bench.begin());
  afterEach(() => bench.end());
  return bench;
}
