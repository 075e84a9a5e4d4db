import { days, milliseconds } from "@wardkey/protocol";
import { describe, expect, it } from "vitest";
import { systemTimers } from "./time.js";

describe("the system's timers", () => {
  it("wake nobody before the time by the monotonic clock", async () => {
    const early = await Promise.all(
      Array.from({ length: 400 }, async (_, index) => {
        const delay = 1 + (index % 20) + (index % 10) / 10;
        const due = performance.now() + delay;
        await new Promise<void>((resolve) => systemTimers.after(milliseconds(delay), resolve));
        return Math.max(0, due - performance.now());
      }),
    );
    expect(early.filter((by) => by > 0)).toEqual([]);
  });

  it("wait longer than Node's own timers can", async () => {
    let woken = false;
    const cancel = systemTimers.after(days(30), () => {
      woken = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    cancel();
    expect(woken).toBe(false);
  });

  it("wake nobody who called it off", async () => {
    let woken = false;
    systemTimers.after(milliseconds(1.5), () => {
      woken = true;
    })();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(woken).toBe(false);
  });
});
