import { describe, expect, it } from "vitest";
import { FaceWatch } from "./face-watch.js";

const OWN = 1;
const SOMEBODY = 2;
const alone = (track: number) => ({ faces: 1, track });

/** Watched from 0 s, with the owner's face in view until 10 s. */
function watched(): FaceWatch {
  const watch = new FaceWatch();
  watch.look(alone(OWN), 0, true);
  watch.look(alone(OWN), 10_000, true);
  return watch;
}

describe("the face of an open session", () => {
  it("is the one that was there when it opened, for as long as it stays in view", () => {
    expect(watched().sign(10_000)).toBe("seen");
  });

  it("is nobody's who came later, until the phone has stayed beside it for five seconds", () => {
    const watch = watched();
    watch.look(alone(SOMEBODY), 11_000, true);
    expect(watch.sign(11_000)).toBe("other");
    watch.look(alone(SOMEBODY), 15_900, true);
    expect(watch.sign(15_900)).toBe("other");
    watch.look(alone(SOMEBODY), 16_000, true);
    expect(watch.sign(16_000)).toBe("seen");
  });

  it("is never that of who kept to the screen while the phone was walked off with", () => {
    const watch = watched();
    watch.look(alone(SOMEBODY), 11_000, true);
    for (const second of [13_000, 14_000, 15_000]) watch.walked(1, second);
    watch.look(alone(SOMEBODY), 15_500, true);
    expect(watch.sign(15_500)).toBe("stranger");
    expect(watch.seenAt).toBe(11_000);
    watch.look(alone(SOMEBODY), 60_000, true);
    expect(watch.sign(60_000)).toBe("stranger");
    // The owner is back in their seat, out of view for a moment and so on a track of their own.
    watch.look(alone(3), 61_000, true);
    watch.look(alone(3), 66_000, true);
    expect(watch.sign(66_000)).toBe("seen");
  });

  it("may be that of who has just come back: steps are told late, and counted where nobody walks", () => {
    const watch = watched();
    watch.look(alone(SOMEBODY), 11_000, true);
    watch.walked(6, 12_000);
    watch.walked(1, 13_000);
    watch.walked(1, 15_000);
    watch.look(alone(SOMEBODY), 16_000, true);
    expect(watch.sign(16_000)).toBe("seen");
  });

  it("is unknown without a fresh look", () => {
    const watch = watched();
    expect(watch.sign(11_501)).toBe("unknown");
    watch.look({ faces: null, track: null }, 12_000, true);
    expect(watch.sign(12_000)).toBe("unknown");
  });
});
