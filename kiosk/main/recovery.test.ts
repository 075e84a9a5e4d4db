import { describe, expect, it } from "vitest";
import { Recovery } from "./recovery.js";

describe("recovery", () => {
  it("waits for the agent for ever, a second at a time", () => {
    const recovery = new Recovery();
    for (let at = 0; at < 3_600_000; at += 1_000) {
      expect(recovery.after(at % 2_000 === 0 ? "agent-unreachable" : "token-unreadable", at)).toEqual({
        do: "load",
        after: 1_000,
      });
    }
  });

  it("loads a page that crashes ever more slowly, and then has the process started anew", () => {
    const recovery = new Recovery();
    const remedies = Array.from({ length: 8 }, (_, crash) => recovery.after("page-crashed", crash * 20_000));
    expect(remedies).toEqual([
      ...[250, 500, 1_000, 2_000, 4_000, 8_000, 16_000].map((after) => ({ do: "load", after })),
      { do: "give-up" },
    ]);
  });

  it("forgets a crash after five minutes", () => {
    const recovery = new Recovery();
    for (let crash = 0; crash < 100; crash++) {
      expect(recovery.after("page-crashed", crash * 300_000)).toEqual({ do: "load", after: 250 });
    }
  });
});
